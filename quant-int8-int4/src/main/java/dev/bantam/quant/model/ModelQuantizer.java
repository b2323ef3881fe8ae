package dev.bantam.quant.model;


import dev.bantam.nn.Embedding;
import dev.bantam.nn.Linear;
import dev.bantam.nn.NnModule;
import dev.bantam.nn.Parameter;
import dev.bantam.quant.InputQuantization;
import dev.bantam.quant.RoundToNearest;
import dev.bantam.quant.WeightScheme;
import dev.bantam.quant.model.QuantizationRecipe.Input;
import dev.bantam.quant.ptq.BiasCorrection;
import dev.bantam.quant.ptq.ScaledWeight;
import dev.bantam.quant.ptq.Sqnr;
import dev.bantam.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Quantizes a trained model: every table and linear layer gets parametrizations through which it
 * computes with what it will be, and with which it is saved as that.
 *
 * <pre>{@code
 * try (BertModel model = BertModel.forTraining(folder, Device.shared())) {
 *   ModelQuantizer.quantize(model, QuantizationRecipe.of(WeightType.INT8), () -> {});
 *   model.save(output);
 * }
 * }</pre>
 */
public final class ModelQuantizer {
  /** Memory of what is learned of inputs in one run of the model; more layers take more runs. */
  private static final long STATISTICS_BYTES = 512L << 20;

  private final QuantizationRecipe recipe;
  private final Runnable calibration;
  private final Map<String, Linear> layers = new LinkedHashMap<>();
  private final List<QuantizedLayer> report = new ArrayList<>();

  private ModelQuantizer(QuantizationRecipe recipe, Runnable calibration) {
    this.recipe = recipe;
    this.calibration = calibration;
  }

  /**
   * Quantizes a model.
   *
   * @param model whose parameters can be trained, without parametrizations
   * @param recipe how
   * @param calibration runs the model over samples, on this thread, each time the same; not called
   *     if the recipe {@linkplain QuantizationRecipe#needsCalibration needs none}
   * @return what became of the layers, in the order of the model
   */
  public static List<QuantizedLayer> quantize(
      NnModule model, QuantizationRecipe recipe, Runnable calibration) {
    ModelQuantizer quantizer = new ModelQuantizer(recipe, calibration);
    model
        .namedModules()
        .forEach(
            (name, module) -> {
              if (!recipe.excluded().test(name)) {
                quantizer.take(name, module);
              }
            });
    quantizer.linearLayers();
    return List.copyOf(quantizer.report);
  }

  private void take(String name, NnModule module) {
    if (module instanceof Linear linear && linear.weight().isPresent()) {
      layers.put(name, linear);
    } else if (module instanceof Embedding table && table.weight().isPresent()) {
      recipe.tableScheme().ifPresent(scheme -> table(name, table.weight().get(), scheme));
    }
  }

  private void table(String name, Parameter weight, WeightScheme scheme) {
    Tensor w = weight.value();
    float[] values = w.toArray();
    var matrix = RoundToNearest.quantize(values, w.shape().dim(0), w.shape().dim(1), scheme);
    QuantizedWeight quantized =
        new QuantizedWeight(matrix, scheme, Sqnr.of(values, matrix.dequantize()));
    weight.parametrize(quantized);
    report.add(QuantizedLayer.of(name, quantized, null));
  }

  private void linearLayers() {
    if (recipe.needsStatistics()) {
      List<InputGroup> part = new ArrayList<>();
      for (List<String> names : InputGroup.find(layers, calibration)) {
        part.add(new InputGroup(names, layers));
        if (part.stream().mapToLong(InputGroup::bytes).sum() >= STATISTICS_BYTES) {
          quantize(part);
          part.clear();
        }
      }
      quantize(part);
    } else {
      layers.forEach(
          (name, linear) -> {
            Tensor w = weight(linear).value();
            linear(
                name,
                new GroupQuantizer.Result(
                    new ScaledWeight(
                        RoundToNearest.quantize(
                            w.toArray(), w.shape().dim(0), w.shape().dim(1), recipe.weights()),
                        null),
                    null));
          });
    }
    inputs();
  }

  private static Parameter weight(Linear linear) {
    return linear.weight().orElseThrow();
  }

  /** Shows the inputs of some layers to their statistics, and quantizes their weights by these. */
  private void quantize(List<InputGroup> groups) {
    groups.forEach(group -> group.layers.firstEntry().getValue().observeInput(group::observe));
    try {
      calibration.run();
    } finally {
      groups.forEach(group -> group.layers.firstEntry().getValue().observeInput(null));
    }
    GroupQuantizer quantizer = new GroupQuantizer(recipe);
    groups.forEach(group -> quantizer.quantize(group).forEach(this::linear));
  }

  /** Makes a layer compute with its quantized weight. */
  private void linear(String name, GroupQuantizer.Result result) {
    Linear linear = layers.get(name);
    if (linear == null) {
      throw new IllegalStateException(name);
    }
    Parameter parameter = weight(linear);
    float[] w = parameter.value().toArray();
    ScaledWeight scaled = result.weight();
    double sqnr = Sqnr.of(w, scaled.effective());
    double[] mean = result.inputMean();
    if (mean != null && recipe.correctBias() && linear.bias().isPresent()) {
      Tensor bias = linear.bias().get().value();
      float[] corrected = BiasCorrection.correct(bias.toArray(), w, scaled, mean);
      System.arraycopy(corrected, 0, bias.data(), bias.offset(), corrected.length);
    }
    parameter.parametrize(new QuantizedWeight(scaled.weight(), recipe.weights(), sqnr));
    if (scaled.inputScales() != null) {
      linear.parametrizeInput(new InputSmoothing(scaled.inputScales()));
    }
  }

  /** Decides how inputs are rounded, and reports. */
  private void inputs() {
    Map<String, StaticInput> statics = new LinkedHashMap<>();
    if (recipe.input() == Input.STATIC) {
      layers.forEach((name, linear) -> statics.put(name, new StaticInput(linear, recipe.range())));
      try {
        calibration.run();
      } finally {
        layers.values().forEach(linear -> linear.observeInput(null));
      }
    }
    layers.forEach(
        (name, linear) -> {
          StaticInput found = statics.get(name);
          @Nullable InputQuantization rounding =
              switch (recipe.input()) {
                case FLOAT -> null;
                case DYNAMIC -> new InputQuantization.Dynamic();
                case STATIC -> found == null ? null : found.rounding();
              };
          if (rounding != null) {
            linear.parametrizeInput(new InputQuantizer(rounding));
          }
          QuantizedWeight weight = (QuantizedWeight) weight(linear).parametrizations().getLast();
          report.add(QuantizedLayer.of(name, weight, linear));
        });
  }
}

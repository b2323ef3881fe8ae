package dev.bantam.quant.model;

import dev.bantam.nn.Linear;
import dev.bantam.nn.NnModule;
import dev.bantam.nn.Parameter;
import dev.bantam.quant.InputQuantization;
import dev.bantam.quant.WeightScheme;
import dev.bantam.quant.model.QuantizationRecipe.Input;
import dev.bantam.quant.ptq.BiasCorrection;
import dev.bantam.quant.ptq.ScaledWeight;
import dev.bantam.quant.ptq.Sqnr;
import dev.bantam.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
  private final QuantizationRecipe recipe;
  private final ModelLayers layers;
  private final List<QuantizedLayer> report = new ArrayList<>();

  private ModelQuantizer(QuantizationRecipe recipe, ModelLayers layers) {
    this.recipe = recipe;
    this.layers = layers;
  }

  /**
   * Quantizes a model. A layer that no sample reaches is rounded to nearest, and its input, if it
   * is to be rounded, token by token.
   *
   * @param model whose parameters can be trained, without parametrizations
   * @param recipe how
   * @param calibration runs the model over samples, on this thread, each time the same; not called
   *     if the recipe {@linkplain QuantizationRecipe#needsCalibration needs none}
   * @return what became of the layers, in the order of the model
   */
  public static List<QuantizedLayer> quantize(
      NnModule model, QuantizationRecipe recipe, Runnable calibration) {
    ModelLayers layers = new ModelLayers(model, recipe.excluded(), calibration);
    ModelQuantizer quantizer = new ModelQuantizer(recipe, layers);
    layers.tables.forEach(
        (name, weight) ->
            recipe.tableScheme(name).ifPresent(scheme -> quantizer.table(name, weight, scheme)));
    quantizer.weights();
    quantizer.inputs();
    return List.copyOf(quantizer.report);
  }

  private void table(String name, Parameter weight, WeightScheme scheme) {
    ScaledWeight rounded = GroupQuantizer.rounded(weight, scheme);
    double sqnr = Sqnr.of(weight.value().toArray(), rounded.effective());
    QuantizedWeight quantized = new QuantizedWeight(rounded.weight(), scheme, sqnr);
    weight.parametrize(quantized);
    report.add(QuantizedLayer.of(name, quantized, null, Map.of()));
  }

  private void weights() {
    if (recipe.needsStatistics()) {
      GroupQuantizer quantizer = new GroupQuantizer(recipe);
      layers.learnInputs(group -> quantizer.quantize(group).forEach(this::weight));
    }
    layers.linears.forEach(
        (name, linear) -> {
          Parameter weight = ModelLayers.weight(linear);
          if (weight.parametrizations().isEmpty()) {
            ScaledWeight rounded = GroupQuantizer.rounded(weight, recipe.scheme(name));
            weight(name, new GroupQuantizer.Result(rounded, null));
          }
        });
  }

  /** Makes a layer compute with its quantized weight. */
  private void weight(String name, GroupQuantizer.Result result) {
    Linear linear = layers.linears.get(name);
    if (linear == null) {
      throw new IllegalStateException(name);
    }
    Parameter parameter = ModelLayers.weight(linear);
    float[] w = parameter.value().toArray();
    ScaledWeight scaled = result.weight();
    double sqnr = Sqnr.of(w, scaled.effective());
    double[] mean = result.inputMean();
    if (mean != null && recipe.correctBias() && linear.bias().isPresent()) {
      Tensor bias = linear.bias().get().value();
      float[] corrected = BiasCorrection.correct(bias.toArray(), w, scaled, mean);
      System.arraycopy(corrected, 0, bias.data(), bias.offset(), corrected.length);
    }
    parameter.parametrize(new QuantizedWeight(scaled.weight(), recipe.scheme(name), sqnr));
    if (scaled.inputScales() != null) {
      linear.parametrizeInput(new InputSmoothing(scaled.inputScales()));
    }
  }

  /** Decides how inputs are rounded, and reports. */
  private void inputs() {
    Map<String, StaticInput> statics = new HashMap<>();
    layers.linears.forEach(
        (name, linear) -> {
          if (recipe.inputOf(name) == Input.STATIC) {
            statics.put(name, new StaticInput(linear, recipe.range()));
          }
        });
    if (!statics.isEmpty()) {
      layers.run();
    }
    layers.linears.forEach(
        (name, linear) -> {
          Map<RangeChoice, Double> ranges = Map.of();
          StaticInput observed = statics.get(name);
          if (observed != null && observed.isReached()) {
            StaticInput.Found found = observed.find();
            ranges = found.sqnrDb();
            linear.parametrizeInput(new InputQuantizer(found.rounding()));
          } else if (recipe.inputOf(name) != Input.FLOAT) {
            linear.parametrizeInput(new InputQuantizer(new InputQuantization.Dynamic()));
          }
          QuantizedWeight weight =
              (QuantizedWeight) ModelLayers.weight(linear).parametrizations().getLast();
          report.add(QuantizedLayer.of(name, weight, linear, ranges));
        });
  }
}

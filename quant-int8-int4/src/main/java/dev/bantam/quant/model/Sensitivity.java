package dev.bantam.quant.model;

import dev.bantam.nn.Linear;
import dev.bantam.nn.NnModule;
import dev.bantam.nn.Parameter;
import dev.bantam.nn.Parametrization;
import dev.bantam.quant.Granularity;
import dev.bantam.quant.InputQuantization;
import dev.bantam.quant.WeightScheme;
import dev.bantam.quant.WeightType;
import dev.bantam.quant.ptq.MixedPrecision;
import dev.bantam.quant.ptq.MixedPrecision.Candidate;
import dev.bantam.quant.ptq.OutputError;
import dev.bantam.quant.ptq.ScaledWeight;
import dev.bantam.quant.ptq.Sqnr;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What each layer of a model costs by each of several schemes, and the choice of one for each layer
 * under a budget. A layer's cost is how far the model's outputs move if only this layer is
 * quantized; for errors as small as these, the costs of layers add up.
 *
 * @param recipe how layers are quantized, but for their schemes
 * @param costs layer after layer, in the order of the model
 * @param otherBytes what all that is not quantized takes on disk, at most
 */
public record Sensitivity(QuantizationRecipe recipe, List<LayerCost> costs, long otherBytes) {
  /** What a tensor has in the header of a file, at most: a name, a type, a shape, a place. */
  private static final int HEADER_BYTES = 160;

  /** Tensors of a quantized weight, at most, besides the codes. */
  private static final int MORE_TENSORS = 5;

  /** Copies the costs. */
  public Sensitivity {
    costs = List.copyOf(costs);
  }

  /** The schemes to choose from: INT4 in groups of 128, 64 and 32, INT8 per channel. */
  public static List<WeightScheme> usualSchemes() {
    return List.of(
        WeightScheme.of(WeightType.INT4, Granularity.perGroup(128)),
        WeightScheme.of(WeightType.INT4, Granularity.perGroup(64)),
        WeightScheme.of(WeightType.INT4, Granularity.perGroup(32)),
        WeightScheme.of(WeightType.INT8, Granularity.perChannel()));
  }

  /**
   * Measures a model, which is afterwards as it was.
   *
   * @param model whose parameters can be trained, without parametrizations
   * @param recipe how layers are quantized, but for their schemes
   * @param schemes to try for each layer and table
   * @param calibration runs the model over samples, on this thread, each time the same
   * @param divergence runs the model, and tells how far its outputs are from what they were at
   *     first; at least 0
   */
  public static Sensitivity measure(
      NnModule model,
      QuantizationRecipe recipe,
      List<WeightScheme> schemes,
      Runnable calibration,
      DoubleSupplier divergence) {
    ModelLayers layers = new ModelLayers(model, recipe.excluded(), calibration);
    Probe probe = new Probe(recipe, divergence, new LinkedHashMap<>());
    if (recipe.tables() != null) {
      layers.tables.forEach(
          (name, weight) -> schemes.forEach(scheme -> probe.table(name, weight, scheme)));
    }
    layers.linears.keySet().forEach(name -> probe.costs.put(name, new ArrayList<>()));
    GroupQuantizer quantizer = new GroupQuantizer(recipe);
    layers.learnInputs(
        group -> {
          OutputError error = new OutputError(group.hessian.toArray(), group.columns);
          group.layers.forEach(
              (name, linear) -> {
                float[] w = ModelLayers.weight(linear).value().toArray();
                for (WeightScheme scheme : schemes) {
                  ScaledWeight scaled = quantizer.quantize(group, w, scheme);
                  probe.linear(name, linear, scheme, scaled, error.sqnr(w, scaled));
                }
              });
        });
    layers.linears.forEach(
        (name, linear) -> {
          if (probe.costs(name).isEmpty()) {
            schemes.forEach(scheme -> probe.unreached(name, linear, scheme));
          }
        });
    List<LayerCost> costs = probe.costs.values().stream().flatMap(List::stream).toList();
    return new Sensitivity(recipe, costs, otherBytes(model, probe.costs));
  }

  private static long otherBytes(NnModule model, Map<String, List<LayerCost>> costs) {
    long bytes = 0;
    for (Parameter parameter : model.namedParameters().values()) {
      bytes += parameter.value().shape().elements() * Float.BYTES + HEADER_BYTES;
    }
    for (List<LayerCost> layer : costs.values()) {
      bytes -= layer.getFirst().layer().elements() * Float.BYTES;
      bytes += (long) MORE_TENSORS * HEADER_BYTES;
    }
    return bytes;
  }

  /**
   * The recipe of least cost whose model takes no more than a number of bytes on disk.
   *
   * @throws IllegalArgumentException if there is none
   */
  public QuantizationRecipe withinBytes(long bytes) {
    var candidates = candidates();
    long least = otherBytes;
    for (List<Candidate<WeightScheme>> layer : candidates.values()) {
      least += layer.stream().mapToLong(Candidate::bytes).min().orElse(0);
    }
    if (least > bytes) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "budget: the smallest choices take %,d bytes, expected at most %,d",
              least,
              bytes));
    }
    return with(MixedPrecision.withinBytes(candidates, bytes - otherBytes));
  }

  /**
   * The recipe of least size whose cost, added up over all layers, is no more than this.
   *
   * @throws IllegalArgumentException if there is none
   */
  public QuantizationRecipe withinDivergence(double divergence) {
    var candidates = candidates();
    double least = 0;
    for (List<Candidate<WeightScheme>> layer : candidates.values()) {
      least += layer.stream().mapToDouble(Candidate::error).min().orElse(0);
    }
    if (least > divergence) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "budget: the best choices diverge by %.2e, expected at most %.2e",
              least,
              divergence));
    }
    return with(MixedPrecision.withinError(candidates, divergence));
  }

  private Map<String, List<Candidate<WeightScheme>>> candidates() {
    Map<String, List<Candidate<WeightScheme>>> candidates = new LinkedHashMap<>();
    for (LayerCost cost : costs) {
      candidates
          .computeIfAbsent(cost.layer().name(), _ -> new ArrayList<>())
          .add(new Candidate<>(cost.scheme(), cost.layer().bytes(), cost.divergence()));
    }
    return candidates;
  }

  private QuantizationRecipe with(Map<String, Candidate<WeightScheme>> chosen) {
    Map<String, WeightScheme> layers = new LinkedHashMap<>();
    chosen.forEach((name, candidate) -> layers.put(name, candidate.choice()));
    return recipe.withLayers(layers);
  }

  /** Quantizes one weight at a time. */
  private record Probe(
      QuantizationRecipe recipe, DoubleSupplier divergence, Map<String, List<LayerCost>> costs) {

    List<LayerCost> costs(String layer) {
      return costs.computeIfAbsent(layer, _ -> new ArrayList<>());
    }

    void table(String name, Parameter weight, WeightScheme scheme) {
      ScaledWeight rounded = GroupQuantizer.rounded(weight, scheme);
      double sqnr = Sqnr.of(weight.value().toArray(), rounded.effective());
      add(name, scheme, rounded, null, sqnr, sqnr, divergence(weight, rounded));
    }

    void linear(
        String name, Linear linear, WeightScheme scheme, ScaledWeight scaled, double outputSqnr) {
      Parameter weight = ModelLayers.weight(linear);
      double sqnr = Sqnr.of(weight.value().toArray(), scaled.effective());
      LayerInput input = new LayerInput(scaled.inputScales(), rounding(scheme));
      add(name, scheme, scaled, input, sqnr, outputSqnr, divergence(weight, scaled));
    }

    void unreached(String name, Linear linear, WeightScheme scheme) {
      ScaledWeight rounded = GroupQuantizer.rounded(ModelLayers.weight(linear), scheme);
      float[] w = ModelLayers.weight(linear).value().toArray();
      linear(name, linear, scheme, rounded, Sqnr.of(w, rounded.effective()));
    }

    private void add(
        String name,
        WeightScheme scheme,
        ScaledWeight scaled,
        @Nullable LayerInput input,
        double sqnr,
        double outputSqnr,
        double divergence) {
      QuantizedLayer layer =
          QuantizedLayer.of(name, scaled.weight(), scheme, input, sqnr, Map.of());
      costs(name).add(new LayerCost(layer, scheme, outputSqnr, divergence));
    }

    /** How the input will be rounded; of a static input only the size is known. */
    private InputQuantization rounding(WeightScheme scheme) {
      return switch (recipe.input(scheme)) {
        case FLOAT -> new InputQuantization.None();
        case DYNAMIC -> new InputQuantization.Dynamic();
        case STATIC -> new InputQuantization.Static(1, 0);
      };
    }

    private double divergence(Parameter weight, ScaledWeight replacement) {
      Tensor w = weight.value();
      weight.parametrize(
          new Replacement(
              Tensor.wrap(replacement.effective(), w.shape().dim(0), w.shape().dim(1))));
      try {
        return divergence.getAsDouble();
      } finally {
        weight.clearParametrizations();
      }
    }
  }

  /** Shows another weight. */
  private static final class Replacement extends Parametrization {
    private final Tensor other;

    Replacement(Tensor other) {
      this.other = other;
    }

    @Override
    public Tensor forward(Workspace ws, Tensor weight) {
      return other;
    }
  }
}

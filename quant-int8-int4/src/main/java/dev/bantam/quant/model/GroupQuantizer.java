package dev.bantam.quant.model;

import dev.bantam.nn.Parameter;
import dev.bantam.quant.RoundToNearest;
import dev.bantam.quant.WeightScheme;
import dev.bantam.quant.ptq.Awq;
import dev.bantam.quant.ptq.Gptq;
import dev.bantam.quant.ptq.OutputError;
import dev.bantam.quant.ptq.ScaledWeight;
import dev.bantam.quant.ptq.SmoothQuant;
import dev.bantam.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Quantizes the weights of layers that read the same input, by what is known of it.
 *
 * @param recipe how
 */
record GroupQuantizer(QuantizationRecipe recipe) {

  /**
   * What a weight becomes.
   *
   * @param weight the weight, and the factors of its input
   * @param inputMean of each column of the input; null if not known
   */
  record Result(ScaledWeight weight, double @Nullable [] inputMean) {}

  /** What a weight becomes where nothing is known of an input. */
  static ScaledWeight rounded(Parameter weight, WeightScheme scheme) {
    Tensor w = weight.value();
    return new ScaledWeight(
        RoundToNearest.quantize(w.toArray(), w.shape().dim(0), w.shape().dim(1), scheme), null);
  }

  /** What the weights of a group become, by the names of their layers. */
  Map<String, Result> quantize(InputGroup group) {
    List<float[]> weights = new ArrayList<>();
    for (var linear : group.layers.values()) {
      Tensor w = linear.weight().orElseThrow().value();
      weights.add(w.toArray());
    }
    List<ScaledWeight> quantized =
        recipe.smooth() ? smoothed(group, weights) : alone(group, weights);
    Map<String, Result> results = new LinkedHashMap<>();
    int i = 0;
    for (String name : group.layers.keySet()) {
      results.put(name, new Result(quantized.get(i++), group.statistics.mean()));
    }
    return results;
  }

  private List<ScaledWeight> alone(InputGroup group, List<float[]> weights) {
    List<ScaledWeight> quantized = new ArrayList<>();
    for (String name : group.layers.keySet()) {
      quantized.add(quantize(group, weights.get(quantized.size()), recipe.scheme(name)));
    }
    return quantized;
  }

  /**
   * What a weight becomes by the recipe's method, whatever its neighbours become.
   *
   * @param group that the layer is in
   * @param w its weight
   * @param scheme what to make of it
   */
  ScaledWeight quantize(InputGroup group, float[] w, WeightScheme scheme) {
    int columns = group.columns;
    int rows = w.length / columns;
    return switch (recipe.method()) {
      case ROUND -> new ScaledWeight(RoundToNearest.quantize(w, rows, columns, scheme), null);
      case GPTQ ->
          new ScaledWeight(
              Gptq.of(scheme.withClipping()).quantize(w, rows, columns, group.hessian.toArray()),
              null);
      case AWQ ->
          Awq.quantize(
                  w,
                  rows,
                  columns,
                  scheme,
                  group.statistics.meanMagnitude(),
                  new OutputError(group.hessian.toArray(), columns))
              .scaled();
    };
  }

  private List<ScaledWeight> smoothed(InputGroup group, List<float[]> weights) {
    return SmoothQuant.quantize(
            weights,
            recipe.weights(),
            group.statistics.maxMagnitude(),
            group.sample,
            recipe.input(recipe.weights()) != QuantizationRecipe.Input.STATIC)
        .weights();
  }
}

package dev.bantam.quant.model;

import dev.bantam.quant.QuantizedMatrix;
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
import java.util.Objects;
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

  /** What the weights of a group become, by the names of their layers. */
  Map<String, Result> quantize(InputGroup group) {
    List<float[]> weights = new ArrayList<>();
    for (var linear : group.layers.values()) {
      Tensor w = linear.weight().orElseThrow().value();
      weights.add(w.toArray());
    }
    List<ScaledWeight> quantized =
        recipe.smooth()
            ? smoothed(group, weights)
            : weights.stream().map(w -> alone(group, w)).toList();
    Map<String, Result> results = new LinkedHashMap<>();
    int i = 0;
    for (String name : group.layers.keySet()) {
      results.put(name, new Result(quantized.get(i++), group.statistics.mean()));
    }
    return results;
  }

  private ScaledWeight alone(InputGroup group, float[] w) {
    WeightScheme scheme = recipe.weights();
    int columns = group.columns;
    int rows = w.length / columns;
    return switch (recipe.method()) {
      case ROUND -> new ScaledWeight(RoundToNearest.quantize(w, rows, columns, scheme), null);
      case GPTQ ->
          new ScaledWeight(
              Gptq.of(scheme).quantize(w, rows, columns, group.hessian.toArray()), null);
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
    WeightScheme scheme = recipe.weights();
    List<ScaledWeight> rounded =
        SmoothQuant.quantize(
                weights,
                scheme,
                group.statistics.maxMagnitude(),
                group.sample,
                recipe.input() != QuantizationRecipe.Input.STATIC)
            .weights();
    float[] factors = rounded.getFirst().inputScales();
    if (recipe.method() != QuantizationRecipe.Method.GPTQ || factors == null) {
      return recipe.method() == QuantizationRecipe.Method.GPTQ
          ? weights.stream().map(w -> alone(group, w)).toList()
          : rounded;
    }
    int columns = group.columns;
    double[] h = group.hessian.toArray(); // of the input times the factors
    for (int i = 0; i < columns; i++) {
      for (int j = 0; j < columns; j++) {
        h[i * columns + j] *= (double) factors[i] * factors[j];
      }
    }
    List<ScaledWeight> results = new ArrayList<>();
    for (float[] w : weights) {
      float[] divided = ScaledWeight.divideColumns(w, Objects.requireNonNull(factors));
      QuantizedMatrix matrix =
          Gptq.of(scheme).quantize(divided, w.length / columns, columns, h);
      results.add(new ScaledWeight(matrix, factors));
    }
    return results;
  }
}

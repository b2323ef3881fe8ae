package dev.bantam.quant.ptq;

import dev.bantam.quant.QuantizedMatrix;
import dev.bantam.quant.RoundToNearest;
import dev.bantam.quant.WeightScheme;
import org.jspecify.annotations.Nullable;

/**
 * Gives columns whose inputs are large finer steps: they are multiplied by {@code s = mean|x|^r}
 * before they are rounded, and their inputs divided by it (Lin et al. 2024, "AWQ: Activation-aware
 * Weight Quantization"). r is that of 0, 0.05, ..., 0.95 with the least error of the layer's
 * output; 0 is rounding to nearest.
 */
public final class Awq {
  private static final int STEPS = 20;

  private Awq() {}

  /**
   * A weight and the factors of its input.
   *
   * @param scaled the weight
   * @param r exponent that was chosen
   * @param error of the output, as {@link OutputError} has it
   */
  public record Result(ScaledWeight scaled, double r, double error) {}

  /**
   * Quantizes a weight.
   *
   * @param w row-major [rows, columns], finite
   * @param rows outputs of the layer
   * @param columns inputs of the layer
   * @param scheme types and groups
   * @param meanMagnitude of each column of the input
   * @param outputError of the layer
   */
  public static Result quantize(
      float[] w,
      int rows,
      int columns,
      WeightScheme scheme,
      double[] meanMagnitude,
      OutputError outputError) {
    Result best = round(w, rows, columns, scheme, null, 0, outputError);
    for (int step = 1; step < STEPS; step++) {
      double r = (double) step / STEPS;
      float[] inputScales = inputScales(meanMagnitude, r);
      Result next = round(w, rows, columns, scheme, inputScales, r, outputError);
      if (next.error() < best.error()) {
        best = next;
      }
    }
    return best;
  }

  private static Result round(
      float[] w,
      int rows,
      int columns,
      WeightScheme scheme,
      float @Nullable [] inputScales,
      double r,
      OutputError outputError) {
    float[] scaled = inputScales == null ? w : ScaledWeight.divideColumns(w, inputScales);
    QuantizedMatrix rounded = RoundToNearest.quantize(scaled, rows, columns, scheme);
    ScaledWeight weight = new ScaledWeight(rounded, inputScales);
    return new Result(weight, r, outputError.of(weight.deviation(w)));
  }

  /** {@code 1 / s}, where the product of the largest and the least s is 1. */
  static float[] inputScales(double[] meanMagnitude, double r) {
    double[] s = new double[meanMagnitude.length];
    double least = Double.POSITIVE_INFINITY;
    double greatest = 0;
    for (int i = 0; i < s.length; i++) {
      s[i] = Math.max(Math.pow(meanMagnitude[i], r), 1e-4);
      least = Math.min(least, s[i]);
      greatest = Math.max(greatest, s[i]);
    }
    float[] inputScales = new float[s.length];
    for (int i = 0; i < s.length; i++) {
      inputScales[i] = (float) (Math.sqrt(least * greatest) / s[i]);
    }
    return inputScales;
  }
}

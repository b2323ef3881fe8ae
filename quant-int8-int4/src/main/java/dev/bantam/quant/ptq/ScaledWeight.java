package dev.bantam.quant.ptq;

import dev.bantam.quant.QuantizedMatrix;
import org.jspecify.annotations.Nullable;

/**
 * A weight whose columns were divided by the factors its input is to be multiplied with: {@code
 * y[n] = Σ_k (x[k] · inputScales[k]) · weight[n, k]}.
 *
 * @param weight [rows, columns]
 * @param inputScales [columns], positive; null if all are 1
 */
public record ScaledWeight(QuantizedMatrix weight, float @Nullable [] inputScales) {

  /** Checks that the parts fit. */
  public ScaledWeight {
    if (inputScales != null && inputScales.length != weight.columns()) {
      throw new IllegalArgumentException(
          "scaled weight: expected %d input scales, got %d"
              .formatted(weight.columns(), inputScales.length));
    }
  }

  /** What the layer multiplies its unscaled input with, row-major [rows, columns]. */
  public float[] effective() {
    float[] values = weight.dequantize();
    return inputScales == null ? values : multiplyColumns(values, inputScales);
  }

  /** What is wrong with {@link #effective}, given the weight as it was. */
  public float[] deviation(float[] w) {
    float[] values = effective();
    for (int i = 0; i < values.length; i++) {
      values[i] -= w[i];
    }
    return values;
  }

  /** A matrix with each column multiplied by a factor; new. */
  static float[] multiplyColumns(float[] matrix, float[] factors) {
    float[] product = new float[matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      product[i] = matrix[i] * factors[i % factors.length];
    }
    return product;
  }

  /** A matrix with each column divided by a factor; new. */
  static float[] divideColumns(float[] matrix, float[] factors) {
    float[] quotient = new float[matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      quotient[i] = matrix[i] / factors[i % factors.length];
    }
    return quotient;
  }
}

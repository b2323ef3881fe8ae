package dev.bantam.quant.kernel;

import dev.bantam.quant.InputQuantization;
import dev.bantam.quant.QuantizedMatrix;
import dev.bantam.tensor.kernel.Kernels;

/** One implementation of everything that layers with quantized weights compute. */
public interface QuantizedKernels {

  /**
   * Rounds one row of an input.
   *
   * <p>What is written is {@code code - zeroPoint}, the integer that the scale multiplies, as a
   * float: {@code clamp(round(x · (1 / scale)))}, half to even.
   *
   * @param input how
   * @param x the row
   * @param from index of the first element
   * @param n elements
   * @param codes integers in [-255, 255]; may be x
   * @param to index of the first of them
   * @return the scale; NaN if the row has a NaN, or is infinite and has no scale of its own
   */
  float round(InputQuantization input, float[] x, int from, int n, float[] codes, int to);

  /**
   * Rounds one row of an input and goes back to what the codes stand for: {@code scale · (code -
   * zeroPoint)}.
   *
   * @param input how
   * @param x the row
   * @param from index of the first element
   * @param n elements
   * @param y the values; may be x
   * @param to index of the first of them
   */
  default void roundTrip(InputQuantization input, float[] x, int from, int n, float[] y, int to) {
    float scale = round(input, x, from, n, y, to);
    for (int i = to; i < to + n; i++) {
      y[i] *= scale;
    }
  }

  /** Rounding of weights that are trained. */
  WeightRounding weights();

  /**
   * The product of rounded inputs with integer weights.
   *
   * @param w weights of an {@linkplain dev.bantam.quant.WeightType#isInteger integer type}
   */
  QuantizedProduct integers(QuantizedMatrix w);

  /**
   * The product of floats with weights of any type.
   *
   * @param w weights
   */
  QuantizedProduct floats(QuantizedMatrix w);

  /** The kernels that go with those of a workspace. */
  static QuantizedKernels of(Kernels kernels) {
    return kernels.equals(Kernels.scalar())
        ? new ScalarQuantizedKernels()
        : SimdChoice.kernels(kernels);
  }
}

package dev.bantam.quant.kernel;

import dev.bantam.quant.InputQuantization;
import dev.bantam.quant.QuantizedMatrix;
import java.util.Arrays;

/** {@link QuantizedKernels} as the formulas: documentation, fall-back and oracle. */
final class ScalarQuantizedKernels implements QuantizedKernels {

  @Override
  public float round(InputQuantization input, float[] x, int from, int n, float[] codes, int to) {
    return switch (input) {
      case InputQuantization.None _ ->
          throw new IllegalArgumentException("round: the input is not to be rounded");
      case InputQuantization.Dynamic _ -> {
        float top = max(x, from, n, 1);
        float bottom = max(x, from, n, -1);
        float scale = top / 255 + bottom / 255;
        if (scale < Float.MIN_NORMAL || !Float.isFinite(scale)) {
          Arrays.fill(codes, to, to + n, 0);
          yield scale < Float.MIN_NORMAL ? 0 : Float.NaN;
        }
        int least = -(int) Math.rint(bottom / scale);
        round(x, from, n, scale, least, least + 255, codes, to);
        yield scale;
      }
      case InputQuantization.Static(float scale, int zero) -> {
        boolean nan = Float.isNaN(max(x, from, n, 1));
        round(x, from, n, scale, -128 - zero, 127 - zero, codes, to);
        yield nan ? Float.NaN : scale;
      }
    };
  }

  /** {@code max(sign · x, 0)}; NaN if there is one. */
  private static float max(float[] x, int from, int n, int sign) {
    float max = 0;
    for (int i = from; i < from + n; i++) {
      max = Math.max(max, sign * x[i]);
    }
    return max;
  }

  private static void round(
      float[] x, int from, int n, float scale, int min, int max, float[] codes, int to) {
    float inverse = 1 / scale;
    for (int i = 0; i < n; i++) {
      codes[to + i] = Math.clamp((long) Math.rint(x[from + i] * inverse), min, max);
    }
  }

  @Override
  public WeightRounding weights() {
    return new WeightRounding() {};
  }

  @Override
  public QuantizedProduct integers(QuantizedMatrix w) {
    return new ScalarIntegerProduct(w);
  }

  @Override
  public QuantizedProduct floats(QuantizedMatrix w) {
    return new ScalarFloatProduct(w);
  }
}

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
        float max = max(x, from, n);
        float scale = max / 127;
        if (scale == 0 || !Float.isFinite(scale)) {
          Arrays.fill(codes, to, to + n, 0);
          yield scale == 0 ? 0 : Float.NaN;
        }
        round(x, from, n, scale, -127, 127, codes, to);
        yield scale;
      }
      case InputQuantization.Static(float scale, int zero) -> {
        boolean nan = Float.isNaN(max(x, from, n));
        round(x, from, n, scale, -128 - zero, 127 - zero, codes, to);
        yield nan ? Float.NaN : scale;
      }
    };
  }

  private static float max(float[] x, int from, int n) {
    float max = 0;
    for (int i = from; i < from + n; i++) {
      max = Math.max(max, Math.abs(x[i]));
    }
    return max;
  }

  private static void round(
      float[] x, int from, int n, float scale, int min, int max, float[] codes, int to) {
    for (int i = 0; i < n; i++) {
      codes[to + i] = Math.clamp((long) Math.rint(x[from + i] / scale), min, max);
    }
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

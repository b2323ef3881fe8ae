package dev.bantam.quant.kernel.simd;

import static dev.bantam.quant.kernel.simd.Lanes.FLOATS;
import static dev.bantam.quant.kernel.simd.Lanes.INTS;
import static dev.bantam.quant.kernel.simd.Lanes.L;

import dev.bantam.quant.InputQuantization;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Rounds a row of an input to integers. */
final class RowRounding {
  /** Adding it rounds a float to an integer, which then stands in the low bits of the sum. */
  private static final float ROUNDER = 0x1.8p23f;

  private static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);

  private RowRounding() {}

  /** See {@link dev.bantam.quant.kernel.QuantizedKernels#round}. */
  static float round(InputQuantization input, float[] x, int from, int n, float[] codes, int to) {
    return switch (input) {
      case InputQuantization.None _ ->
          throw new IllegalArgumentException("round: the input is not to be rounded");
      case InputQuantization.Dynamic _ -> {
        float top = max(x, from, n, 0);
        float bottom = max(x, from, n, Integer.MIN_VALUE);
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
        boolean nan =
            Float.isNaN(max(x, from, n, 0)) || Float.isNaN(max(x, from, n, Integer.MIN_VALUE));
        round(x, from, n, scale, -128 - zero, 127 - zero, codes, to);
        yield nan ? Float.NaN : scale;
      }
    };
  }

  /**
   * {@code max(x, 0)}, or of {@code -x} where signs are flipped. Floats from 0 are in the order of
   * their bits, with NaN above them, and those below are negative integers.
   */
  private static float max(float[] x, int from, int n, int flip) {
    IntVector max0 = IntVector.zero(INTS);
    IntVector max1 = IntVector.zero(INTS);
    int i = 0;
    for (; i <= n - 2 * L; i += 2 * L) {
      max0 = max0.max(bits(x, from + i, flip));
      max1 = max1.max(bits(x, from + i + L, flip));
    }
    int max = max0.max(max1).reduceLanes(VectorOperators.MAX);
    for (; i < n; i++) {
      max = Math.max(max, Float.floatToRawIntBits(x[from + i]) ^ flip);
    }
    return Float.intBitsToFloat(max);
  }

  private static IntVector bits(float[] x, int at, int flip) {
    return FloatVector.fromArray(FLOATS, x, at)
        .reinterpretAsInts()
        .lanewise(VectorOperators.XOR, flip);
  }

  private static void round(
      float[] x, int from, int n, float scale, int min, int max, float[] codes, int to) {
    float inverse = 1 / scale;
    int i = 0;
    for (; i <= n - L; i += L) {
      // clamped as bits, whose order is that of the floats; so no fix-up for NaN is needed
      FloatVector.fromArray(FLOATS, x, from + i)
          .mul(inverse)
          .add(ROUNDER)
          .reinterpretAsInts()
          .max(ROUNDER_BITS + min)
          .min(ROUNDER_BITS + max)
          .reinterpretAsFloats()
          .sub(ROUNDER)
          .intoArray(codes, to + i);
    }
    for (; i < n; i++) {
      codes[to + i] = Math.clamp((long) Math.rint(x[from + i] * inverse), min, max);
    }
  }
}

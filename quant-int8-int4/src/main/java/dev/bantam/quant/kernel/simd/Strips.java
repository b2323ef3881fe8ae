package dev.bantam.quant.kernel.simd;

import static dev.bantam.quant.kernel.simd.Lanes.L;

import dev.bantam.quant.QuantizedMatrix;
import dev.bantam.quant.WeightType;

/**
 * A quantized matrix [outputs, inputs] as strips of {@link #WIDTH} outputs: an input's codes of one
 * strip stand together. The last panel is filled up with weights of 0.
 *
 * @param type what a code is
 * @param outputs rows of the matrix
 * @param inputs columns of the matrix
 * @param groupSize inputs that share a scale
 * @param padded outputs, filled up to whole panels
 * @param codes without sign, integers shifted by {@link #shift}. Of 8 bits: strip s, input k, lane
 *     j at {@code (s inputs + k) WIDTH + j}. Of 4 bits, at {@code (s inputs + k) WIDTH / 2 + j}:
 *     lane j in the low half, lane {@code L + j} in the high one
 * @param scales [groups, padded]; of integers in high halves a 16th, as these are read as they
 *     stand, 16 times too large, which saves shifting them and changes no bit of a product
 * @param zeros the codes of 0 [groups, padded], 16 times those in high halves; empty if all are 0
 * @param levels the value of a code; empty for integers
 */
record Strips(
    WeightType type,
    int outputs,
    int inputs,
    int groupSize,
    int padded,
    byte[] codes,
    float[] scales,
    float[] zeros,
    float[] levels) {
  /** Outputs of a strip: two vectors. */
  static final int WIDTH = 2 * L;

  /** Zeros of two strips of symmetric weights. */
  static final float[] NO_ZEROS = new float[2 * WIDTH];

  /** Packs a matrix for panels of some width, a multiple of {@link #WIDTH}. */
  static Strips pack(QuantizedMatrix w, int panelWidth) {
    int padded = Math.ceilDiv(w.rows(), panelWidth) * panelWidth;
    int shift = shift(w.type());
    int stripBytes = w.type().rowBytes(WIDTH);
    boolean halves = w.type().bits() == 4;
    byte[] codes =
        new byte[Math.multiplyExact(padded / WIDTH, Math.multiplyExact(w.columns(), stripBytes))];
    for (int n = 0; n < padded; n++) {
      int base = n / WIDTH * w.columns() * stripBytes;
      int lane = n % WIDTH;
      int half = halves && lane >= L ? 4 : 0;
      int at = base + (halves ? lane % L : lane);
      for (int k = 0; k < w.columns(); k++) {
        int code = n < w.rows() ? w.code(n, k) : 0;
        codes[at + k * stripBytes] |= (byte) (code + shift << half);
      }
    }
    int groups = w.groups();
    float[] scales = new float[groups * padded];
    byte[] zeroPoints = w.zeroPoints();
    float[] zeros = new float[zeroPoints == null ? 0 : groups * padded];
    for (int n = 0; n < w.rows(); n++) {
      float factor = factor(w.type(), n);
      for (int g = 0; g < groups; g++) {
        scales[g * padded + n] = w.scales()[n * groups + g] / factor;
        if (zeroPoints != null) {
          zeros[g * padded + n] = zeroPoints[n * groups + g] * factor;
        }
      }
    }
    return new Strips(
        w.type(),
        w.rows(),
        w.columns(),
        w.groupSize(),
        padded,
        codes,
        scales,
        zeros,
        levels(w.type()));
  }

  /** How many times its code an integer of an output is when it is read. */
  static int factor(WeightType type, int output) {
    return type == WeightType.INT4 && output % WIDTH >= L ? 16 : 1;
  }

  /** What is added to a code before it is stored. */
  private static int shift(WeightType type) {
    return switch (type) {
      case INT4 -> 8;
      case INT8, NF4, FP8_E4M3, FP8_E5M2 -> 0;
    };
  }

  private static float[] levels(WeightType type) {
    float[] levels = new float[type.isInteger() ? 0 : 1 << type.bits()];
    for (int code = 0; code < levels.length; code++) {
      levels[code] = type.level(code);
    }
    return levels;
  }

  /** Index of the code of a strip's first output at an input. */
  int at(int strip, int k) {
    return (strip * inputs + k) * type.rowBytes(WIDTH);
  }

  /** Index of a strip's first scale in the group of an input. */
  int scaleAt(int strip, int k) {
    return k / groupSize * padded + strip * WIDTH;
  }

  /** Where the codes of 0 are, from {@link #zeroAt} on: 0 itself if weights are symmetric. */
  float[] zeroCodes() {
    return asymmetric() ? zeros : NO_ZEROS;
  }

  /** Index in {@link #zeroCodes} of a strip's first, and its neighbour's, in an input's group. */
  int zeroAt(int strip, int k) {
    return asymmetric() ? scaleAt(strip, k) : 0;
  }

  /** Whether all inputs of an output share a scale. */
  boolean oneGroup() {
    return groupSize >= inputs;
  }

  /** Whether 0 has a code of its own in each group. */
  boolean asymmetric() {
    return zeros.length > 0;
  }

  /** One past the last input that shares a group with one and is below a limit. */
  int groupEnd(int k, int limit) {
    return (int) Math.min((long) (k / groupSize + 1) * groupSize, limit);
  }

  long bytes() {
    return codes.length + 4L * (scales.length + zeros.length + levels.length);
  }
}

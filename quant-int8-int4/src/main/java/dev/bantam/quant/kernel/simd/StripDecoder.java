package dev.bantam.quant.kernel.simd;

import static dev.bantam.quant.kernel.simd.CodeTiles.MASK;
import static dev.bantam.quant.kernel.simd.Lanes.FLOATS;
import static dev.bantam.quant.kernel.simd.Lanes.HIGH_OFFSET;
import static dev.bantam.quant.kernel.simd.Lanes.L;
import static dev.bantam.quant.kernel.simd.Lanes.LOW_OFFSET;
import static dev.bantam.quant.kernel.simd.Lanes.bytes;
import static dev.bantam.quant.kernel.simd.Lanes.high;
import static dev.bantam.quant.kernel.simd.Lanes.low;
import static dev.bantam.quant.kernel.simd.Lanes.signed;
import static dev.bantam.quant.kernel.simd.Strips.WIDTH;

import dev.bantam.tensor.kernel.MatmulKernel;
import dev.bantam.tensor.kernel.PackedMatrix;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Writes weights of a strip as floats into panels.
 *
 * <p>They are decoded into an array that stays in the first level cache, some inputs at a time, and
 * copied from there: storing vectors into a panel, which may be memory outside the heap, takes
 * several times as long as both.
 */
final class StripDecoder {
  /** Inputs that are decoded together. */
  private static final int DEPTH = 96;

  /** Where in scratch memory the second vector of a strip is. */
  private static final int SECOND = DEPTH * L;

  /** Floats of scratch memory. */
  static final int SCRATCH = 2 * SECOND;

  private static final float[] ONES = ones();

  private StripDecoder() {}

  private static float[] ones() {
    float[] ones = new float[WIDTH];
    Arrays.fill(ones, 1);
    return ones;
  }

  /**
   * Decodes a strip for some inputs: {@code scale · (code - zero)}.
   *
   * @param w codes
   * @param strip which strip
   * @param k first input
   * @param depth number of inputs, at most {@link MatmulKernel#BLOCK}
   * @param panels where to: a matrix of these inputs
   * @param output where in it the strip begins
   * @param scratch memory, from 0 on
   */
  static void decode(
      Strips w, int strip, int k, int depth, PackedMatrix panels, int output, float[] scratch) {
    for (int from = k; from < k + depth; ) {
      int end = w.groupEnd(from, Math.min(from + DEPTH, k + depth));
      int at = w.at(strip, from);
      int s = w.scaleAt(strip, from);
      int z = w.zeroAt(strip, from);
      decode(w, at, end - from, w.scales(), s, w.zeroCodes(), z, scratch);
      write(panels, output, from - k, end - from, scratch);
      from = end;
    }
  }

  /**
   * Decodes a strip of integers for some inputs to the codes themselves; those in high halves of
   * bytes are 16 times as large.
   */
  static void decodeCodes(
      Strips w, int strip, int k, int depth, PackedMatrix panels, int output, float[] scratch) {
    for (int from = k; from < k + depth; from += DEPTH) {
      int count = Math.min(DEPTH, k + depth - from);
      decode(w, w.at(strip, from), count, ONES, 0, Strips.NO_ZEROS, 0, scratch);
      write(panels, output, from - k, count, scratch);
    }
  }

  private static void write(PackedMatrix panels, int output, int k, int depth, float[] scratch) {
    panels.write(output, k, scratch, 0, L, depth);
    panels.write(output + L, k, scratch, SECOND, L, depth);
  }

  private static void decode(
      Strips w, int from, int depth, float[] scales, int s, float[] zeros, int z, float[] to) {
    byte[] codes = w.codes();
    switch (w.type()) {
      case INT8 -> bytes8(codes, from, depth, scales, s, zeros, z, to);
      case INT4 -> bytes4(codes, from, depth, scales, s, zeros, z, to);
      case NF4 -> halves(codes, from, depth, scales, s, w.levels(), to);
      case FP8_E4M3, FP8_E5M2 -> table(codes, from, depth, scales, s, w.levels(), to);
    }
  }

  private static void bytes8(
      byte[] w,
      int wFrom,
      int blockDepth,
      float[] scales,
      int s,
      float[] zeros,
      int z,
      float[] to) {
    int from = wFrom & MASK;
    int depth = Math.min(blockDepth, DEPTH);
    FloatVector s0 = FloatVector.fromArray(FLOATS, scales, s);
    FloatVector s1 = FloatVector.fromArray(FLOATS, scales, s + L);
    FloatVector z0 = FloatVector.fromArray(FLOATS, zeros, z);
    FloatVector z1 = FloatVector.fromArray(FLOATS, zeros, z + L);
    for (int k = 0; k < depth; k++) {
      int at = from + k * WIDTH;
      signed(w, at).sub(z0).mul(s0).intoArray(to, k * L);
      signed(w, at + L).sub(z1).mul(s1).intoArray(to, k * L + SECOND);
    }
  }

  private static void bytes4(
      byte[] w,
      int wFrom,
      int blockDepth,
      float[] scales,
      int s,
      float[] zeros,
      int z,
      float[] to) {
    int from = wFrom & MASK;
    int depth = Math.min(blockDepth, DEPTH);
    FloatVector s0 = FloatVector.fromArray(FLOATS, scales, s);
    FloatVector s1 = FloatVector.fromArray(FLOATS, scales, s + L);
    FloatVector z0 = FloatVector.fromArray(FLOATS, zeros, z).add(LOW_OFFSET);
    FloatVector z1 = FloatVector.fromArray(FLOATS, zeros, z + L).add(HIGH_OFFSET);
    for (int k = 0; k < depth; k++) {
      IntVector b = bytes(w, from + k * L);
      low(b, z0).mul(s0).intoArray(to, k * L);
      high(b, z1).mul(s1).intoArray(to, k * L + SECOND);
    }
  }

  private static void halves(
      byte[] w, int from, int depth, float[] scales, int s, float[] levels, float[] to) {
    for (int k = 0; k < depth; k++) {
      for (int j = 0; j < L; j++) {
        int b = w[from + k * L + j];
        to[k * L + j] = levels[b & 15] * scales[s + j];
        to[k * L + j + SECOND] = levels[b >> 4 & 15] * scales[s + L + j];
      }
    }
  }

  private static void table(
      byte[] w, int from, int depth, float[] scales, int s, float[] levels, float[] to) {
    for (int k = 0; k < depth; k++) {
      for (int j = 0; j < L; j++) {
        int at = from + k * WIDTH + j;
        to[k * L + j] = levels[w[at] & 0xFF] * scales[s + j];
        to[k * L + j + SECOND] = levels[w[at + L] & 0xFF] * scales[s + L + j];
      }
    }
  }
}

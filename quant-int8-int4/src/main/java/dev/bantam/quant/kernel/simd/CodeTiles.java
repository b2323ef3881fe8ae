package dev.bantam.quant.kernel.simd;

import dev.bantam.quant.WeightType;
import dev.bantam.tensor.kernel.MatmulKernel;
import jdk.incubator.vector.FloatVector;

/** Sums of products of rounded inputs and codes, cut into tiles. */
final class CodeTiles {
  /** Most products of one sum: both sides of a tile then stay in the first level cache. */
  static final int DEPTH = MatmulKernel.BLOCK;

  /** Distance between rows: not a power of two, so that rows do not fall into one cache set. */
  static final int STRIDE = DEPTH + 16;

  /** Offsets are below. */
  static final int MASK = (1 << 30) - 1;

  /**
   * Heights of tiles. x86 has 32 vector registers with AVX-512 and 16 without; other architectures
   * of today have 32.
   */
  private static final int[] HEIGHTS =
      System.getProperty("os.arch", "").matches("amd64|x86_64|i386|x86")
              && FloatVector.SPECIES_PREFERRED.vectorBitSize() < 512
          ? new int[] {6, 4, 2, 1}
          : new int[] {12, 8, 6, 4, 2, 1};

  private CodeTiles() {}

  /**
   * Computes {@code c[i, j] = Σ_k a[i, k] code[k, j]} for one strip.
   *
   * @param w weights of an integer type
   * @param strip which strip
   * @param k first input
   * @param depth number of inputs, at most {@link #DEPTH}
   * @param rows number of rows
   * @param a rounded inputs from k on; rows are {@link #STRIDE} apart
   * @param at index of a[0, 0]
   * @param c sums; row i begins at {@code to + i * ldc}
   * @param to index of c[0, 0]
   * @param ldc distance between rows of c
   */
  static void multiply(
      Strips w,
      int strip,
      int k,
      int depth,
      int rows,
      float[] a,
      int at,
      float[] c,
      int to,
      int ldc) {
    int from = w.at(strip, k);
    int i = 0;
    for (int height : HEIGHTS) {
      for (; i + height <= rows; i += height) {
        if (w.type() == WeightType.INT8) {
          Int8Tiles.multiply(
              height, w.codes(), from, depth, a, at + i * STRIDE, c, to + i * ldc, ldc);
        } else {
          Int4Tiles.multiply(
              height, w.codes(), from, depth, a, at + i * STRIDE, c, to + i * ldc, ldc);
        }
      }
    }
  }
}

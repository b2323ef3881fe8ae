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
   * Heights of tiles, all even. x86 has 32 vector registers with AVX-512 and 16 without; other
   * architectures of today have 32.
   */
  private static final int[] HEIGHTS =
      System.getProperty("os.arch", "").matches("amd64|x86_64|i386|x86")
              && FloatVector.SPECIES_PREFERRED.vectorBitSize() < 512
          ? new int[] {6, 4, 2}
          : new int[] {12, 8, 6, 4, 2};

  private CodeTiles() {}

  /**
   * Computes {@code c[i, j] = Σ_k a[i, k] code[k, j]} for strips that are neighbours.
   *
   * @param w weights of an integer type
   * @param strip the first
   * @param strips how many, an even number
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
      int strips,
      int k,
      int depth,
      int rows,
      float[] a,
      int at,
      float[] c,
      int to,
      int ldc) {
    boolean bytes = w.type() == WeightType.INT8;
    int even = rows & ~1;
    for (int s = 0; s < strips; s++) {
      int from = w.at(strip + s, k);
      tiles(bytes, w.codes(), from, depth, even, a, at, c, to + s * Strips.WIDTH, ldc);
    }
    if (even < rows) {
      row(bytes, w, strip, strips, k, depth, a, at + even * STRIDE, c, to + even * ldc);
    }
  }

  /** One row of an even number of strips. */
  private static void row(
      boolean bytes,
      Strips w,
      int strip,
      int strips,
      int k,
      int depth,
      float[] a,
      int at,
      float[] c,
      int to) {
    byte[] codes = w.codes();
    int step = w.at(strip + 1, k) - w.at(strip, k);
    for (int s = 0; s < strips; ) {
      int from = w.at(strip + s, k);
      int sums = to + s * Strips.WIDTH;
      if (bytes) {
        Int8Tiles.multiplyRow2(codes, from, step, depth, a, at, c, sums);
        s += 2;
      } else if (strips - s < 4) {
        Int4Tiles.multiplyRow2(codes, from, step, depth, a, at, c, sums);
        s += 2;
      } else {
        Int4Tiles.multiplyRow4(codes, from, step, depth, a, at, c, sums);
        s += 4;
      }
    }
  }

  /** An even number of rows of one strip. */
  private static void tiles(
      boolean bytes,
      byte[] w,
      int from,
      int depth,
      int rows,
      float[] a,
      int at,
      float[] c,
      int to,
      int ldc) {
    int i = 0;
    for (int height : HEIGHTS) {
      for (; i + height <= rows; i += height) {
        if (bytes) {
          Int8Tiles.multiply(height, w, from, depth, a, at + i * STRIDE, c, to + i * ldc, ldc);
        } else {
          Int4Tiles.multiply(height, w, from, depth, a, at + i * STRIDE, c, to + i * ldc, ldc);
        }
      }
    }
  }
}

package dev.bantam.tensor.kernel.simd;

import static java.util.Objects.checkIndex;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles of attention: {@code c[i, j] += Σ_k a[k, i] b[k, j]} for up to 6 rows and 2
 * vectors of columns, few enough for machines with 16 vector registers.
 *
 * <p>Both sides have {@link #WIDTH} columns and are read in one step, for the reason that {@link
 * NarrowTiles} gives; so the left one is transposed, which the scores of a panel of queries are by
 * themselves. Offsets are masked, as there.
 */
final class AttentionTiles {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int L = SPECIES.length();

  /** Columns of every tile, and rows of a group. */
  static final int WIDTH = 2 * L;

  /** Most products of a tile at once: both sides then stay in the first level cache. */
  private static final int DEPTH = 192;

  /** Offsets of a and b are below. */
  private static final int LIMIT = 1 << 30;

  private static final int MASK = LIMIT - 1;

  /** Rows of the largest tile. */
  private static final int ROWS = 6;

  private AttentionTiles() {}

  /**
   * Adds a product to a block. Products are added to an output one after the other, in the order of
   * k.
   *
   * @param rows number of rows
   * @param a left side, transposed: groups [depth, {@link #WIDTH}] of rows
   * @param at index of a[0, 0]
   * @param b right side [depth, {@link #WIDTH}]
   * @param from index of b[0, 0]
   * @param depth number of products
   * @param c block; row i begins at {@code to + i * ldc}
   * @param to index of c[0, 0]
   * @param ldc distance between rows of c
   */
  static void add(
      int rows, float[] a, int at, float[] b, int from, int depth, float[] c, int to, int ldc) {
    for (int k = 0; k < depth; k += DEPTH) {
      int d = Math.min(DEPTH, depth - k);
      int right = checkIndex(from + k * WIDTH, LIMIT);
      for (int i = 0; i < rows; i += WIDTH) {
        int left = checkIndex(at + i * depth + k * WIDTH, LIMIT - WIDTH);
        addGroup(Math.min(WIDTH, rows - i), a, left, b, right, d, c, to + i * ldc, ldc);
      }
    }
  }

  /** Cuts a group into tiles. */
  private static void addGroup(
      int rows, float[] a, int at, float[] b, int from, int depth, float[] c, int to, int ldc) {
    int tiles = Math.ceilDiv(rows, ROWS);
    for (int i = 0; i < rows; tiles--) {
      int height = Math.min(ROWS, rows - i - 4 * (tiles - 1)); // rather 6 and 4 than 5
      switch (height) {
        case 6 -> add6(a, at + i, b, from, depth, c, to + i * ldc, ldc);
        case 5 -> add5(a, at + i, b, from, depth, c, to + i * ldc, ldc);
        case 4 -> add4(a, at + i, b, from, depth, c, to + i * ldc, ldc);
        case 3 -> add3(a, at + i, b, from, depth, c, to + i * ldc, ldc);
        case 2 -> add2(a, at + i, b, from, depth, c, to + i * ldc, ldc);
        default -> add1(a, at + i, b, from, depth, c, to + i * ldc);
      }
      i += height;
    }
  }

  private static void add6(
      float[] a, int aFrom, float[] b, int bFrom, int depth, float[] c, int to, int ldc) {
    int at = aFrom & MASK;
    int from = bFrom & MASK;
    int end = Math.min(depth, DEPTH) * WIDTH;
    int r1 = to + ldc;
    int r2 = r1 + ldc;
    int r3 = r2 + ldc;
    int r4 = r3 + ldc;
    int r5 = r4 + ldc;
    FloatVector c00 = FloatVector.fromArray(SPECIES, c, to);
    FloatVector c01 = FloatVector.fromArray(SPECIES, c, to + L);
    FloatVector c10 = FloatVector.fromArray(SPECIES, c, r1);
    FloatVector c11 = FloatVector.fromArray(SPECIES, c, r1 + L);
    FloatVector c20 = FloatVector.fromArray(SPECIES, c, r2);
    FloatVector c21 = FloatVector.fromArray(SPECIES, c, r2 + L);
    FloatVector c30 = FloatVector.fromArray(SPECIES, c, r3);
    FloatVector c31 = FloatVector.fromArray(SPECIES, c, r3 + L);
    FloatVector c40 = FloatVector.fromArray(SPECIES, c, r4);
    FloatVector c41 = FloatVector.fromArray(SPECIES, c, r4 + L);
    FloatVector c50 = FloatVector.fromArray(SPECIES, c, r5);
    FloatVector c51 = FloatVector.fromArray(SPECIES, c, r5 + L);
    for (int k = 0; k < end; k += WIDTH) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, from + k);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, from + k + L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at + k]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + k + 1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + k + 2]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + k + 3]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[at + k + 4]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[at + k + 5]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
    }
    c00.intoArray(c, to);
    c01.intoArray(c, to + L);
    c10.intoArray(c, r1);
    c11.intoArray(c, r1 + L);
    c20.intoArray(c, r2);
    c21.intoArray(c, r2 + L);
    c30.intoArray(c, r3);
    c31.intoArray(c, r3 + L);
    c40.intoArray(c, r4);
    c41.intoArray(c, r4 + L);
    c50.intoArray(c, r5);
    c51.intoArray(c, r5 + L);
  }

  private static void add5(
      float[] a, int aFrom, float[] b, int bFrom, int depth, float[] c, int to, int ldc) {
    int at = aFrom & MASK;
    int from = bFrom & MASK;
    int end = Math.min(depth, DEPTH) * WIDTH;
    int r1 = to + ldc;
    int r2 = r1 + ldc;
    int r3 = r2 + ldc;
    int r4 = r3 + ldc;
    FloatVector c00 = FloatVector.fromArray(SPECIES, c, to);
    FloatVector c01 = FloatVector.fromArray(SPECIES, c, to + L);
    FloatVector c10 = FloatVector.fromArray(SPECIES, c, r1);
    FloatVector c11 = FloatVector.fromArray(SPECIES, c, r1 + L);
    FloatVector c20 = FloatVector.fromArray(SPECIES, c, r2);
    FloatVector c21 = FloatVector.fromArray(SPECIES, c, r2 + L);
    FloatVector c30 = FloatVector.fromArray(SPECIES, c, r3);
    FloatVector c31 = FloatVector.fromArray(SPECIES, c, r3 + L);
    FloatVector c40 = FloatVector.fromArray(SPECIES, c, r4);
    FloatVector c41 = FloatVector.fromArray(SPECIES, c, r4 + L);
    for (int k = 0; k < end; k += WIDTH) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, from + k);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, from + k + L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at + k]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + k + 1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + k + 2]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + k + 3]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[at + k + 4]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
    }
    c00.intoArray(c, to);
    c01.intoArray(c, to + L);
    c10.intoArray(c, r1);
    c11.intoArray(c, r1 + L);
    c20.intoArray(c, r2);
    c21.intoArray(c, r2 + L);
    c30.intoArray(c, r3);
    c31.intoArray(c, r3 + L);
    c40.intoArray(c, r4);
    c41.intoArray(c, r4 + L);
  }

  private static void add4(
      float[] a, int aFrom, float[] b, int bFrom, int depth, float[] c, int to, int ldc) {
    int at = aFrom & MASK;
    int from = bFrom & MASK;
    int end = Math.min(depth, DEPTH) * WIDTH;
    int r1 = to + ldc;
    int r2 = r1 + ldc;
    int r3 = r2 + ldc;
    FloatVector c00 = FloatVector.fromArray(SPECIES, c, to);
    FloatVector c01 = FloatVector.fromArray(SPECIES, c, to + L);
    FloatVector c10 = FloatVector.fromArray(SPECIES, c, r1);
    FloatVector c11 = FloatVector.fromArray(SPECIES, c, r1 + L);
    FloatVector c20 = FloatVector.fromArray(SPECIES, c, r2);
    FloatVector c21 = FloatVector.fromArray(SPECIES, c, r2 + L);
    FloatVector c30 = FloatVector.fromArray(SPECIES, c, r3);
    FloatVector c31 = FloatVector.fromArray(SPECIES, c, r3 + L);
    for (int k = 0; k < end; k += WIDTH) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, from + k);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, from + k + L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at + k]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + k + 1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + k + 2]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + k + 3]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
    }
    c00.intoArray(c, to);
    c01.intoArray(c, to + L);
    c10.intoArray(c, r1);
    c11.intoArray(c, r1 + L);
    c20.intoArray(c, r2);
    c21.intoArray(c, r2 + L);
    c30.intoArray(c, r3);
    c31.intoArray(c, r3 + L);
  }

  private static void add3(
      float[] a, int aFrom, float[] b, int bFrom, int depth, float[] c, int to, int ldc) {
    int at = aFrom & MASK;
    int from = bFrom & MASK;
    int end = Math.min(depth, DEPTH) * WIDTH;
    int r1 = to + ldc;
    int r2 = r1 + ldc;
    FloatVector c00 = FloatVector.fromArray(SPECIES, c, to);
    FloatVector c01 = FloatVector.fromArray(SPECIES, c, to + L);
    FloatVector c10 = FloatVector.fromArray(SPECIES, c, r1);
    FloatVector c11 = FloatVector.fromArray(SPECIES, c, r1 + L);
    FloatVector c20 = FloatVector.fromArray(SPECIES, c, r2);
    FloatVector c21 = FloatVector.fromArray(SPECIES, c, r2 + L);
    for (int k = 0; k < end; k += WIDTH) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, from + k);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, from + k + L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at + k]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + k + 1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + k + 2]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
    }
    c00.intoArray(c, to);
    c01.intoArray(c, to + L);
    c10.intoArray(c, r1);
    c11.intoArray(c, r1 + L);
    c20.intoArray(c, r2);
    c21.intoArray(c, r2 + L);
  }

  private static void add2(
      float[] a, int aFrom, float[] b, int bFrom, int depth, float[] c, int to, int ldc) {
    int at = aFrom & MASK;
    int from = bFrom & MASK;
    int end = Math.min(depth, DEPTH) * WIDTH;
    int r1 = to + ldc;
    FloatVector c00 = FloatVector.fromArray(SPECIES, c, to);
    FloatVector c01 = FloatVector.fromArray(SPECIES, c, to + L);
    FloatVector c10 = FloatVector.fromArray(SPECIES, c, r1);
    FloatVector c11 = FloatVector.fromArray(SPECIES, c, r1 + L);
    for (int k = 0; k < end; k += WIDTH) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, from + k);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, from + k + L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at + k]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + k + 1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
    }
    c00.intoArray(c, to);
    c01.intoArray(c, to + L);
    c10.intoArray(c, r1);
    c11.intoArray(c, r1 + L);
  }

  private static void add1(
      float[] a, int aFrom, float[] b, int bFrom, int depth, float[] c, int to) {
    int at = aFrom & MASK;
    int from = bFrom & MASK;
    int end = Math.min(depth, DEPTH) * WIDTH;
    FloatVector c00 = FloatVector.fromArray(SPECIES, c, to);
    FloatVector c01 = FloatVector.fromArray(SPECIES, c, to + L);
    for (int k = 0; k < end; k += WIDTH) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, from + k);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, from + k + L);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at + k]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
    }
    c00.intoArray(c, to);
    c01.intoArray(c, to + L);
  }
}

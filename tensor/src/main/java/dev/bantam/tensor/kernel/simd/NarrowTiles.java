package dev.bantam.tensor.kernel.simd;

import static dev.bantam.tensor.kernel.simd.PanelSlice.COLUMN;
import static dev.bantam.tensor.kernel.simd.PanelSlice.DEPTH;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles for machines with 16 vector registers: {@code c[i, j] = s[i, j] + Σ_k a[k, i] b[k,
 * j]} for up to 6 rows and 4 vectors of columns.
 *
 * <p>The largest holds 12 accumulators of 6 rows and 2 vectors of columns, 2 vectors of b and a
 * broadcast of a. A core that starts 4 instructions a cycle has 24 slots for its 12 products, 8
 * loads and what runs the loop; so both sides advance by a vector a step, and one counter addresses
 * them. For that a is transposed. Offsets are masked, which changes none of them, but tells the
 * compiler that no index overflows; then it computes what does not change before the loop. (Where
 * it learns the same from a check, it spills; so it does where b is a memory segment.)
 */
final class NarrowTiles {
  private static final VectorSpecies<Float> SPECIES = PanelSlice.SPECIES;
  private static final int L = PanelSlice.VECTOR;

  /** Rows of the largest tile: of a transposed row of a, a vector holds no more. */
  static final int ROWS = Math.min(L, 6);

  /** Offsets of a and b are below. */
  static final int LIMIT = 1 << 30;

  private static final int MASK = LIMIT - 1;

  private NarrowTiles() {}

  /**
   * Computes a tile: a product, added to where it starts from.
   *
   * @param rows rows of the tile, 1 to {@link #ROWS}
   * @param a left side, transposed: a vector's length from k to k + 1
   * @param at index of a[0, 0], below {@link #LIMIT}
   * @param b right side: {@link PanelSlice slices}
   * @param from index of b[0, 0], below {@link #LIMIT}
   * @param depth number of products, at most {@link PanelSlice#DEPTH}
   * @param s start of the sums; row i begins at {@code start + i * lds}
   * @param start index of s[0, 0]
   * @param lds distance between rows of s: 0 if all rows start from one; s may be c
   * @param c tile; row i begins at {@code to + i * ldc}
   * @param to index of c[0, 0]
   * @param ldc distance between rows of c
   */
  static void add(
      int rows,
      float[] a,
      int at,
      float[] b,
      int from,
      int depth,
      float[] s,
      int start,
      int lds,
      float[] c,
      int to,
      int ldc) {
    if (rows == 1) {
      add1(a, at, b, from, depth, s, start, c, to);
    } else if (rows == 2) {
      add2(a, at, b, from, depth, s, start, lds, c, to, ldc);
    } else {
      addHalf(rows, a, at, b, from, depth, s, start, lds, c, to, ldc);
      int half = 2 * L;
      addHalf(rows, a, at, b, from + 2 * COLUMN, depth, s, start + half, lds, c, to + half, ldc);
    }
  }

  /** The first or the last 2 vectors of columns. */
  private static void addHalf(
      int rows,
      float[] a,
      int at,
      float[] b,
      int from,
      int depth,
      float[] s,
      int start,
      int lds,
      float[] c,
      int to,
      int ldc) {
    switch (rows) {
      case 6 -> add6(a, at, b, from, depth, s, start, lds, c, to, ldc);
      case 5 -> add5(a, at, b, from, depth, s, start, lds, c, to, ldc);
      case 4 -> add4(a, at, b, from, depth, s, start, lds, c, to, ldc);
      default -> add3(a, at, b, from, depth, s, start, lds, c, to, ldc);
    }
  }

  private static void add6(
      float[] a,
      int aFrom,
      float[] b,
      int bFrom,
      int depth,
      float[] s,
      int start,
      int lds,
      float[] c,
      int to,
      int ldc) {
    int at = aFrom & MASK;
    int from = bFrom & MASK;
    int end = Math.min(depth, DEPTH) * L;
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    FloatVector c40 = FloatVector.zero(SPECIES);
    FloatVector c41 = FloatVector.zero(SPECIES);
    FloatVector c50 = FloatVector.zero(SPECIES);
    FloatVector c51 = FloatVector.zero(SPECIES);
    for (int k = 0; k < end; k += L) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, from + k);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, from + k + COLUMN);
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
    c00.add(FloatVector.fromArray(SPECIES, s, start)).intoArray(c, to);
    c01.add(FloatVector.fromArray(SPECIES, s, start + L)).intoArray(c, to + L);
    int s1 = start + lds;
    int r1 = to + ldc;
    c10.add(FloatVector.fromArray(SPECIES, s, s1)).intoArray(c, r1);
    c11.add(FloatVector.fromArray(SPECIES, s, s1 + L)).intoArray(c, r1 + L);
    int s2 = s1 + lds;
    int r2 = r1 + ldc;
    c20.add(FloatVector.fromArray(SPECIES, s, s2)).intoArray(c, r2);
    c21.add(FloatVector.fromArray(SPECIES, s, s2 + L)).intoArray(c, r2 + L);
    int s3 = s2 + lds;
    int r3 = r2 + ldc;
    c30.add(FloatVector.fromArray(SPECIES, s, s3)).intoArray(c, r3);
    c31.add(FloatVector.fromArray(SPECIES, s, s3 + L)).intoArray(c, r3 + L);
    int s4 = s3 + lds;
    int r4 = r3 + ldc;
    c40.add(FloatVector.fromArray(SPECIES, s, s4)).intoArray(c, r4);
    c41.add(FloatVector.fromArray(SPECIES, s, s4 + L)).intoArray(c, r4 + L);
    int s5 = s4 + lds;
    int r5 = r4 + ldc;
    c50.add(FloatVector.fromArray(SPECIES, s, s5)).intoArray(c, r5);
    c51.add(FloatVector.fromArray(SPECIES, s, s5 + L)).intoArray(c, r5 + L);
  }

  private static void add5(
      float[] a,
      int aFrom,
      float[] b,
      int bFrom,
      int depth,
      float[] s,
      int start,
      int lds,
      float[] c,
      int to,
      int ldc) {
    int at = aFrom & MASK;
    int from = bFrom & MASK;
    int end = Math.min(depth, DEPTH) * L;
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    FloatVector c40 = FloatVector.zero(SPECIES);
    FloatVector c41 = FloatVector.zero(SPECIES);
    for (int k = 0; k < end; k += L) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, from + k);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, from + k + COLUMN);
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
    c00.add(FloatVector.fromArray(SPECIES, s, start)).intoArray(c, to);
    c01.add(FloatVector.fromArray(SPECIES, s, start + L)).intoArray(c, to + L);
    int s1 = start + lds;
    int r1 = to + ldc;
    c10.add(FloatVector.fromArray(SPECIES, s, s1)).intoArray(c, r1);
    c11.add(FloatVector.fromArray(SPECIES, s, s1 + L)).intoArray(c, r1 + L);
    int s2 = s1 + lds;
    int r2 = r1 + ldc;
    c20.add(FloatVector.fromArray(SPECIES, s, s2)).intoArray(c, r2);
    c21.add(FloatVector.fromArray(SPECIES, s, s2 + L)).intoArray(c, r2 + L);
    int s3 = s2 + lds;
    int r3 = r2 + ldc;
    c30.add(FloatVector.fromArray(SPECIES, s, s3)).intoArray(c, r3);
    c31.add(FloatVector.fromArray(SPECIES, s, s3 + L)).intoArray(c, r3 + L);
    int s4 = s3 + lds;
    int r4 = r3 + ldc;
    c40.add(FloatVector.fromArray(SPECIES, s, s4)).intoArray(c, r4);
    c41.add(FloatVector.fromArray(SPECIES, s, s4 + L)).intoArray(c, r4 + L);
  }

  private static void add4(
      float[] a,
      int aFrom,
      float[] b,
      int bFrom,
      int depth,
      float[] s,
      int start,
      int lds,
      float[] c,
      int to,
      int ldc) {
    int at = aFrom & MASK;
    int from = bFrom & MASK;
    int end = Math.min(depth, DEPTH) * L;
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    for (int k = 0; k < end; k += L) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, from + k);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, from + k + COLUMN);
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
    c00.add(FloatVector.fromArray(SPECIES, s, start)).intoArray(c, to);
    c01.add(FloatVector.fromArray(SPECIES, s, start + L)).intoArray(c, to + L);
    int s1 = start + lds;
    int r1 = to + ldc;
    c10.add(FloatVector.fromArray(SPECIES, s, s1)).intoArray(c, r1);
    c11.add(FloatVector.fromArray(SPECIES, s, s1 + L)).intoArray(c, r1 + L);
    int s2 = s1 + lds;
    int r2 = r1 + ldc;
    c20.add(FloatVector.fromArray(SPECIES, s, s2)).intoArray(c, r2);
    c21.add(FloatVector.fromArray(SPECIES, s, s2 + L)).intoArray(c, r2 + L);
    int s3 = s2 + lds;
    int r3 = r2 + ldc;
    c30.add(FloatVector.fromArray(SPECIES, s, s3)).intoArray(c, r3);
    c31.add(FloatVector.fromArray(SPECIES, s, s3 + L)).intoArray(c, r3 + L);
  }

  private static void add3(
      float[] a,
      int aFrom,
      float[] b,
      int bFrom,
      int depth,
      float[] s,
      int start,
      int lds,
      float[] c,
      int to,
      int ldc) {
    int at = aFrom & MASK;
    int from = bFrom & MASK;
    int end = Math.min(depth, DEPTH) * L;
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    for (int k = 0; k < end; k += L) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, from + k);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, from + k + COLUMN);
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
    c00.add(FloatVector.fromArray(SPECIES, s, start)).intoArray(c, to);
    c01.add(FloatVector.fromArray(SPECIES, s, start + L)).intoArray(c, to + L);
    int s1 = start + lds;
    int r1 = to + ldc;
    c10.add(FloatVector.fromArray(SPECIES, s, s1)).intoArray(c, r1);
    c11.add(FloatVector.fromArray(SPECIES, s, s1 + L)).intoArray(c, r1 + L);
    int s2 = s1 + lds;
    int r2 = r1 + ldc;
    c20.add(FloatVector.fromArray(SPECIES, s, s2)).intoArray(c, r2);
    c21.add(FloatVector.fromArray(SPECIES, s, s2 + L)).intoArray(c, r2 + L);
  }

  private static void add2(
      float[] a,
      int aFrom,
      float[] b,
      int bFrom,
      int depth,
      float[] s,
      int start,
      int lds,
      float[] c,
      int to,
      int ldc) {
    int at = aFrom & MASK;
    int from = bFrom & MASK;
    int end = Math.min(depth, DEPTH) * L;
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c12 = FloatVector.zero(SPECIES);
    FloatVector c13 = FloatVector.zero(SPECIES);
    for (int k = 0; k < end; k += L) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, from + k);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, from + k + COLUMN);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, from + k + 2 * COLUMN);
      FloatVector b3 = FloatVector.fromArray(SPECIES, b, from + k + 3 * COLUMN);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at + k]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      c02 = a0.fma(b2, c02);
      c03 = a0.fma(b3, c03);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + k + 1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      c12 = a1.fma(b2, c12);
      c13 = a1.fma(b3, c13);
    }
    c00.add(FloatVector.fromArray(SPECIES, s, start)).intoArray(c, to);
    c01.add(FloatVector.fromArray(SPECIES, s, start + L)).intoArray(c, to + L);
    c02.add(FloatVector.fromArray(SPECIES, s, start + 2 * L)).intoArray(c, to + 2 * L);
    c03.add(FloatVector.fromArray(SPECIES, s, start + 3 * L)).intoArray(c, to + 3 * L);
    int s1 = start + lds;
    int r1 = to + ldc;
    c10.add(FloatVector.fromArray(SPECIES, s, s1)).intoArray(c, r1);
    c11.add(FloatVector.fromArray(SPECIES, s, s1 + L)).intoArray(c, r1 + L);
    c12.add(FloatVector.fromArray(SPECIES, s, s1 + 2 * L)).intoArray(c, r1 + 2 * L);
    c13.add(FloatVector.fromArray(SPECIES, s, s1 + 3 * L)).intoArray(c, r1 + 3 * L);
  }

  private static void add1(
      float[] a,
      int aFrom,
      float[] b,
      int bFrom,
      int depth,
      float[] s,
      int start,
      float[] c,
      int to) {
    int at = aFrom & MASK;
    int from = bFrom & MASK;
    int end = Math.min(depth, DEPTH) * L;
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    for (int k = 0; k < end; k += L) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, from + k);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, from + k + COLUMN);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, from + k + 2 * COLUMN);
      FloatVector b3 = FloatVector.fromArray(SPECIES, b, from + k + 3 * COLUMN);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at + k]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      c02 = a0.fma(b2, c02);
      c03 = a0.fma(b3, c03);
    }
    c00.add(FloatVector.fromArray(SPECIES, s, start)).intoArray(c, to);
    c01.add(FloatVector.fromArray(SPECIES, s, start + L)).intoArray(c, to + L);
    c02.add(FloatVector.fromArray(SPECIES, s, start + 2 * L)).intoArray(c, to + 2 * L);
    c03.add(FloatVector.fromArray(SPECIES, s, start + 3 * L)).intoArray(c, to + 3 * L);
  }
}

package dev.bantam.tensor.kernel.simd;

import static dev.bantam.tensor.kernel.simd.PanelSlice.DEPTH;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles for machines with 32 vector registers: {@code c[i, j] = s[i, j] + Σ_k a[i, k] b[k,
 * j]} for up to 6 rows and 4 vectors of columns.
 *
 * <p>The largest holds 24 accumulators, 4 vectors of b and one broadcast of a. Rows of a are {@link
 * #STRIDE} apart, a constant, so that one index register addresses them all; b is a {@link
 * PanelSlice}.
 */
final class WideTiles {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int L = SPECIES.length();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Rows of the largest tile. */
  static final int ROWS = 6;

  /**
   * Distance between rows of a: not a power of two, so that rows do not fall into one cache set.
   */
  static final int STRIDE = DEPTH + 16;

  /** Bytes of b from an input to the next. */
  static final long STEP_BYTES = (long) Float.BYTES * PanelSlice.VECTOR;

  /** Bytes of b from a column to the next. */
  static final long COLUMN_BYTES = (long) Float.BYTES * PanelSlice.COLUMN;

  private static final long B1 = COLUMN_BYTES;
  private static final long B2 = 2 * B1;
  private static final long B3 = 3 * B1;

  private WideTiles() {}

  /**
   * Computes a tile: a product, added to where it starts from.
   *
   * @param rows rows of the tile, 1 to {@link #ROWS}
   * @param a left side, rows {@link #STRIDE} apart
   * @param at index of a[0, 0]
   * @param b right side: {@link PanelSlice slices}
   * @param from byte offset of b[0, 0]
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
      MemorySegment b,
      long from,
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
      case 3 -> add3(a, at, b, from, depth, s, start, lds, c, to, ldc);
      case 2 -> add2(a, at, b, from, depth, s, start, lds, c, to, ldc);
      default -> add1(a, at, b, from, depth, s, start, c, to);
    }
  }

  private static FloatVector load(MemorySegment b, long at) {
    return FloatVector.fromMemorySegment(SPECIES, b, at, ORDER);
  }

  private static void add6(
      float[] a,
      int at,
      MemorySegment b,
      long from,
      int depth,
      float[] s,
      int start,
      int lds,
      float[] c,
      int to,
      int ldc) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c12 = FloatVector.zero(SPECIES);
    FloatVector c13 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c22 = FloatVector.zero(SPECIES);
    FloatVector c23 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    FloatVector c32 = FloatVector.zero(SPECIES);
    FloatVector c33 = FloatVector.zero(SPECIES);
    FloatVector c40 = FloatVector.zero(SPECIES);
    FloatVector c41 = FloatVector.zero(SPECIES);
    FloatVector c42 = FloatVector.zero(SPECIES);
    FloatVector c43 = FloatVector.zero(SPECIES);
    FloatVector c50 = FloatVector.zero(SPECIES);
    FloatVector c51 = FloatVector.zero(SPECIES);
    FloatVector c52 = FloatVector.zero(SPECIES);
    FloatVector c53 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = load(b, from + k * STEP_BYTES);
      FloatVector b1 = load(b, from + k * STEP_BYTES + B1);
      FloatVector b2 = load(b, from + k * STEP_BYTES + B2);
      FloatVector b3 = load(b, from + k * STEP_BYTES + B3);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at + k]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      c02 = a0.fma(b2, c02);
      c03 = a0.fma(b3, c03);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + k + STRIDE]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      c12 = a1.fma(b2, c12);
      c13 = a1.fma(b3, c13);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + k + 2 * STRIDE]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      c22 = a2.fma(b2, c22);
      c23 = a2.fma(b3, c23);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + k + 3 * STRIDE]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      c32 = a3.fma(b2, c32);
      c33 = a3.fma(b3, c33);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[at + k + 4 * STRIDE]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      c42 = a4.fma(b2, c42);
      c43 = a4.fma(b3, c43);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[at + k + 5 * STRIDE]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      c52 = a5.fma(b2, c52);
      c53 = a5.fma(b3, c53);
    }
    int s1 = start + lds;
    int s2 = s1 + lds;
    int s3 = s2 + lds;
    int s4 = s3 + lds;
    int s5 = s4 + lds;
    int r1 = to + ldc;
    int r2 = r1 + ldc;
    int r3 = r2 + ldc;
    int r4 = r3 + ldc;
    int r5 = r4 + ldc;
    c00.add(FloatVector.fromArray(SPECIES, s, start)).intoArray(c, to);
    c01.add(FloatVector.fromArray(SPECIES, s, start + L)).intoArray(c, to + L);
    c02.add(FloatVector.fromArray(SPECIES, s, start + 2 * L)).intoArray(c, to + 2 * L);
    c03.add(FloatVector.fromArray(SPECIES, s, start + 3 * L)).intoArray(c, to + 3 * L);
    c10.add(FloatVector.fromArray(SPECIES, s, s1)).intoArray(c, r1);
    c11.add(FloatVector.fromArray(SPECIES, s, s1 + L)).intoArray(c, r1 + L);
    c12.add(FloatVector.fromArray(SPECIES, s, s1 + 2 * L)).intoArray(c, r1 + 2 * L);
    c13.add(FloatVector.fromArray(SPECIES, s, s1 + 3 * L)).intoArray(c, r1 + 3 * L);
    c20.add(FloatVector.fromArray(SPECIES, s, s2)).intoArray(c, r2);
    c21.add(FloatVector.fromArray(SPECIES, s, s2 + L)).intoArray(c, r2 + L);
    c22.add(FloatVector.fromArray(SPECIES, s, s2 + 2 * L)).intoArray(c, r2 + 2 * L);
    c23.add(FloatVector.fromArray(SPECIES, s, s2 + 3 * L)).intoArray(c, r2 + 3 * L);
    c30.add(FloatVector.fromArray(SPECIES, s, s3)).intoArray(c, r3);
    c31.add(FloatVector.fromArray(SPECIES, s, s3 + L)).intoArray(c, r3 + L);
    c32.add(FloatVector.fromArray(SPECIES, s, s3 + 2 * L)).intoArray(c, r3 + 2 * L);
    c33.add(FloatVector.fromArray(SPECIES, s, s3 + 3 * L)).intoArray(c, r3 + 3 * L);
    c40.add(FloatVector.fromArray(SPECIES, s, s4)).intoArray(c, r4);
    c41.add(FloatVector.fromArray(SPECIES, s, s4 + L)).intoArray(c, r4 + L);
    c42.add(FloatVector.fromArray(SPECIES, s, s4 + 2 * L)).intoArray(c, r4 + 2 * L);
    c43.add(FloatVector.fromArray(SPECIES, s, s4 + 3 * L)).intoArray(c, r4 + 3 * L);
    c50.add(FloatVector.fromArray(SPECIES, s, s5)).intoArray(c, r5);
    c51.add(FloatVector.fromArray(SPECIES, s, s5 + L)).intoArray(c, r5 + L);
    c52.add(FloatVector.fromArray(SPECIES, s, s5 + 2 * L)).intoArray(c, r5 + 2 * L);
    c53.add(FloatVector.fromArray(SPECIES, s, s5 + 3 * L)).intoArray(c, r5 + 3 * L);
  }

  private static void add5(
      float[] a,
      int at,
      MemorySegment b,
      long from,
      int depth,
      float[] s,
      int start,
      int lds,
      float[] c,
      int to,
      int ldc) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c12 = FloatVector.zero(SPECIES);
    FloatVector c13 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c22 = FloatVector.zero(SPECIES);
    FloatVector c23 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    FloatVector c32 = FloatVector.zero(SPECIES);
    FloatVector c33 = FloatVector.zero(SPECIES);
    FloatVector c40 = FloatVector.zero(SPECIES);
    FloatVector c41 = FloatVector.zero(SPECIES);
    FloatVector c42 = FloatVector.zero(SPECIES);
    FloatVector c43 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = load(b, from + k * STEP_BYTES);
      FloatVector b1 = load(b, from + k * STEP_BYTES + B1);
      FloatVector b2 = load(b, from + k * STEP_BYTES + B2);
      FloatVector b3 = load(b, from + k * STEP_BYTES + B3);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at + k]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      c02 = a0.fma(b2, c02);
      c03 = a0.fma(b3, c03);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + k + STRIDE]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      c12 = a1.fma(b2, c12);
      c13 = a1.fma(b3, c13);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + k + 2 * STRIDE]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      c22 = a2.fma(b2, c22);
      c23 = a2.fma(b3, c23);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + k + 3 * STRIDE]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      c32 = a3.fma(b2, c32);
      c33 = a3.fma(b3, c33);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[at + k + 4 * STRIDE]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      c42 = a4.fma(b2, c42);
      c43 = a4.fma(b3, c43);
    }
    int s1 = start + lds;
    int s2 = s1 + lds;
    int s3 = s2 + lds;
    int s4 = s3 + lds;
    int r1 = to + ldc;
    int r2 = r1 + ldc;
    int r3 = r2 + ldc;
    int r4 = r3 + ldc;
    c00.add(FloatVector.fromArray(SPECIES, s, start)).intoArray(c, to);
    c01.add(FloatVector.fromArray(SPECIES, s, start + L)).intoArray(c, to + L);
    c02.add(FloatVector.fromArray(SPECIES, s, start + 2 * L)).intoArray(c, to + 2 * L);
    c03.add(FloatVector.fromArray(SPECIES, s, start + 3 * L)).intoArray(c, to + 3 * L);
    c10.add(FloatVector.fromArray(SPECIES, s, s1)).intoArray(c, r1);
    c11.add(FloatVector.fromArray(SPECIES, s, s1 + L)).intoArray(c, r1 + L);
    c12.add(FloatVector.fromArray(SPECIES, s, s1 + 2 * L)).intoArray(c, r1 + 2 * L);
    c13.add(FloatVector.fromArray(SPECIES, s, s1 + 3 * L)).intoArray(c, r1 + 3 * L);
    c20.add(FloatVector.fromArray(SPECIES, s, s2)).intoArray(c, r2);
    c21.add(FloatVector.fromArray(SPECIES, s, s2 + L)).intoArray(c, r2 + L);
    c22.add(FloatVector.fromArray(SPECIES, s, s2 + 2 * L)).intoArray(c, r2 + 2 * L);
    c23.add(FloatVector.fromArray(SPECIES, s, s2 + 3 * L)).intoArray(c, r2 + 3 * L);
    c30.add(FloatVector.fromArray(SPECIES, s, s3)).intoArray(c, r3);
    c31.add(FloatVector.fromArray(SPECIES, s, s3 + L)).intoArray(c, r3 + L);
    c32.add(FloatVector.fromArray(SPECIES, s, s3 + 2 * L)).intoArray(c, r3 + 2 * L);
    c33.add(FloatVector.fromArray(SPECIES, s, s3 + 3 * L)).intoArray(c, r3 + 3 * L);
    c40.add(FloatVector.fromArray(SPECIES, s, s4)).intoArray(c, r4);
    c41.add(FloatVector.fromArray(SPECIES, s, s4 + L)).intoArray(c, r4 + L);
    c42.add(FloatVector.fromArray(SPECIES, s, s4 + 2 * L)).intoArray(c, r4 + 2 * L);
    c43.add(FloatVector.fromArray(SPECIES, s, s4 + 3 * L)).intoArray(c, r4 + 3 * L);
  }

  private static void add4(
      float[] a,
      int at,
      MemorySegment b,
      long from,
      int depth,
      float[] s,
      int start,
      int lds,
      float[] c,
      int to,
      int ldc) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c12 = FloatVector.zero(SPECIES);
    FloatVector c13 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c22 = FloatVector.zero(SPECIES);
    FloatVector c23 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    FloatVector c32 = FloatVector.zero(SPECIES);
    FloatVector c33 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = load(b, from + k * STEP_BYTES);
      FloatVector b1 = load(b, from + k * STEP_BYTES + B1);
      FloatVector b2 = load(b, from + k * STEP_BYTES + B2);
      FloatVector b3 = load(b, from + k * STEP_BYTES + B3);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at + k]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      c02 = a0.fma(b2, c02);
      c03 = a0.fma(b3, c03);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + k + STRIDE]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      c12 = a1.fma(b2, c12);
      c13 = a1.fma(b3, c13);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + k + 2 * STRIDE]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      c22 = a2.fma(b2, c22);
      c23 = a2.fma(b3, c23);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + k + 3 * STRIDE]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      c32 = a3.fma(b2, c32);
      c33 = a3.fma(b3, c33);
    }
    int s1 = start + lds;
    int s2 = s1 + lds;
    int s3 = s2 + lds;
    int r1 = to + ldc;
    int r2 = r1 + ldc;
    int r3 = r2 + ldc;
    c00.add(FloatVector.fromArray(SPECIES, s, start)).intoArray(c, to);
    c01.add(FloatVector.fromArray(SPECIES, s, start + L)).intoArray(c, to + L);
    c02.add(FloatVector.fromArray(SPECIES, s, start + 2 * L)).intoArray(c, to + 2 * L);
    c03.add(FloatVector.fromArray(SPECIES, s, start + 3 * L)).intoArray(c, to + 3 * L);
    c10.add(FloatVector.fromArray(SPECIES, s, s1)).intoArray(c, r1);
    c11.add(FloatVector.fromArray(SPECIES, s, s1 + L)).intoArray(c, r1 + L);
    c12.add(FloatVector.fromArray(SPECIES, s, s1 + 2 * L)).intoArray(c, r1 + 2 * L);
    c13.add(FloatVector.fromArray(SPECIES, s, s1 + 3 * L)).intoArray(c, r1 + 3 * L);
    c20.add(FloatVector.fromArray(SPECIES, s, s2)).intoArray(c, r2);
    c21.add(FloatVector.fromArray(SPECIES, s, s2 + L)).intoArray(c, r2 + L);
    c22.add(FloatVector.fromArray(SPECIES, s, s2 + 2 * L)).intoArray(c, r2 + 2 * L);
    c23.add(FloatVector.fromArray(SPECIES, s, s2 + 3 * L)).intoArray(c, r2 + 3 * L);
    c30.add(FloatVector.fromArray(SPECIES, s, s3)).intoArray(c, r3);
    c31.add(FloatVector.fromArray(SPECIES, s, s3 + L)).intoArray(c, r3 + L);
    c32.add(FloatVector.fromArray(SPECIES, s, s3 + 2 * L)).intoArray(c, r3 + 2 * L);
    c33.add(FloatVector.fromArray(SPECIES, s, s3 + 3 * L)).intoArray(c, r3 + 3 * L);
  }

  private static void add3(
      float[] a,
      int at,
      MemorySegment b,
      long from,
      int depth,
      float[] s,
      int start,
      int lds,
      float[] c,
      int to,
      int ldc) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c12 = FloatVector.zero(SPECIES);
    FloatVector c13 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c22 = FloatVector.zero(SPECIES);
    FloatVector c23 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = load(b, from + k * STEP_BYTES);
      FloatVector b1 = load(b, from + k * STEP_BYTES + B1);
      FloatVector b2 = load(b, from + k * STEP_BYTES + B2);
      FloatVector b3 = load(b, from + k * STEP_BYTES + B3);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at + k]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      c02 = a0.fma(b2, c02);
      c03 = a0.fma(b3, c03);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + k + STRIDE]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      c12 = a1.fma(b2, c12);
      c13 = a1.fma(b3, c13);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + k + 2 * STRIDE]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      c22 = a2.fma(b2, c22);
      c23 = a2.fma(b3, c23);
    }
    int s1 = start + lds;
    int s2 = s1 + lds;
    int r1 = to + ldc;
    int r2 = r1 + ldc;
    c00.add(FloatVector.fromArray(SPECIES, s, start)).intoArray(c, to);
    c01.add(FloatVector.fromArray(SPECIES, s, start + L)).intoArray(c, to + L);
    c02.add(FloatVector.fromArray(SPECIES, s, start + 2 * L)).intoArray(c, to + 2 * L);
    c03.add(FloatVector.fromArray(SPECIES, s, start + 3 * L)).intoArray(c, to + 3 * L);
    c10.add(FloatVector.fromArray(SPECIES, s, s1)).intoArray(c, r1);
    c11.add(FloatVector.fromArray(SPECIES, s, s1 + L)).intoArray(c, r1 + L);
    c12.add(FloatVector.fromArray(SPECIES, s, s1 + 2 * L)).intoArray(c, r1 + 2 * L);
    c13.add(FloatVector.fromArray(SPECIES, s, s1 + 3 * L)).intoArray(c, r1 + 3 * L);
    c20.add(FloatVector.fromArray(SPECIES, s, s2)).intoArray(c, r2);
    c21.add(FloatVector.fromArray(SPECIES, s, s2 + L)).intoArray(c, r2 + L);
    c22.add(FloatVector.fromArray(SPECIES, s, s2 + 2 * L)).intoArray(c, r2 + 2 * L);
    c23.add(FloatVector.fromArray(SPECIES, s, s2 + 3 * L)).intoArray(c, r2 + 3 * L);
  }

  private static void add2(
      float[] a,
      int at,
      MemorySegment b,
      long from,
      int depth,
      float[] s,
      int start,
      int lds,
      float[] c,
      int to,
      int ldc) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c12 = FloatVector.zero(SPECIES);
    FloatVector c13 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = load(b, from + k * STEP_BYTES);
      FloatVector b1 = load(b, from + k * STEP_BYTES + B1);
      FloatVector b2 = load(b, from + k * STEP_BYTES + B2);
      FloatVector b3 = load(b, from + k * STEP_BYTES + B3);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at + k]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      c02 = a0.fma(b2, c02);
      c03 = a0.fma(b3, c03);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + k + STRIDE]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      c12 = a1.fma(b2, c12);
      c13 = a1.fma(b3, c13);
    }
    int s1 = start + lds;
    int r1 = to + ldc;
    c00.add(FloatVector.fromArray(SPECIES, s, start)).intoArray(c, to);
    c01.add(FloatVector.fromArray(SPECIES, s, start + L)).intoArray(c, to + L);
    c02.add(FloatVector.fromArray(SPECIES, s, start + 2 * L)).intoArray(c, to + 2 * L);
    c03.add(FloatVector.fromArray(SPECIES, s, start + 3 * L)).intoArray(c, to + 3 * L);
    c10.add(FloatVector.fromArray(SPECIES, s, s1)).intoArray(c, r1);
    c11.add(FloatVector.fromArray(SPECIES, s, s1 + L)).intoArray(c, r1 + L);
    c12.add(FloatVector.fromArray(SPECIES, s, s1 + 2 * L)).intoArray(c, r1 + 2 * L);
    c13.add(FloatVector.fromArray(SPECIES, s, s1 + 3 * L)).intoArray(c, r1 + 3 * L);
  }

  private static void add1(
      float[] a,
      int at,
      MemorySegment b,
      long from,
      int depth,
      float[] s,
      int start,
      float[] c,
      int to) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = load(b, from + k * STEP_BYTES);
      FloatVector b1 = load(b, from + k * STEP_BYTES + B1);
      FloatVector b2 = load(b, from + k * STEP_BYTES + B2);
      FloatVector b3 = load(b, from + k * STEP_BYTES + B3);
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

package dev.bantam.quant.kernel.simd;

import static dev.bantam.quant.kernel.simd.Lanes.FLOATS;
import static dev.bantam.quant.kernel.simd.Lanes.HIGH_OFFSET;
import static dev.bantam.quant.kernel.simd.Lanes.L;
import static dev.bantam.quant.kernel.simd.Lanes.LOW_OFFSET;
import static dev.bantam.quant.kernel.simd.Lanes.bytes;
import static dev.bantam.quant.kernel.simd.Lanes.high;
import static dev.bantam.quant.kernel.simd.Lanes.low;
import static dev.bantam.quant.kernel.simd.Lanes.signed;
import static dev.bantam.quant.kernel.simd.Strips.WIDTH;

import dev.bantam.quant.WeightType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Register tiles that decode weights as they multiply: {@code c[i, j] += Σ_k a[i, k] w[j, k]} for
 * few rows and two strips that are neighbours.
 *
 * <p>For few rows what counts is how many bytes of weights come from memory; a panel of floats
 * would only be written and read again. Products are added in the order of k, one fused
 * multiply-add each; so a single row takes both strips at once, to have sums that do not wait for
 * each other.
 */
final class StripTiles {
  private StripTiles() {}

  /**
   * Adds a product.
   *
   * @param w codes of an integer type
   * @param strip the first of the strips
   * @param k first input
   * @param depth number of inputs
   * @param rows number of rows
   * @param a left side; row i begins at {@code at + i * lda}
   * @param at index of a[0, k]
   * @param lda distance between rows of a
   * @param c sums; row i begins at {@code to + i * ldc}
   * @param to index of c[0, 0]
   * @param ldc distance between rows of c
   */
  static void add(
      Strips w,
      int strip,
      int k,
      int depth,
      int rows,
      float[] a,
      int at,
      int lda,
      float[] c,
      int to,
      int ldc) {
    for (int g = k; g < k + depth; ) {
      int end = w.groupEnd(g, k + depth);
      int even = rows & ~1;
      addRows(w, strip, g, end - g, even, a, at + g - k, lda, c, to, ldc);
      addRows(w, strip + 1, g, end - g, even, a, at + g - k, lda, c, to + WIDTH, ldc);
      if (even < rows) {
        addRow(w, strip, g, end - g, a, at + even * lda + g - k, c, to + even * ldc);
      }
      g = end;
    }
  }

  /** An even number of rows, one strip and inputs of one group. */
  private static void addRows(
      Strips w,
      int strip,
      int k,
      int depth,
      int rows,
      float[] a,
      int at,
      int lda,
      float[] c,
      int to,
      int ldc) {
    int from = w.at(strip, k);
    byte[] codes = w.codes();
    float[] scales = w.scales();
    int s = w.scaleAt(strip, k);
    float[] zeros = w.zeroCodes();
    int z = w.zeroAt(strip, k);
    boolean bytes = w.type() == WeightType.INT8;
    int i = 0;
    for (; i + 4 <= rows; i += 4) {
      int row = at + i * lda;
      int sums = to + i * ldc;
      if (bytes) {
        bytes8Rows4(codes, from, depth, scales, s, zeros, z, a, row, lda, c, sums, ldc);
      } else {
        bytes4Rows4(codes, from, depth, scales, s, zeros, z, a, row, lda, c, sums, ldc);
      }
    }
    for (; i < rows; i += 2) {
      int row = at + i * lda;
      int sums = to + i * ldc;
      if (bytes) {
        bytes8Rows2(codes, from, depth, scales, s, zeros, z, a, row, lda, c, sums, ldc);
      } else {
        bytes4Rows2(codes, from, depth, scales, s, zeros, z, a, row, lda, c, sums, ldc);
      }
    }
  }

  /** One row, both strips and inputs of one group. */
  private static void addRow(
      Strips w, int strip, int k, int depth, float[] a, int at, float[] c, int to) {
    int from = w.at(strip, k);
    int second = w.at(strip + 1, k);
    int s = w.scaleAt(strip, k);
    float[] zeros = w.zeroCodes();
    int z = w.zeroAt(strip, k);
    if (w.type() == WeightType.INT8) {
      bytes8Row(w.codes(), from, second, depth, w.scales(), s, zeros, z, a, at, c, to);
    } else {
      bytes4Row(w.codes(), from, second, depth, w.scales(), s, zeros, z, a, at, c, to);
    }
  }

  private static void bytes8Rows4(
      byte[] w,
      int wFrom,
      int groupDepth,
      float[] scales,
      int s,
      float[] zeros,
      int z,
      float[] a,
      int aFrom,
      int lda,
      float[] c,
      int to,
      int ldc) {
    int from = wFrom & CodeTiles.MASK;
    int at = aFrom & CodeTiles.MASK;
    int depth = Math.min(groupDepth, CodeTiles.DEPTH);
    int a1 = at + lda;
    int r1 = to + ldc;
    int a2 = a1 + lda;
    int r2 = r1 + ldc;
    int a3 = a2 + lda;
    int r3 = r2 + ldc;
    FloatVector s0 = FloatVector.fromArray(FLOATS, scales, s);
    FloatVector s1 = FloatVector.fromArray(FLOATS, scales, s + L);
    FloatVector z0 = FloatVector.fromArray(FLOATS, zeros, z);
    FloatVector z1 = FloatVector.fromArray(FLOATS, zeros, z + L);
    FloatVector c00 = FloatVector.fromArray(FLOATS, c, to);
    FloatVector c01 = FloatVector.fromArray(FLOATS, c, to + L);
    FloatVector c10 = FloatVector.fromArray(FLOATS, c, r1);
    FloatVector c11 = FloatVector.fromArray(FLOATS, c, r1 + L);
    FloatVector c20 = FloatVector.fromArray(FLOATS, c, r2);
    FloatVector c21 = FloatVector.fromArray(FLOATS, c, r2 + L);
    FloatVector c30 = FloatVector.fromArray(FLOATS, c, r3);
    FloatVector c31 = FloatVector.fromArray(FLOATS, c, r3 + L);
    for (int k = 0; k < depth; k++) {
      FloatVector w0 = signed(w, from + k * WIDTH).sub(z0).mul(s0);
      FloatVector w1 = signed(w, from + k * WIDTH + L).sub(z1).mul(s1);
      FloatVector b0 = FloatVector.broadcast(FLOATS, a[at + k]);
      c00 = b0.fma(w0, c00);
      c01 = b0.fma(w1, c01);
      FloatVector b1 = FloatVector.broadcast(FLOATS, a[a1 + k]);
      c10 = b1.fma(w0, c10);
      c11 = b1.fma(w1, c11);
      FloatVector b2 = FloatVector.broadcast(FLOATS, a[a2 + k]);
      c20 = b2.fma(w0, c20);
      c21 = b2.fma(w1, c21);
      FloatVector b3 = FloatVector.broadcast(FLOATS, a[a3 + k]);
      c30 = b3.fma(w0, c30);
      c31 = b3.fma(w1, c31);
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

  private static void bytes8Rows2(
      byte[] w,
      int wFrom,
      int groupDepth,
      float[] scales,
      int s,
      float[] zeros,
      int z,
      float[] a,
      int aFrom,
      int lda,
      float[] c,
      int to,
      int ldc) {
    int from = wFrom & CodeTiles.MASK;
    int at = aFrom & CodeTiles.MASK;
    int depth = Math.min(groupDepth, CodeTiles.DEPTH);
    int a1 = at + lda;
    int r1 = to + ldc;
    FloatVector s0 = FloatVector.fromArray(FLOATS, scales, s);
    FloatVector s1 = FloatVector.fromArray(FLOATS, scales, s + L);
    FloatVector z0 = FloatVector.fromArray(FLOATS, zeros, z);
    FloatVector z1 = FloatVector.fromArray(FLOATS, zeros, z + L);
    FloatVector c00 = FloatVector.fromArray(FLOATS, c, to);
    FloatVector c01 = FloatVector.fromArray(FLOATS, c, to + L);
    FloatVector c10 = FloatVector.fromArray(FLOATS, c, r1);
    FloatVector c11 = FloatVector.fromArray(FLOATS, c, r1 + L);
    for (int k = 0; k < depth; k++) {
      FloatVector w0 = signed(w, from + k * WIDTH).sub(z0).mul(s0);
      FloatVector w1 = signed(w, from + k * WIDTH + L).sub(z1).mul(s1);
      FloatVector b0 = FloatVector.broadcast(FLOATS, a[at + k]);
      c00 = b0.fma(w0, c00);
      c01 = b0.fma(w1, c01);
      FloatVector b1 = FloatVector.broadcast(FLOATS, a[a1 + k]);
      c10 = b1.fma(w0, c10);
      c11 = b1.fma(w1, c11);
    }
    c00.intoArray(c, to);
    c01.intoArray(c, to + L);
    c10.intoArray(c, r1);
    c11.intoArray(c, r1 + L);
  }

  private static void bytes8Row(
      byte[] w,
      int wFrom,
      int wSecond,
      int groupDepth,
      float[] scales,
      int s,
      float[] zeros,
      int z,
      float[] a,
      int aFrom,
      float[] c,
      int to) {
    int from = wFrom & CodeTiles.MASK;
    int second = wSecond & CodeTiles.MASK;
    int at = aFrom & CodeTiles.MASK;
    int depth = Math.min(groupDepth, CodeTiles.DEPTH);
    FloatVector s0 = FloatVector.fromArray(FLOATS, scales, s);
    FloatVector s1 = FloatVector.fromArray(FLOATS, scales, s + L);
    FloatVector s2 = FloatVector.fromArray(FLOATS, scales, s + 2 * L);
    FloatVector s3 = FloatVector.fromArray(FLOATS, scales, s + 3 * L);
    FloatVector z0 = FloatVector.fromArray(FLOATS, zeros, z);
    FloatVector z1 = FloatVector.fromArray(FLOATS, zeros, z + L);
    FloatVector z2 = FloatVector.fromArray(FLOATS, zeros, z + 2 * L);
    FloatVector z3 = FloatVector.fromArray(FLOATS, zeros, z + 3 * L);
    FloatVector c0 = FloatVector.fromArray(FLOATS, c, to);
    FloatVector c1 = FloatVector.fromArray(FLOATS, c, to + L);
    FloatVector c2 = FloatVector.fromArray(FLOATS, c, to + 2 * L);
    FloatVector c3 = FloatVector.fromArray(FLOATS, c, to + 3 * L);
    for (int k = 0; k < depth; k++) {
      FloatVector x = FloatVector.broadcast(FLOATS, a[at + k]);
      c0 = x.fma(signed(w, from + k * WIDTH).sub(z0).mul(s0), c0);
      c1 = x.fma(signed(w, from + k * WIDTH + L).sub(z1).mul(s1), c1);
      c2 = x.fma(signed(w, second + k * WIDTH).sub(z2).mul(s2), c2);
      c3 = x.fma(signed(w, second + k * WIDTH + L).sub(z3).mul(s3), c3);
    }
    c0.intoArray(c, to);
    c1.intoArray(c, to + L);
    c2.intoArray(c, to + 2 * L);
    c3.intoArray(c, to + 3 * L);
  }

  private static void bytes4Rows4(
      byte[] w,
      int wFrom,
      int groupDepth,
      float[] scales,
      int s,
      float[] zeros,
      int z,
      float[] a,
      int aFrom,
      int lda,
      float[] c,
      int to,
      int ldc) {
    int from = wFrom & CodeTiles.MASK;
    int at = aFrom & CodeTiles.MASK;
    int depth = Math.min(groupDepth, CodeTiles.DEPTH);
    int a1 = at + lda;
    int r1 = to + ldc;
    int a2 = a1 + lda;
    int r2 = r1 + ldc;
    int a3 = a2 + lda;
    int r3 = r2 + ldc;
    FloatVector s0 = FloatVector.fromArray(FLOATS, scales, s);
    FloatVector s1 = FloatVector.fromArray(FLOATS, scales, s + L);
    FloatVector z0 = FloatVector.fromArray(FLOATS, zeros, z).add(LOW_OFFSET);
    FloatVector z1 = FloatVector.fromArray(FLOATS, zeros, z + L).add(HIGH_OFFSET);
    FloatVector c00 = FloatVector.fromArray(FLOATS, c, to);
    FloatVector c01 = FloatVector.fromArray(FLOATS, c, to + L);
    FloatVector c10 = FloatVector.fromArray(FLOATS, c, r1);
    FloatVector c11 = FloatVector.fromArray(FLOATS, c, r1 + L);
    FloatVector c20 = FloatVector.fromArray(FLOATS, c, r2);
    FloatVector c21 = FloatVector.fromArray(FLOATS, c, r2 + L);
    FloatVector c30 = FloatVector.fromArray(FLOATS, c, r3);
    FloatVector c31 = FloatVector.fromArray(FLOATS, c, r3 + L);
    for (int k = 0; k < depth; k++) {
      IntVector b = bytes(w, from + k * L);
      FloatVector w0 = low(b, z0).mul(s0);
      FloatVector w1 = high(b, z1).mul(s1);
      FloatVector b0 = FloatVector.broadcast(FLOATS, a[at + k]);
      c00 = b0.fma(w0, c00);
      c01 = b0.fma(w1, c01);
      FloatVector b1 = FloatVector.broadcast(FLOATS, a[a1 + k]);
      c10 = b1.fma(w0, c10);
      c11 = b1.fma(w1, c11);
      FloatVector b2 = FloatVector.broadcast(FLOATS, a[a2 + k]);
      c20 = b2.fma(w0, c20);
      c21 = b2.fma(w1, c21);
      FloatVector b3 = FloatVector.broadcast(FLOATS, a[a3 + k]);
      c30 = b3.fma(w0, c30);
      c31 = b3.fma(w1, c31);
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

  private static void bytes4Rows2(
      byte[] w,
      int wFrom,
      int groupDepth,
      float[] scales,
      int s,
      float[] zeros,
      int z,
      float[] a,
      int aFrom,
      int lda,
      float[] c,
      int to,
      int ldc) {
    int from = wFrom & CodeTiles.MASK;
    int at = aFrom & CodeTiles.MASK;
    int depth = Math.min(groupDepth, CodeTiles.DEPTH);
    int a1 = at + lda;
    int r1 = to + ldc;
    FloatVector s0 = FloatVector.fromArray(FLOATS, scales, s);
    FloatVector s1 = FloatVector.fromArray(FLOATS, scales, s + L);
    FloatVector z0 = FloatVector.fromArray(FLOATS, zeros, z).add(LOW_OFFSET);
    FloatVector z1 = FloatVector.fromArray(FLOATS, zeros, z + L).add(HIGH_OFFSET);
    FloatVector c00 = FloatVector.fromArray(FLOATS, c, to);
    FloatVector c01 = FloatVector.fromArray(FLOATS, c, to + L);
    FloatVector c10 = FloatVector.fromArray(FLOATS, c, r1);
    FloatVector c11 = FloatVector.fromArray(FLOATS, c, r1 + L);
    for (int k = 0; k < depth; k++) {
      IntVector b = bytes(w, from + k * L);
      FloatVector w0 = low(b, z0).mul(s0);
      FloatVector w1 = high(b, z1).mul(s1);
      FloatVector b0 = FloatVector.broadcast(FLOATS, a[at + k]);
      c00 = b0.fma(w0, c00);
      c01 = b0.fma(w1, c01);
      FloatVector b1 = FloatVector.broadcast(FLOATS, a[a1 + k]);
      c10 = b1.fma(w0, c10);
      c11 = b1.fma(w1, c11);
    }
    c00.intoArray(c, to);
    c01.intoArray(c, to + L);
    c10.intoArray(c, r1);
    c11.intoArray(c, r1 + L);
  }

  private static void bytes4Row(
      byte[] w,
      int wFrom,
      int wSecond,
      int groupDepth,
      float[] scales,
      int s,
      float[] zeros,
      int z,
      float[] a,
      int aFrom,
      float[] c,
      int to) {
    int from = wFrom & CodeTiles.MASK;
    int second = wSecond & CodeTiles.MASK;
    int at = aFrom & CodeTiles.MASK;
    int depth = Math.min(groupDepth, CodeTiles.DEPTH);
    FloatVector s0 = FloatVector.fromArray(FLOATS, scales, s);
    FloatVector s1 = FloatVector.fromArray(FLOATS, scales, s + L);
    FloatVector s2 = FloatVector.fromArray(FLOATS, scales, s + 2 * L);
    FloatVector s3 = FloatVector.fromArray(FLOATS, scales, s + 3 * L);
    FloatVector z0 = FloatVector.fromArray(FLOATS, zeros, z).add(LOW_OFFSET);
    FloatVector z1 = FloatVector.fromArray(FLOATS, zeros, z + L).add(HIGH_OFFSET);
    FloatVector z2 = FloatVector.fromArray(FLOATS, zeros, z + 2 * L).add(LOW_OFFSET);
    FloatVector z3 = FloatVector.fromArray(FLOATS, zeros, z + 3 * L).add(HIGH_OFFSET);
    FloatVector c0 = FloatVector.fromArray(FLOATS, c, to);
    FloatVector c1 = FloatVector.fromArray(FLOATS, c, to + L);
    FloatVector c2 = FloatVector.fromArray(FLOATS, c, to + 2 * L);
    FloatVector c3 = FloatVector.fromArray(FLOATS, c, to + 3 * L);
    for (int k = 0; k < depth; k++) {
      FloatVector x = FloatVector.broadcast(FLOATS, a[at + k]);
      IntVector b = bytes(w, from + k * L);
      c0 = x.fma(low(b, z0).mul(s0), c0);
      c1 = x.fma(high(b, z1).mul(s1), c1);
      IntVector d = bytes(w, second + k * L);
      c2 = x.fma(low(d, z2).mul(s2), c2);
      c3 = x.fma(high(d, z3).mul(s3), c3);
    }
    c0.intoArray(c, to);
    c1.intoArray(c, to + L);
    c2.intoArray(c, to + 2 * L);
    c3.intoArray(c, to + 3 * L);
  }
}

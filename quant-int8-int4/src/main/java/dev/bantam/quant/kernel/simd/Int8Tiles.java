package dev.bantam.quant.kernel.simd;

import static dev.bantam.quant.kernel.simd.CodeTiles.DEPTH;
import static dev.bantam.quant.kernel.simd.CodeTiles.MASK;
import static dev.bantam.quant.kernel.simd.CodeTiles.STRIDE;
import static dev.bantam.quant.kernel.simd.Lanes.FLOATS;
import static dev.bantam.quant.kernel.simd.Lanes.L;
import static dev.bantam.quant.kernel.simd.Lanes.signed;
import static dev.bantam.quant.kernel.simd.Strips.WIDTH;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of rounded inputs and codes of 8 bits: {@code c[i, j] = Σ_k a[i, k] w[k, j]} for
 * some rows and one strip.
 *
 * <p>A tile turns codes to floats as it goes; the more rows it has, the less that weighs. The
 * largest has 24 accumulators, for machines with 32 registers. Rows of a are {@link
 * CodeTiles#STRIDE} apart, a constant, so that one index register addresses them all. Offsets are
 * masked, which changes none of them, but tells the compiler that no index overflows.
 */
final class Int8Tiles {
  private Int8Tiles() {}

  static void multiply(
      int rows, byte[] w, int from, int depth, float[] a, int at, float[] c, int to, int ldc) {
    switch (rows) {
      case 12 -> multiply12(w, from, depth, a, at, c, to, ldc);
      case 8 -> multiply8(w, from, depth, a, at, c, to, ldc);
      case 6 -> multiply6(w, from, depth, a, at, c, to, ldc);
      case 4 -> multiply4(w, from, depth, a, at, c, to, ldc);
      default -> multiply2(w, from, depth, a, at, c, to, ldc);
    }
  }

  private static void multiply12(
      byte[] w, int wFrom, int blockDepth, float[] a, int aFrom, float[] c, int to, int ldc) {
    int from = wFrom & MASK;
    int at = aFrom & MASK;
    int depth = Math.min(blockDepth, DEPTH);
    int r1 = to + ldc;
    int r2 = r1 + ldc;
    int r3 = r2 + ldc;
    int r4 = r3 + ldc;
    int r5 = r4 + ldc;
    int r6 = r5 + ldc;
    int r7 = r6 + ldc;
    int r8 = r7 + ldc;
    int r9 = r8 + ldc;
    int r10 = r9 + ldc;
    int r11 = r10 + ldc;
    FloatVector c00 = FloatVector.zero(FLOATS);
    FloatVector c01 = FloatVector.zero(FLOATS);
    FloatVector c10 = FloatVector.zero(FLOATS);
    FloatVector c11 = FloatVector.zero(FLOATS);
    FloatVector c20 = FloatVector.zero(FLOATS);
    FloatVector c21 = FloatVector.zero(FLOATS);
    FloatVector c30 = FloatVector.zero(FLOATS);
    FloatVector c31 = FloatVector.zero(FLOATS);
    FloatVector c40 = FloatVector.zero(FLOATS);
    FloatVector c41 = FloatVector.zero(FLOATS);
    FloatVector c50 = FloatVector.zero(FLOATS);
    FloatVector c51 = FloatVector.zero(FLOATS);
    FloatVector c60 = FloatVector.zero(FLOATS);
    FloatVector c61 = FloatVector.zero(FLOATS);
    FloatVector c70 = FloatVector.zero(FLOATS);
    FloatVector c71 = FloatVector.zero(FLOATS);
    FloatVector c80 = FloatVector.zero(FLOATS);
    FloatVector c81 = FloatVector.zero(FLOATS);
    FloatVector c90 = FloatVector.zero(FLOATS);
    FloatVector c91 = FloatVector.zero(FLOATS);
    FloatVector c100 = FloatVector.zero(FLOATS);
    FloatVector c101 = FloatVector.zero(FLOATS);
    FloatVector c110 = FloatVector.zero(FLOATS);
    FloatVector c111 = FloatVector.zero(FLOATS);
    for (int k = 0; k < depth; k++) {
      FloatVector w0 = signed(w, from + k * WIDTH);
      FloatVector w1 = signed(w, from + k * WIDTH + L);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[at + k]);
      c00 = a0.fma(w0, c00);
      c01 = a0.fma(w1, c01);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[at + k + STRIDE]);
      c10 = a1.fma(w0, c10);
      c11 = a1.fma(w1, c11);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[at + k + 2 * STRIDE]);
      c20 = a2.fma(w0, c20);
      c21 = a2.fma(w1, c21);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[at + k + 3 * STRIDE]);
      c30 = a3.fma(w0, c30);
      c31 = a3.fma(w1, c31);
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[at + k + 4 * STRIDE]);
      c40 = a4.fma(w0, c40);
      c41 = a4.fma(w1, c41);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[at + k + 5 * STRIDE]);
      c50 = a5.fma(w0, c50);
      c51 = a5.fma(w1, c51);
      FloatVector a6 = FloatVector.broadcast(FLOATS, a[at + k + 6 * STRIDE]);
      c60 = a6.fma(w0, c60);
      c61 = a6.fma(w1, c61);
      FloatVector a7 = FloatVector.broadcast(FLOATS, a[at + k + 7 * STRIDE]);
      c70 = a7.fma(w0, c70);
      c71 = a7.fma(w1, c71);
      FloatVector a8 = FloatVector.broadcast(FLOATS, a[at + k + 8 * STRIDE]);
      c80 = a8.fma(w0, c80);
      c81 = a8.fma(w1, c81);
      FloatVector a9 = FloatVector.broadcast(FLOATS, a[at + k + 9 * STRIDE]);
      c90 = a9.fma(w0, c90);
      c91 = a9.fma(w1, c91);
      FloatVector a10 = FloatVector.broadcast(FLOATS, a[at + k + 10 * STRIDE]);
      c100 = a10.fma(w0, c100);
      c101 = a10.fma(w1, c101);
      FloatVector a11 = FloatVector.broadcast(FLOATS, a[at + k + 11 * STRIDE]);
      c110 = a11.fma(w0, c110);
      c111 = a11.fma(w1, c111);
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
    c60.intoArray(c, r6);
    c61.intoArray(c, r6 + L);
    c70.intoArray(c, r7);
    c71.intoArray(c, r7 + L);
    c80.intoArray(c, r8);
    c81.intoArray(c, r8 + L);
    c90.intoArray(c, r9);
    c91.intoArray(c, r9 + L);
    c100.intoArray(c, r10);
    c101.intoArray(c, r10 + L);
    c110.intoArray(c, r11);
    c111.intoArray(c, r11 + L);
  }

  private static void multiply8(
      byte[] w, int wFrom, int blockDepth, float[] a, int aFrom, float[] c, int to, int ldc) {
    int from = wFrom & MASK;
    int at = aFrom & MASK;
    int depth = Math.min(blockDepth, DEPTH);
    int r1 = to + ldc;
    int r2 = r1 + ldc;
    int r3 = r2 + ldc;
    int r4 = r3 + ldc;
    int r5 = r4 + ldc;
    int r6 = r5 + ldc;
    int r7 = r6 + ldc;
    FloatVector c00 = FloatVector.zero(FLOATS);
    FloatVector c01 = FloatVector.zero(FLOATS);
    FloatVector c10 = FloatVector.zero(FLOATS);
    FloatVector c11 = FloatVector.zero(FLOATS);
    FloatVector c20 = FloatVector.zero(FLOATS);
    FloatVector c21 = FloatVector.zero(FLOATS);
    FloatVector c30 = FloatVector.zero(FLOATS);
    FloatVector c31 = FloatVector.zero(FLOATS);
    FloatVector c40 = FloatVector.zero(FLOATS);
    FloatVector c41 = FloatVector.zero(FLOATS);
    FloatVector c50 = FloatVector.zero(FLOATS);
    FloatVector c51 = FloatVector.zero(FLOATS);
    FloatVector c60 = FloatVector.zero(FLOATS);
    FloatVector c61 = FloatVector.zero(FLOATS);
    FloatVector c70 = FloatVector.zero(FLOATS);
    FloatVector c71 = FloatVector.zero(FLOATS);
    for (int k = 0; k < depth; k++) {
      FloatVector w0 = signed(w, from + k * WIDTH);
      FloatVector w1 = signed(w, from + k * WIDTH + L);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[at + k]);
      c00 = a0.fma(w0, c00);
      c01 = a0.fma(w1, c01);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[at + k + STRIDE]);
      c10 = a1.fma(w0, c10);
      c11 = a1.fma(w1, c11);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[at + k + 2 * STRIDE]);
      c20 = a2.fma(w0, c20);
      c21 = a2.fma(w1, c21);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[at + k + 3 * STRIDE]);
      c30 = a3.fma(w0, c30);
      c31 = a3.fma(w1, c31);
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[at + k + 4 * STRIDE]);
      c40 = a4.fma(w0, c40);
      c41 = a4.fma(w1, c41);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[at + k + 5 * STRIDE]);
      c50 = a5.fma(w0, c50);
      c51 = a5.fma(w1, c51);
      FloatVector a6 = FloatVector.broadcast(FLOATS, a[at + k + 6 * STRIDE]);
      c60 = a6.fma(w0, c60);
      c61 = a6.fma(w1, c61);
      FloatVector a7 = FloatVector.broadcast(FLOATS, a[at + k + 7 * STRIDE]);
      c70 = a7.fma(w0, c70);
      c71 = a7.fma(w1, c71);
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
    c60.intoArray(c, r6);
    c61.intoArray(c, r6 + L);
    c70.intoArray(c, r7);
    c71.intoArray(c, r7 + L);
  }

  private static void multiply6(
      byte[] w, int wFrom, int blockDepth, float[] a, int aFrom, float[] c, int to, int ldc) {
    int from = wFrom & MASK;
    int at = aFrom & MASK;
    int depth = Math.min(blockDepth, DEPTH);
    int r1 = to + ldc;
    int r2 = r1 + ldc;
    int r3 = r2 + ldc;
    int r4 = r3 + ldc;
    int r5 = r4 + ldc;
    FloatVector c00 = FloatVector.zero(FLOATS);
    FloatVector c01 = FloatVector.zero(FLOATS);
    FloatVector c10 = FloatVector.zero(FLOATS);
    FloatVector c11 = FloatVector.zero(FLOATS);
    FloatVector c20 = FloatVector.zero(FLOATS);
    FloatVector c21 = FloatVector.zero(FLOATS);
    FloatVector c30 = FloatVector.zero(FLOATS);
    FloatVector c31 = FloatVector.zero(FLOATS);
    FloatVector c40 = FloatVector.zero(FLOATS);
    FloatVector c41 = FloatVector.zero(FLOATS);
    FloatVector c50 = FloatVector.zero(FLOATS);
    FloatVector c51 = FloatVector.zero(FLOATS);
    for (int k = 0; k < depth; k++) {
      FloatVector w0 = signed(w, from + k * WIDTH);
      FloatVector w1 = signed(w, from + k * WIDTH + L);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[at + k]);
      c00 = a0.fma(w0, c00);
      c01 = a0.fma(w1, c01);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[at + k + STRIDE]);
      c10 = a1.fma(w0, c10);
      c11 = a1.fma(w1, c11);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[at + k + 2 * STRIDE]);
      c20 = a2.fma(w0, c20);
      c21 = a2.fma(w1, c21);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[at + k + 3 * STRIDE]);
      c30 = a3.fma(w0, c30);
      c31 = a3.fma(w1, c31);
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[at + k + 4 * STRIDE]);
      c40 = a4.fma(w0, c40);
      c41 = a4.fma(w1, c41);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[at + k + 5 * STRIDE]);
      c50 = a5.fma(w0, c50);
      c51 = a5.fma(w1, c51);
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

  private static void multiply4(
      byte[] w, int wFrom, int blockDepth, float[] a, int aFrom, float[] c, int to, int ldc) {
    int from = wFrom & MASK;
    int at = aFrom & MASK;
    int depth = Math.min(blockDepth, DEPTH);
    int r1 = to + ldc;
    int r2 = r1 + ldc;
    int r3 = r2 + ldc;
    FloatVector c00 = FloatVector.zero(FLOATS);
    FloatVector c01 = FloatVector.zero(FLOATS);
    FloatVector c10 = FloatVector.zero(FLOATS);
    FloatVector c11 = FloatVector.zero(FLOATS);
    FloatVector c20 = FloatVector.zero(FLOATS);
    FloatVector c21 = FloatVector.zero(FLOATS);
    FloatVector c30 = FloatVector.zero(FLOATS);
    FloatVector c31 = FloatVector.zero(FLOATS);
    for (int k = 0; k < depth; k++) {
      FloatVector w0 = signed(w, from + k * WIDTH);
      FloatVector w1 = signed(w, from + k * WIDTH + L);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[at + k]);
      c00 = a0.fma(w0, c00);
      c01 = a0.fma(w1, c01);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[at + k + STRIDE]);
      c10 = a1.fma(w0, c10);
      c11 = a1.fma(w1, c11);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[at + k + 2 * STRIDE]);
      c20 = a2.fma(w0, c20);
      c21 = a2.fma(w1, c21);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[at + k + 3 * STRIDE]);
      c30 = a3.fma(w0, c30);
      c31 = a3.fma(w1, c31);
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

  private static void multiply2(
      byte[] w, int wFrom, int blockDepth, float[] a, int aFrom, float[] c, int to, int ldc) {
    int from = wFrom & MASK;
    int at = aFrom & MASK;
    int depth = Math.min(blockDepth, DEPTH);
    int r1 = to + ldc;
    FloatVector c00 = FloatVector.zero(FLOATS);
    FloatVector c01 = FloatVector.zero(FLOATS);
    FloatVector c10 = FloatVector.zero(FLOATS);
    FloatVector c11 = FloatVector.zero(FLOATS);
    for (int k = 0; k < depth; k++) {
      FloatVector w0 = signed(w, from + k * WIDTH);
      FloatVector w1 = signed(w, from + k * WIDTH + L);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[at + k]);
      c00 = a0.fma(w0, c00);
      c01 = a0.fma(w1, c01);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[at + k + STRIDE]);
      c10 = a1.fma(w0, c10);
      c11 = a1.fma(w1, c11);
    }
    c00.intoArray(c, to);
    c01.intoArray(c, to + L);
    c10.intoArray(c, r1);
    c11.intoArray(c, r1 + L);
  }

  /**
   * One row and two strips, side by side: weights that come from memory come in two streams.
   *
   * @param wFrom index of the first strip's first code
   * @param step distance between the codes of two strips
   */
  static void multiplyRow2(
      byte[] w, int wFrom, int step, int blockDepth, float[] a, int aFrom, float[] c, int to) {
    int from = wFrom & MASK;
    int second = (wFrom + step) & MASK;
    int at = aFrom & MASK;
    int depth = Math.min(blockDepth, DEPTH);
    FloatVector c0 = FloatVector.zero(FLOATS);
    FloatVector c1 = FloatVector.zero(FLOATS);
    FloatVector c2 = FloatVector.zero(FLOATS);
    FloatVector c3 = FloatVector.zero(FLOATS);
    for (int k = 0; k < depth; k++) {
      FloatVector x = FloatVector.broadcast(FLOATS, a[at + k]);
      c0 = x.fma(signed(w, from + k * WIDTH), c0);
      c1 = x.fma(signed(w, from + k * WIDTH + L), c1);
      c2 = x.fma(signed(w, second + k * WIDTH), c2);
      c3 = x.fma(signed(w, second + k * WIDTH + L), c3);
    }
    c0.intoArray(c, to);
    c1.intoArray(c, to + L);
    c2.intoArray(c, to + 2 * L);
    c3.intoArray(c, to + 3 * L);
  }
}

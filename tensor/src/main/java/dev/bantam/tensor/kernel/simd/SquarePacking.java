package dev.bantam.tensor.kernel.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link PanelPacking} by squares that are transposed in registers. That is several times as fast
 * once it is compiled, and much slower before; so it is for what is packed for each product, not
 * for weights that are packed when a process starts.
 */
final class SquarePacking {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_256;
  private static final int L = 8;

  /** Machines with vectors of 8 floats or more transpose squares of 8 x 8 in registers. */
  private static final boolean SQUARES = FloatVector.SPECIES_PREFERRED.length() >= L;

  private static final VectorShuffle<Float> SWAP_4 = swap(4);
  private static final VectorShuffle<Float> SWAP_2 = swap(2);
  private static final VectorShuffle<Float> SWAP_1 = swap(1);
  private static final VectorMask<Float> UPPER_4 = upper(4);
  private static final VectorMask<Float> UPPER_2 = upper(2);
  private static final VectorMask<Float> UPPER_1 = upper(1);

  private SquarePacking() {}

  /** As {@link PanelPacking#pack}. */
  static void pack(
      float[] w, int at, int ld, int rows, int cols, float[] panel, int to, int width) {
    if (rows < width) {
      Arrays.fill(panel, to, to + cols * width, 0);
    }
    transpose(w, at, ld, rows, cols, panel, to, width);
  }

  /** As {@link PanelPacking#transpose}. */
  static void transpose(
      float[] w, int at, int ld, int rows, int cols, float[] panel, int to, int width) {
    int r = 0;
    for (; SQUARES && r + L <= rows; r += L) {
      packFew(w, at + r * ld, ld, L, cols, panel, to + r, width);
    }
    PanelPacking.transpose(w, at + r * ld, ld, rows - r, cols, panel, to + r, width);
  }

  /**
   * As {@link #transpose}, of 1 to 8 rows, or to 4 where vectors have no more: at the speed of
   * squares, which write 8 columns of the panel.
   */
  static void packFew(
      float[] w, int at, int ld, int rows, int cols, float[] panel, int to, int width) {
    if (SQUARES) {
      packSquares(w, at, ld, rows - 1, cols, panel, to, width);
    } else {
      PanelPacking.transpose(w, at, ld, rows, cols, panel, to, width);
    }
  }

  /** Rows beyond the last are the last one again. */
  private static void packSquares(
      float[] w, int at, int ld, int last, int cols, float[] panel, int to, int width) {
    int d1 = Math.min(1, last) * ld;
    int d2 = Math.min(2, last) * ld;
    int d3 = Math.min(3, last) * ld;
    int d4 = Math.min(4, last) * ld;
    int d5 = Math.min(5, last) * ld;
    int d6 = Math.min(6, last) * ld;
    int d7 = Math.min(7, last) * ld;
    int c = 0;
    for (; c + L <= cols; c += L) {
      int from = at + c;
      FloatVector r0 = FloatVector.fromArray(SPECIES, w, from);
      FloatVector r1 = FloatVector.fromArray(SPECIES, w, from + d1);
      FloatVector r2 = FloatVector.fromArray(SPECIES, w, from + d2);
      FloatVector r3 = FloatVector.fromArray(SPECIES, w, from + d3);
      FloatVector r4 = FloatVector.fromArray(SPECIES, w, from + d4);
      FloatVector r5 = FloatVector.fromArray(SPECIES, w, from + d5);
      FloatVector r6 = FloatVector.fromArray(SPECIES, w, from + d6);
      FloatVector r7 = FloatVector.fromArray(SPECIES, w, from + d7);
      // exchanges the off-diagonal quarters of the square, of its quarters, and of theirs
      FloatVector s0 = r0.blend(r4.rearrange(SWAP_4), UPPER_4);
      FloatVector s1 = r1.blend(r5.rearrange(SWAP_4), UPPER_4);
      FloatVector s2 = r2.blend(r6.rearrange(SWAP_4), UPPER_4);
      FloatVector s3 = r3.blend(r7.rearrange(SWAP_4), UPPER_4);
      FloatVector s4 = r0.rearrange(SWAP_4).blend(r4, UPPER_4);
      FloatVector s5 = r1.rearrange(SWAP_4).blend(r5, UPPER_4);
      FloatVector s6 = r2.rearrange(SWAP_4).blend(r6, UPPER_4);
      FloatVector s7 = r3.rearrange(SWAP_4).blend(r7, UPPER_4);
      FloatVector t0 = s0.blend(s2.rearrange(SWAP_2), UPPER_2);
      FloatVector t1 = s1.blend(s3.rearrange(SWAP_2), UPPER_2);
      FloatVector t2 = s0.rearrange(SWAP_2).blend(s2, UPPER_2);
      FloatVector t3 = s1.rearrange(SWAP_2).blend(s3, UPPER_2);
      FloatVector t4 = s4.blend(s6.rearrange(SWAP_2), UPPER_2);
      FloatVector t5 = s5.blend(s7.rearrange(SWAP_2), UPPER_2);
      FloatVector t6 = s4.rearrange(SWAP_2).blend(s6, UPPER_2);
      FloatVector t7 = s5.rearrange(SWAP_2).blend(s7, UPPER_2);
      int o = to + c * width;
      t0.blend(t1.rearrange(SWAP_1), UPPER_1).intoArray(panel, o);
      t0.rearrange(SWAP_1).blend(t1, UPPER_1).intoArray(panel, o + width);
      t2.blend(t3.rearrange(SWAP_1), UPPER_1).intoArray(panel, o + 2 * width);
      t2.rearrange(SWAP_1).blend(t3, UPPER_1).intoArray(panel, o + 3 * width);
      t4.blend(t5.rearrange(SWAP_1), UPPER_1).intoArray(panel, o + 4 * width);
      t4.rearrange(SWAP_1).blend(t5, UPPER_1).intoArray(panel, o + 5 * width);
      t6.blend(t7.rearrange(SWAP_1), UPPER_1).intoArray(panel, o + 6 * width);
      t6.rearrange(SWAP_1).blend(t7, UPPER_1).intoArray(panel, o + 7 * width);
    }
    for (; c < cols; c++) {
      for (int r = 0; r <= last; r++) {
        panel[to + c * width + r] = w[at + r * ld + c];
      }
    }
  }

  private static VectorShuffle<Float> swap(int distance) {
    return VectorShuffle.fromOp(SPECIES, i -> i ^ distance);
  }

  /** The lanes whose index has a bit. */
  private static VectorMask<Float> upper(int bit) {
    boolean[] lanes = new boolean[L];
    for (int i = 0; i < L; i++) {
      lanes[i] = (i & bit) != 0;
    }
    return VectorMask.fromArray(SPECIES, lanes, 0);
  }
}

package dev.bantam.quant.kernel.simd;

import static dev.bantam.quant.kernel.simd.Lanes.FLOATS;
import static dev.bantam.quant.kernel.simd.Lanes.L;
import static dev.bantam.quant.kernel.simd.Lanes.floats;
import static dev.bantam.quant.kernel.simd.Lanes.ints;
import static dev.bantam.quant.kernel.simd.Strips.WIDTH;

import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.VectorKernel;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Products of some rows with some strips, and where in scratch memory their sums are: of a block of
 * inputs as floats, of blocks of a group as integers, of groups as floats again.
 */
final class IntegerBlock {
  private final Strips w;
  private final VectorKernel vectors;
  private final float[] scratch;
  private final int rows;
  private final int strip;
  private final int strips;

  /** Distance between rows of sums. */
  private final int width;

  /** Where the sums of a block of inputs are; inputs are before. */
  private final int sums;

  /** Where sums of blocks of inputs of a group are, as the bits of integers. */
  private final int integers;

  /** Where scaled sums of groups are. */
  private final int totals;

  /** Where sums of rows of a block of inputs are. */
  private final int rowSums;

  IntegerBlock(Strips w, Workspace ws, int worker, int rows, int strip, int strips) {
    this.w = w;
    this.vectors = ws.kernels().vectors();
    this.rows = rows;
    this.strip = strip;
    this.strips = strips;
    this.width = strips * WIDTH;
    this.sums = rows * CodeTiles.STRIDE;
    this.integers = sums + rows * width;
    this.totals = integers + rows * width;
    this.rowSums = totals + rows * width;
    this.scratch = ws.scratch(worker, rowSums + rows);
  }

  /** Where the sums are. */
  float[] memory() {
    return scratch;
  }

  /** Index of the first row's sums over all inputs; those of the next are all outputs further. */
  int sums() {
    return w.oneGroup() ? sums : totals;
  }

  /** Computes the sums over all inputs: of one group as they are, of more with scales. */
  void multiply(float[] a, int at) {
    if (!w.oneGroup()) {
      Arrays.fill(scratch, totals, rowSums, 0);
    }
    for (int k = 0; k < w.inputs(); ) {
      int group = k / w.groupSize() * w.groupSize();
      int end = w.groupEnd(k, Math.min(k + CodeTiles.DEPTH, w.inputs()));
      for (int m = 0; m < rows; m++) {
        int row = m * CodeTiles.STRIDE;
        System.arraycopy(a, at + m * w.inputs() + k, scratch, row, end - k);
        if (w.asymmetric()) {
          scratch[rowSums + m] = vectors.sum(scratch, row, end - k);
        }
      }
      CodeTiles.multiply(w, strip, strips, k, end - k, rows, scratch, 0, scratch, sums, width);
      collect(w.scaleAt(strip, k), k == group, end == w.groupEnd(k, w.inputs()));
      k = end;
    }
  }

  /** Adds the sums of a block to those of its group, and those of a whole group to the totals. */
  private void collect(int group, boolean first, boolean last) {
    for (int m = 0; m < rows; m++) {
      int row = m * width;
      if (w.asymmetric()) {
        addIntegers(row, first, last, group, scratch[rowSums + m]);
      } else if (!first || !last) {
        addIntegers(row, first, last);
      }
      if (last && !w.oneGroup()) {
        addScaled(row, group);
      }
    }
  }

  private void addIntegers(int row, boolean first, boolean last) {
    for (int j = row; j < row + width; j += L) {
      addIntegers(ints(FloatVector.fromArray(FLOATS, scratch, sums + j)), j, first, last);
    }
  }

  /** {@code Σ a (code - zero) = Σ a code - zero Σ a}. */
  private void addIntegers(int row, boolean first, boolean last, int group, float rowSum) {
    for (int j = 0; j < width; j += L) {
      FloatVector zeros = FloatVector.fromArray(FLOATS, w.zeros(), group + j);
      IntVector sum = ints(FloatVector.fromArray(FLOATS, scratch, sums + row + j));
      addIntegers(sum.sub(ints(zeros.mul(rowSum))), row + j, first, last);
    }
  }

  /** Adds the sums of one vector; the last ones of a group become floats again. */
  private void addIntegers(IntVector sum, int j, boolean first, boolean last) {
    IntVector all =
        first
            ? sum
            : sum.add(FloatVector.fromArray(FLOATS, scratch, integers + j).reinterpretAsInts());
    if (last) {
      floats(all).intoArray(scratch, sums + j);
    } else {
      all.reinterpretAsFloats().intoArray(scratch, integers + j);
    }
  }

  private void addScaled(int row, int group) {
    for (int j = 0; j < width; j += L) {
      FloatVector sum = FloatVector.fromArray(FLOATS, scratch, sums + row + j);
      FloatVector.fromArray(FLOATS, w.scales(), group + j)
          .fma(sum, FloatVector.fromArray(FLOATS, scratch, totals + row + j))
          .intoArray(scratch, totals + row + j);
    }
  }
}

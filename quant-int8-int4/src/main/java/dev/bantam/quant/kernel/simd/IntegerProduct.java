package dev.bantam.quant.kernel.simd;

import static dev.bantam.quant.kernel.simd.Lanes.FLOATS;
import static dev.bantam.quant.kernel.simd.Lanes.L;
import static dev.bantam.quant.kernel.simd.Lanes.floats;
import static dev.bantam.quant.kernel.simd.Lanes.ints;
import static dev.bantam.quant.kernel.simd.Strips.WIDTH;

import dev.bantam.quant.QuantizedMatrix;
import dev.bantam.quant.kernel.QuantizedProduct;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.VectorKernel;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/**
 * Integers times integers, carried by floats. A float holds every integer up to 2^24, and so every
 * sum of 384 products of codes: 255 · 128 · 384 is less. Longer sums are sums of such blocks, added
 * as integers.
 *
 * <p>The Vector API has no multiply-add of bytes or shorts. A 32-bit multiply-add takes three
 * instructions on x86 with AVX-512, a fused one of floats takes one; so floats are not only exact,
 * they are the fastest integers there. What is saved are bytes: weights stay codes up to the
 * registers.
 */
final class IntegerProduct implements QuantizedProduct {
  /** Most rows of a block: their inputs stay in the second level cache while strips pass. */
  private static final int BLOCK_ROWS = 96;

  /** Sums of a block: so many outputs are computed together that inputs are copied for once. */
  private static final int BLOCK_SUMS = BLOCK_ROWS * 256;

  private static final int PANEL_STRIPS = 2;

  private final Strips w;

  IntegerProduct(QuantizedMatrix w) {
    this.w = Strips.pack(w, PANEL_STRIPS * WIDTH);
  }

  @Override
  public int panelWidth() {
    return PANEL_STRIPS * WIDTH;
  }

  @Override
  public long bytes() {
    return w.bytes();
  }

  @Override
  public String description() {
    return w.type().id() + " x int8, carried by fp32";
  }

  @Override
  public void multiply(
      Workspace ws,
      int worker,
      float[] a,
      int aOffset,
      float[] scales,
      int sOffset,
      int rows,
      int panelFrom,
      int panelTo,
      float @Nullable [] bias,
      Activation activation,
      float[] y,
      int yOffset) {
    int stripFrom = panelFrom * PANEL_STRIPS;
    int stripTo = panelTo * PANEL_STRIPS;
    for (int m = 0; m < rows; m += BLOCK_ROWS) {
      int height = Math.min(BLOCK_ROWS, rows - m);
      int together = BLOCK_SUMS / height / panelWidth() * PANEL_STRIPS;
      for (int s = stripFrom; s < stripTo; s += together) {
        Block block = new Block(ws, worker, height, s, Math.min(together, stripTo - s));
        block.multiply(a, aOffset + m * w.inputs());
        block.finish(scales, sOffset + m, bias, activation, y, yOffset + m * w.outputs());
      }
    }
  }

  /** Some rows of some strips, and where in scratch memory their sums are. */
  private final class Block {
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

    Block(Workspace ws, int worker, int rows, int strip, int strips) {
      this.vectors = ws.kernels().vectors();
      this.rows = rows;
      this.strip = strip;
      this.strips = strips;
      this.width = strips * WIDTH;
      this.sums = BLOCK_ROWS * CodeTiles.STRIDE;
      this.integers = sums + rows * width;
      this.totals = integers + rows * width;
      this.rowSums = totals + rows * width;
      this.scratch = ws.scratch(worker, rowSums + rows);
    }

    /** Leaves the scaled sums over all inputs in {@code totals}. */
    void multiply(float[] a, int at) {
      Arrays.fill(scratch, totals, rowSums, 0);
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
        if (last) {
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

    /** {@code y = act(scale · total + bias)}. */
    void finish(
        float[] scales,
        int sOffset,
        float @Nullable [] bias,
        Activation activation,
        float[] y,
        int yOffset) {
      int from = strip * WIDTH;
      int count = Math.min(width, w.outputs() - from);
      for (int m = 0; m < rows; m++) {
        FloatVector scale = FloatVector.broadcast(FLOATS, scales[sOffset + m]);
        int total = totals + m * width;
        int to = yOffset + m * w.outputs() + from;
        for (int j = 0; j < count; j += L) {
          VectorMask<Float> lanes = FLOATS.indexInRange(j, count);
          FloatVector shift =
              bias == null
                  ? FloatVector.zero(FLOATS)
                  : FloatVector.fromArray(FLOATS, bias, from + j, lanes);
          scale
              .fma(FloatVector.fromArray(FLOATS, scratch, total + j), shift)
              .intoArray(y, to + j, lanes);
        }
        vectors.activate(activation, y, to, count);
      }
    }
  }
}

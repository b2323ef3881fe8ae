package dev.bantam.quant.kernel.simd;

import static dev.bantam.quant.kernel.simd.Lanes.FLOATS;
import static dev.bantam.quant.kernel.simd.Lanes.L;
import static dev.bantam.quant.kernel.simd.Lanes.floats;
import static dev.bantam.quant.kernel.simd.Lanes.ints;

import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.kernel.MatmulKernel;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/**
 * Integers times integers, carried by floats: a float holds every integer up to 2^24, so sums of
 * products that stay below it are exact in any order. Blocks of inputs are as long as that is sure;
 * from there on integers are added.
 *
 * <p>Java's vectors have no multiply-add of bytes or shorts. What they have does fewer products an
 * instruction than a fused multiply-add of floats on x86 with 512 bits, and so floats are not only
 * exact but the fastest integers there.
 */
final class IntegerProduct extends StripProduct {
  private static final int MAX_EXACT = 1 << 24;

  private final int maxBlock;
  private final float[] ones = new float[Strips.WIDTH];

  /**
   * A product.
   *
   * @param w weights of an integer type
   * @param maxInput greatest magnitude of a rounded input
   * @param maxWeight greatest magnitude of a weight, in steps
   */
  IntegerProduct(Strips w, Kernels kernels, int panelWidth, int maxInput, int maxWeight) {
    super(w, kernels.matmul(), panelWidth);
    maxBlock = Math.clamp(MAX_EXACT / (maxInput * Math.max(1, maxWeight)), 1, MatmulKernel.BLOCK);
    Arrays.fill(ones, 1);
  }

  @Override
  public String description() {
    return w.type().id() + " x int8, exact in float";
  }

  @Override
  int blockEnd(int k) {
    int inGroup = k % w.groupSize();
    return w.groupEnd(k, Math.min(k - inGroup % maxBlock + maxBlock, w.inputs()));
  }

  @Override
  float[] factors() {
    return ones;
  }

  @Override
  int factorAt(int strip, int k) {
    return 0;
  }

  @Override
  void collect(
      int k,
      int end,
      float[] scratch,
      int sums,
      int size,
      int rows,
      int from,
      int width,
      float @Nullable [] bias,
      float[] y,
      int yOffset) {
    boolean first = k % w.groupSize() == 0;
    boolean last = end % w.groupSize() == 0 || end == w.inputs();
    int integers = sums + size;
    int total = integers + size;
    int s = w.scaleAt(0, k) + from;
    for (int m = 0; m < rows; m++) {
      int row = m * width;
      if (!first || !last) {
        addIntegers(scratch, sums + row, integers + row, width, first, last);
      }
      if (last) {
        addGroup(scratch, sums + row, total + row, width, w.scales(), s, k < w.groupSize());
      }
    }
  }

  /** Adds a block to the integers of its group; the last one leaves their sum as floats. */
  private static void addIntegers(
      float[] scratch, int sums, int integers, int width, boolean first, boolean last) {
    for (int j = 0; j < width; j += L) {
      IntVector sum = ints(FloatVector.fromArray(FLOATS, scratch, sums + j));
      if (!first) {
        sum = sum.add(FloatVector.fromArray(FLOATS, scratch, integers + j).reinterpretAsInts());
      }
      if (last) {
        floats(sum).intoArray(scratch, sums + j);
      } else {
        sum.reinterpretAsFloats().intoArray(scratch, integers + j);
      }
    }
  }

  /** {@code total = scale · sum + total}. */
  private static void addGroup(
      float[] scratch, int sums, int total, int width, float[] scales, int s, boolean first) {
    for (int j = 0; j < width; j += L) {
      FloatVector sum = FloatVector.fromArray(FLOATS, scratch, sums + j);
      FloatVector scale = FloatVector.fromArray(FLOATS, scales, s + j);
      FloatVector before =
          first ? FloatVector.zero(FLOATS) : FloatVector.fromArray(FLOATS, scratch, total + j);
      scale.fma(sum, before).intoArray(scratch, total + j);
    }
  }

  @Override
  void finish(
      float[] scratch,
      int sums,
      int size,
      float[] scales,
      int sOffset,
      int rows,
      int from,
      int width,
      int count,
      float @Nullable [] bias,
      float[] y,
      int yOffset) {
    int total = sums + 2 * size;
    for (int m = 0; m < rows; m++) {
      FloatVector scale = FloatVector.broadcast(FLOATS, scales[sOffset + m]);
      int row = total + m * width;
      int to = yOffset + m * w.outputs() + from;
      for (int j = 0; j < count; j += L) {
        VectorMask<Float> lanes = FLOATS.indexInRange(j, count);
        FloatVector b =
            bias == null
                ? FloatVector.zero(FLOATS)
                : FloatVector.fromArray(FLOATS, bias, from + j, lanes);
        scale.fma(FloatVector.fromArray(FLOATS, scratch, row + j), b).intoArray(y, to + j, lanes);
      }
    }
  }
}

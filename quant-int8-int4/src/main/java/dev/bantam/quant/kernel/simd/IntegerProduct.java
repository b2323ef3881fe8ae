package dev.bantam.quant.kernel.simd;

import static dev.bantam.quant.kernel.simd.Lanes.FLOATS;
import static dev.bantam.quant.kernel.simd.Lanes.L;
import static dev.bantam.quant.kernel.simd.Strips.WIDTH;

import dev.bantam.quant.QuantizedMatrix;
import dev.bantam.quant.kernel.QuantizedProduct;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/**
 * Integers times integers, carried by floats. A float holds every integer up to 2^24, and so every
 * sum of 384 products of codes: 255 · 128 · 384 is less.
 *
 * <p>The Vector API has no multiply-add of bytes or shorts. A 32-bit multiply-add takes three
 * instructions on x86 with AVX-512, a fused one of floats takes one; so floats are not only exact,
 * they are the fastest integers there. What is saved are bytes.
 *
 * <p>For few rows weights stay codes up to the registers, and longer sums are sums of blocks, added
 * as integers: {@link IntegerBlock}. For many rows codes are decoded to panels of floats once:
 * {@link DecodedProduct}. Then sums over all inputs have to fit a float. Those of most weights do,
 * which is proved when they are packed.
 */
final class IntegerProduct implements QuantizedProduct {
  /** Largest sum of which a float, and each sum on the way to it, is exact. */
  private static final long LARGEST_SUM = 1 << 24;

  /** Difference between the largest and the least code of an input; 0 is between them. */
  private static final int INPUT_RANGE = 255;

  /** Most rows for which weights become floats in registers, as measured. */
  private static final int FEW_ROWS = 64;

  /** Outputs of few rows that are computed together, so that inputs are copied for once. */
  private static final int FEW_SUMS = FEW_ROWS * 256;

  private final Strips w;
  private final int panelWidth;

  /** Whether codes can be multiplied as floats, over all inputs. */
  private final boolean exact;

  /**
   * A product.
   *
   * @param w weights of an integer type
   * @param floatWidth width of the panels of the product of floats: one or more strips
   */
  IntegerProduct(QuantizedMatrix w, int floatWidth) {
    this.panelWidth = Math.max(floatWidth, 2 * WIDTH);
    this.w = Strips.pack(w, panelWidth);
    this.exact =
        w.groups() == 1 && w.zeroPoints() == null && INPUT_RANGE * largestSum(w) <= LARGEST_SUM;
  }

  /**
   * The largest sum of codes of one sign in a row, as {@link Strips} holds them. A sum of products
   * with inputs from {@code l} to {@code l + 255}, {@code l <= 0}, is at most 255 times as large.
   */
  private static long largestSum(QuantizedMatrix w) {
    long largest = 0;
    for (int n = 0; n < w.rows(); n++) {
      long positive = 0;
      long negative = 0;
      for (int k = 0; k < w.columns(); k++) {
        int code = w.code(n, k);
        positive += Math.max(code, 0);
        negative -= Math.min(code, 0);
      }
      largest = Math.max(largest, Strips.factor(w.type(), n) * Math.max(positive, negative));
    }
    return largest;
  }

  @Override
  public int panelWidth() {
    return panelWidth;
  }

  @Override
  public long bytes() {
    return w.bytes();
  }

  @Override
  public String description() {
    String product = w.type().id() + " x int8, carried by fp32";
    return exact
        ? product
            + ", decoded to registers for up to %d rows, to panels for more".formatted(FEW_ROWS)
        : product;
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
    boolean few = !exact || rows <= FEW_ROWS;
    int most = few ? FEW_ROWS : rows;
    for (int m = 0; m < rows; m += most) {
      int height = Math.min(most, rows - m);
      int together = Math.max(1, (few ? FEW_SUMS / height : DecodedProduct.OUTPUTS) / panelWidth);
      int row = aOffset + m * w.inputs();
      for (int p = panelFrom; p < panelTo; p += together) {
        int from = p * panelWidth;
        int width = Math.min(together, panelTo - p) * panelWidth;
        int count = Math.min(width, w.outputs() - from);
        int to = yOffset + m * w.outputs() + from;
        float[] sums = y;
        int at = to;
        int ld = w.outputs();
        if (few) {
          IntegerBlock block = new IntegerBlock(w, ws, worker, height, from / WIDTH, width / WIDTH);
          block.multiply(a, row);
          sums = block.memory();
          at = block.sums();
          ld = width;
        } else {
          DecodedProduct.multiply(
              ws, worker, w, true, from, count, a, row, rows, null, Activation.NONE, y, to);
        }
        for (int i = 0; i < height; i++) {
          int out = to + i * w.outputs();
          finish(sums, at + i * ld, from, count, scales[sOffset + m + i], bias, y, out);
          ws.kernels().vectors().activate(activation, y, out, count);
        }
      }
    }
  }

  /** {@code y = scale · sum + bias} for some outputs of a row. */
  private void finish(
      float[] sums,
      int at,
      int from,
      int count,
      float rowScale,
      float @Nullable [] bias,
      float[] y,
      int to) {
    FloatVector scale = FloatVector.broadcast(FLOATS, rowScale);
    int whole = FLOATS.loopBound(count);
    for (int j = 0; j < whole; j += L) {
      FloatVector sum = FloatVector.fromArray(FLOATS, sums, at + j);
      FloatVector shift =
          bias == null ? FloatVector.zero(FLOATS) : FloatVector.fromArray(FLOATS, bias, from + j);
      scale.fma(scaled(sum, from + j), shift).intoArray(y, to + j);
    }
    if (whole < count) {
      VectorMask<Float> lanes = FLOATS.indexInRange(whole, count);
      FloatVector sum = FloatVector.fromArray(FLOATS, sums, at + whole, lanes);
      FloatVector shift =
          bias == null
              ? FloatVector.zero(FLOATS)
              : FloatVector.fromArray(FLOATS, bias, from + whole, lanes);
      scale.fma(scaled(sum, from + whole), shift).intoArray(y, to + whole, lanes);
    }
  }

  /** Sums of more than one group have their scales already. */
  private FloatVector scaled(FloatVector sum, int output) {
    return w.oneGroup() ? sum.mul(FloatVector.fromArray(FLOATS, w.scales(), output)) : sum;
  }
}

package dev.bantam.quant.kernel.simd;

import static dev.bantam.quant.kernel.simd.Strips.WIDTH;

import dev.bantam.quant.QuantizedMatrix;
import dev.bantam.quant.kernel.QuantizedProduct;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.MatmulKernel;
import dev.bantam.tensor.kernel.VectorKernel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Floats times weights of any type, a block of inputs at a time, as {@link MatmulKernel} wants it.
 *
 * <p>Few rows are multiplied by {@link StripTiles}, more by {@link DecodedProduct}. Both sum in the
 * order of inputs with one fused multiply-add a product, so they give the same bits.
 */
final class FloatProduct implements QuantizedProduct {
  /**
   * Most rows for which weights are decoded in registers, as measured: for more, a panel that is
   * decoded once is faster.
   */
  private static final int FEW_ROWS = 8;

  private final Strips w;
  private final int panelWidth;

  /**
   * A product.
   *
   * @param w weights
   * @param floatWidth width of the panels of the product of floats: one or more strips
   */
  FloatProduct(QuantizedMatrix w, int floatWidth) {
    this.panelWidth = Math.max(floatWidth, 2 * WIDTH);
    this.w = Strips.pack(w, panelWidth);
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
    return w.type().isInteger()
        ? "%s x fp32, decoded to registers for up to %d rows, to panels for more"
            .formatted(w.type().id(), FEW_ROWS)
        : w.type().id() + " x fp32, decoded to panels";
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
    boolean few = rows <= FEW_ROWS && w.type().isInteger();
    int together = few ? 1 : Math.max(1, DecodedProduct.OUTPUTS / panelWidth);
    for (int p = panelFrom; p < panelTo; p += together) {
      int from = p * panelWidth;
      int width = Math.min(together, panelTo - p) * panelWidth;
      int count = Math.min(width, w.outputs() - from);
      int to = yOffset + from;
      if (few) {
        multiplyFew(ws, worker, a, aOffset, rows, from, count, bias, activation, y, to);
      } else {
        DecodedProduct.multiply(
            ws, worker, w, false, from, count, a, aOffset, rows, bias, activation, y, to);
      }
    }
  }

  /** One panel of outputs. */
  private void multiplyFew(
      Workspace ws,
      int worker,
      float[] a,
      int aOffset,
      int rows,
      int from,
      int count,
      float @Nullable [] bias,
      Activation activation,
      float[] y,
      int yOffset) {
    VectorKernel vectors = ws.kernels().vectors();
    float[] sums = ws.scratch(worker, rows * panelWidth);
    for (int k = 0; k < w.inputs(); k += MatmulKernel.BLOCK) {
      int depth = Math.min(MatmulKernel.BLOCK, w.inputs() - k);
      Arrays.fill(sums, 0, rows * panelWidth, 0);
      for (int j = 0; j < panelWidth; j += 2 * WIDTH) {
        int strip = (from + j) / WIDTH;
        StripTiles.add(w, strip, k, depth, rows, a, aOffset + k, w.inputs(), sums, j, panelWidth);
      }
      for (int m = 0; m < rows; m++) {
        int sum = m * panelWidth;
        int to = yOffset + m * w.outputs();
        if (k > 0) {
          vectors.add(y, to, sums, sum, y, to, count);
        } else if (bias != null) {
          vectors.add(bias, from, sums, sum, y, to, count);
        } else {
          System.arraycopy(sums, sum, y, to, count);
        }
        if (k + depth == w.inputs()) {
          vectors.activate(activation, y, to, count);
        }
      }
    }
  }
}

package dev.bantam.quant.kernel.simd;

import static dev.bantam.quant.kernel.simd.Strips.WIDTH;

import dev.bantam.quant.QuantizedMatrix;
import dev.bantam.quant.kernel.QuantizedProduct;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.MatmulKernel;
import dev.bantam.tensor.kernel.PackedMatrix;
import dev.bantam.tensor.kernel.VectorKernel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Floats times weights of any type, a block of inputs at a time, as {@link MatmulKernel} wants it.
 *
 * <p>Few rows are multiplied by {@link StripTiles}. For more, a block of some panels is decoded to
 * floats in the second level cache and multiplied by the {@link MatmulKernel}; what decoding costs
 * is shared by all rows. Both sum in the order of inputs with one fused multiply-add a product, so
 * they give the same bits.
 */
final class FloatProduct implements QuantizedProduct {
  /**
   * Most rows for which weights are decoded in registers, as measured: for more, a panel that is
   * decoded once is faster.
   */
  private static final int FEW_ROWS = 8;

  /** Outputs whose weights are decoded together: with a block of inputs, a part of the L2 cache. */
  private static final int DECODED_OUTPUTS = 192;

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
    MatmulKernel matmul = ws.kernels().matmul();
    VectorKernel vectors = ws.kernels().vectors();
    boolean few = rows <= FEW_ROWS && w.type().isInteger();
    int together = few ? 1 : Math.max(1, DECODED_OUTPUTS / panelWidth);
    int sums = matmul.scratchSize();
    float[] scratch = ws.scratch(worker, sums + rows * together * panelWidth);
    for (int p = panelFrom; p < panelTo; p += together) {
      int panels = Math.min(together, panelTo - p);
      int from = p * panelWidth;
      int width = panels * panelWidth;
      int count = Math.min(width, w.outputs() - from);
      for (int k = 0; k < w.inputs(); k += MatmulKernel.BLOCK) {
        int depth = Math.min(MatmulKernel.BLOCK, w.inputs() - k);
        if (few) {
          multiplyFew(a, aOffset + k, rows, from, k, depth, scratch, sums);
        } else {
          PackedMatrix decoded = ws.packed(worker, width, depth);
          decode(from, width, k, depth, decoded);
          matmul.multiply(
              a,
              aOffset + k,
              w.inputs(),
              false,
              rows,
              decoded,
              0,
              decoded.panels(),
              null,
              Activation.NONE,
              scratch,
              sums,
              width,
              scratch);
        }
        boolean last = k + depth == w.inputs();
        for (int m = 0; m < rows; m++) {
          int sum = sums + m * width;
          int to = yOffset + m * w.outputs() + from;
          if (k > 0) {
            vectors.add(y, to, scratch, sum, y, to, count);
          } else if (bias != null) {
            vectors.add(bias, from, scratch, sum, y, to, count);
          } else {
            System.arraycopy(scratch, sum, y, to, count);
          }
          if (last) {
            vectors.activate(activation, y, to, count);
          }
        }
      }
    }
  }

  /** Sums of one block of inputs for one panel of outputs. */
  private void multiplyFew(
      float[] a, int aOffset, int rows, int from, int k, int depth, float[] c, int to) {
    Arrays.fill(c, to, to + rows * panelWidth, 0);
    for (int j = 0; j < panelWidth; j += 2 * WIDTH) {
      int strip = (from + j) / WIDTH;
      StripTiles.add(w, strip, k, depth, rows, a, aOffset, w.inputs(), c, to + j, panelWidth);
    }
  }

  /** Writes the weights of one block of inputs for some panels. */
  private void decode(int from, int width, int k, int depth, PackedMatrix decoded) {
    for (int j = 0; j < width; j += WIDTH) {
      StripDecoder.decode(w, (from + j) / WIDTH, k, depth, decoded, j);
    }
  }
}

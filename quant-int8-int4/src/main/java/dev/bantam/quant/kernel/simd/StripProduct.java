package dev.bantam.quant.kernel.simd;

import static dev.bantam.quant.kernel.simd.Strips.WIDTH;

import dev.bantam.quant.kernel.QuantizedProduct;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.MatmulKernel;
import dev.bantam.tensor.kernel.PackedMatrix;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Products with {@link Strips}: a block of inputs at a time, whose sums stand in scratch until they
 * are collected.
 *
 * <p>Few rows are multiplied by {@link StripTiles}. For more, a block of some panels is decoded to
 * floats in the second level cache and multiplied by the {@link MatmulKernel}; what decoding costs
 * is shared by all rows. Both sum in the order of inputs with one fused multiply-add a product, so
 * they give the same bits.
 */
abstract class StripProduct implements QuantizedProduct {
  /** Most rows for which weights are decoded in registers. */
  private static final int FEW_ROWS = 8;

  /** Outputs whose weights are decoded together: with a block of inputs, a part of the L2 cache. */
  private static final int DECODED_OUTPUTS = 192;

  final Strips w;
  private final MatmulKernel matmul;
  private final int panelWidth;

  StripProduct(Strips w, MatmulKernel matmul, int panelWidth) {
    this.w = w;
    this.matmul = matmul;
    this.panelWidth = panelWidth;
  }

  /** Where a block of outputs is. */
  record Outputs(int rows, int from, int width, int count) {}

  @Override
  public int panelWidth() {
    return panelWidth;
  }

  @Override
  public long bytes() {
    return w.bytes();
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
    boolean few = rows <= FEW_ROWS && StripTiles.decode(w.type());
    int together = few ? 1 : Math.max(1, DECODED_OUTPUTS / panelWidth);
    for (int p = panelFrom; p < panelTo; p += together) {
      int panels = Math.min(together, panelTo - p);
      int from = p * panelWidth;
      int width = panels * panelWidth;
      int size = rows * width;
      int sums = matmul.scratchSize();
      float[] scratch = ws.scratch(worker, sums + 3 * size);
      for (int k = 0; k < w.inputs(); ) {
        int end = blockEnd(k);
        if (few) {
          multiplyFew(a, aOffset + k, rows, from, width, k, end, scratch, sums);
        } else {
          PackedMatrix panel = ws.packed(worker, width, end - k);
          decode(panel, from, width, k, end);
          matmul.multiply(
              a,
              aOffset + k,
              w.inputs(),
              false,
              rows,
              panel,
              0,
              panels,
              null,
              Activation.NONE,
              scratch,
              sums,
              width,
              scratch);
        }
        collect(k, end, scratch, sums, size, rows, from, width, bias, y, yOffset);
        k = end;
      }
      int count = Math.min(width, w.outputs() - from);
      finish(scratch, sums, size, scales, sOffset, rows, from, width, count, bias, y, yOffset);
      for (int m = 0; m < rows && activation != Activation.NONE; m++) {
        ws.kernels().vectors().activate(activation, y, yOffset + m * w.outputs() + from, count);
      }
    }
  }

  /** One past the last input of the block that begins at an input. */
  abstract int blockEnd(int k);

  /** Factors of weights: those of the groups, or ones where they come in later. */
  abstract float[] factors();

  /** Index of the first factor of a strip in the group of an input. */
  abstract int factorAt(int strip, int k);

  /** Takes the sums of one block. */
  abstract void collect(
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
      int yOffset);

  /** Takes the last block to the outputs. */
  abstract void finish(
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
      int yOffset);

  private void multiplyFew(
      float[] a, int aOffset, int rows, int from, int width, int k, int end, float[] c, int to) {
    Arrays.fill(c, to, to + rows * width, 0);
    for (int j = 0; j < width; j += WIDTH) {
      int strip = (from + j) / WIDTH;
      for (int g = k; g < end; ) {
        int groupEnd = w.groupEnd(g, end);
        StripTiles.add(
            w,
            strip,
            g,
            groupEnd - g,
            factors(),
            factorAt(strip, g),
            rows,
            a,
            aOffset + g - k,
            w.inputs(),
            c,
            to + j,
            width);
        g = groupEnd;
      }
    }
  }

  private void decode(PackedMatrix panel, int from, int width, int k, int end) {
    long step = 4L * panelWidth;
    var memory = panel.memory();
    for (int j = 0; j < width; j += WIDTH) {
      int strip = (from + j) / WIDTH;
      long to = 4L * (j / panelWidth * panelWidth * (end - k) + j % panelWidth);
      for (int g = k; g < end; ) {
        int groupEnd = w.groupEnd(g, end);
        StripDecoder.decode(
            w,
            strip,
            g,
            groupEnd - g,
            factors(),
            factorAt(strip, g),
            memory,
            to + (g - k) * step,
            step);
        g = groupEnd;
      }
    }
  }
}

package dev.bantam.tensor.kernel.simd;

import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.MatmulKernel;
import dev.bantam.tensor.kernel.PackedMatrix;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@link MatmulKernel} on {@link NarrowTiles}.
 *
 * <p>Weights are panels [k, WIDTH] on the heap. A block of rows is transposed in scratch, {@link
 * #BLOCK} columns at a time; then each panel passes over it, and sums of blocks collect in y.
 */
final class NarrowMatmul implements MatmulKernel {
  private static final int WIDTH = NarrowTiles.WIDTH;

  /** Rows whose slice of x stays in the second level cache while panels pass over it. */
  private static final int BLOCK_ROWS = 8 * WIDTH;

  /** Where scratch holds a block of products of all rows and one panel. */
  private static final int SUMS = BLOCK_ROWS * BLOCK;

  private final SimdVectors vectors;

  NarrowMatmul(SimdVectors vectors) {
    this.vectors = vectors;
  }

  /** Panel p holds w[WIDTH p + j, k] at (p K + k) WIDTH + j. */
  private record Panels(float[] data, int n, int k) implements PackedMatrix {
    @Override
    public int panelWidth() {
      return WIDTH;
    }

    @Override
    public void write(int output, int input, float[] w, int offset, int outputs, int inputs) {
      for (int i = 0; i < inputs; i++) {
        int to = (output / WIDTH * k + input + i) * WIDTH + output % WIDTH;
        System.arraycopy(w, offset + i * outputs, data, to, outputs);
      }
    }

    @Override
    public long bytes() {
      return 4L * panels() * WIDTH * k;
    }
  }

  @Override
  public PackedMatrix reserve(@Nullable PackedMatrix memory, int n, int k) {
    long size = (long) Math.ceilDiv(n, WIDTH) * WIDTH * k;
    if (size > NarrowTiles.LIMIT) {
      throw new IllegalArgumentException(
          "matmul: expected at most %d weights, got %d x %d".formatted(NarrowTiles.LIMIT, n, k));
    }
    return memory instanceof Panels(float[] data, _, _) && data.length >= size
        ? new Panels(data, n, k)
        : new Panels(new float[(int) size], n, k);
  }

  @Override
  public void pack(
      float[] w,
      int offset,
      int ldw,
      boolean transposed,
      PackedMatrix into,
      int panelFrom,
      int panelTo) {
    Panels panels = (Panels) into;
    for (int p = panelFrom; p < panelTo; p++) {
      int n = Math.min(WIDTH, panels.n - p * WIDTH);
      int to = p * WIDTH * panels.k;
      if (transposed) {
        PanelPacking.copy(w, offset + p * WIDTH, ldw, n, panels.k, panels.data, to, WIDTH);
      } else {
        PanelPacking.pack(w, offset + p * WIDTH * ldw, ldw, n, panels.k, panels.data, to, WIDTH);
      }
    }
  }

  @Override
  public void multiply(
      float[] x,
      int xOffset,
      int ldx,
      boolean transposed,
      int rows,
      PackedMatrix w,
      int panelFrom,
      int panelTo,
      boolean add,
      float @Nullable [] bias,
      Activation activation,
      float[] y,
      int yOffset,
      int ldy,
      float[] scratch) {
    Panels panels = (Panels) w;
    for (int m = 0; m < rows; m += BLOCK_ROWS) {
      int block = Math.min(BLOCK_ROWS, rows - m);
      for (int k = 0; k == 0 || k < panels.k; k += BLOCK) { // once without inputs: y is the bias
        int depth = Math.min(BLOCK, panels.k - k);
        boolean last = k + depth == panels.k && activation != Activation.NONE;
        for (int i = 0; i < block; i += WIDTH) {
          int height = Math.min(WIDTH, block - i);
          if (transposed) {
            int column = xOffset + k * ldx + m + i;
            PanelPacking.copy(x, column, ldx, height, depth, scratch, i * depth, WIDTH);
          } else {
            int row = xOffset + (m + i) * ldx + k;
            SquarePacking.pack(x, row, ldx, height, depth, scratch, i * depth, WIDTH);
          }
        }
        for (int p = panelFrom; p < panelTo; p++) {
          int from = (p * panels.k + k) * WIDTH;
          Arrays.fill(scratch, SUMS, SUMS + block * WIDTH, 0);
          NarrowTiles.add(block, scratch, 0, panels.data, from, depth, scratch, SUMS, WIDTH);
          int to = yOffset + m * ldy + p * WIDTH;
          int width = Math.min(WIDTH, panels.n - p * WIDTH);
          for (int i = 0; i < block; i++) {
            int sum = SUMS + i * WIDTH;
            int row = to + i * ldy;
            if (add || k > 0) {
              vectors.add(y, row, scratch, sum, y, row, width);
            } else if (bias != null) {
              vectors.add(bias, p * WIDTH, scratch, sum, y, row, width);
            } else {
              System.arraycopy(scratch, sum, y, row, width);
            }
            if (last) {
              vectors.activate(activation, y, row, width);
            }
          }
        }
      }
    }
  }

  @Override
  public int scratchSize() {
    return SUMS + BLOCK_ROWS * WIDTH;
  }
}

package dev.bantam.tensor.kernel.simd;

import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.MatmulKernel;
import dev.bantam.tensor.kernel.PackedMatrix;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@link MatmulKernel} on {@link NarrowTiles}: weights are panels [k, WIDTH] on the heap, and each
 * passes once over all rows.
 */
final class NarrowMatmul implements MatmulKernel {
  private static final int WIDTH = NarrowTiles.WIDTH;

  /** Rows of x that stay in the second level cache while panels pass over them. */
  private static final int BLOCK_ROWS = 120;

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
    public long bytes() {
      return 4L * panels() * WIDTH * k;
    }
  }

  @Override
  public PackedMatrix reserve(@Nullable PackedMatrix memory, int n, int k) {
    int size = Math.multiplyExact(Math.ceilDiv(n, WIDTH) * WIDTH, k);
    return memory instanceof Panels(float[] data, _, _) && data.length >= size
        ? new Panels(data, n, k)
        : new Panels(new float[size], n, k);
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
      int rows,
      PackedMatrix w,
      int panelFrom,
      int panelTo,
      float @Nullable [] bias,
      Activation activation,
      float[] y,
      int yOffset,
      int ldy,
      float[] scratch) {
    Panels panels = (Panels) w;
    for (int m = 0; m < rows; m += BLOCK_ROWS) {
      int block = Math.min(BLOCK_ROWS, rows - m);
      for (int p = panelFrom; p < panelTo; p++) {
        int width = Math.min(WIDTH, panels.n - p * WIDTH);
        // outputs of a panel that is not full collect in scratch
        boolean full = width == WIDTH;
        float[] c = full ? y : scratch;
        int to = full ? yOffset + m * ldy + p * WIDTH : 0;
        int ldc = full ? ldy : WIDTH;
        for (int i = 0; i < block; i++) {
          if (bias == null) {
            Arrays.fill(c, to + i * ldc, to + i * ldc + width, 0);
          } else {
            System.arraycopy(bias, p * WIDTH, c, to + i * ldc, width);
          }
        }
        for (int k = 0; k < panels.k; k += BLOCK) {
          NarrowTiles.add(
              block,
              x,
              xOffset + m * ldx + k,
              ldx,
              panels.data,
              (p * panels.k + k) * WIDTH,
              Math.min(BLOCK, panels.k - k),
              c,
              to,
              ldc);
        }
        for (int i = 0; i < block; i++) {
          if (activation != Activation.NONE) {
            vectors.activate(activation, c, to + i * ldc, width);
          }
          if (!full) {
            System.arraycopy(scratch, i * WIDTH, y, yOffset + (m + i) * ldy + p * WIDTH, width);
          }
        }
      }
    }
  }

  @Override
  public int scratchSize() {
    return BLOCK_ROWS * WIDTH;
  }
}

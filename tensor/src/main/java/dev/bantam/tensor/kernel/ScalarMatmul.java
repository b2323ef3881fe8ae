package dev.bantam.tensor.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@link MatmulKernel} as three loops. Panels are [k, 16], so that the inner loop runs over
 * outputs.
 */
final class ScalarMatmul implements MatmulKernel {
  private static final int WIDTH = 16;

  /** Panel p holds w[16 p + j, k] at (p K + k) 16 + j. */
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
      return 4L * data.length;
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
    for (int i = panelFrom * WIDTH; i < Math.min(panelTo * WIDTH, panels.n); i++) {
      int base = i / WIDTH * WIDTH * panels.k + i % WIDTH;
      for (int j = 0; j < panels.k; j++) {
        panels.data[base + j * WIDTH] = w[offset + (transposed ? j * ldw + i : i * ldw + j)];
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
    float[] data = panels.data;
    for (int p = panelFrom; p < panelTo; p++) {
      int n = p * WIDTH;
      int width = Math.min(WIDTH, panels.n - n);
      for (int m = 0; m < rows; m++) {
        int out = yOffset + m * ldy + n;
        for (int j = 0; j < width && !add; j++) {
          y[out + j] = bias == null ? 0 : bias[n + j];
        }
        for (int from = 0; from == 0 || from < panels.k; from += BLOCK) {
          Arrays.fill(scratch, 0, WIDTH, 0);
          for (int k = from; k < Math.min(from + BLOCK, panels.k); k++) {
            float a = x[xOffset + (transposed ? k * ldx + m : m * ldx + k)];
            int row = (p * panels.k + k) * WIDTH;
            for (int j = 0; j < WIDTH; j++) {
              scratch[j] = MultiplyAdd.of(a, data[row + j], scratch[j]);
            }
          }
          for (int j = 0; j < width; j++) {
            y[out + j] += scratch[j];
          }
        }
        ScalarVectors.apply(activation, y, out, width);
      }
    }
  }

  @Override
  public int scratchSize() {
    return WIDTH;
  }
}

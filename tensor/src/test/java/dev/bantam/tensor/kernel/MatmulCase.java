package dev.bantam.tensor.kernel;

import static dev.bantam.tensor.Floats.assertClose;
import static dev.bantam.tensor.Floats.assertSameBits;

import dev.bantam.tensor.Floats;
import java.util.Arrays;

/**
 * One matrix product for any kernel. Rows stand further apart than they need to; what lies between
 * and around them is NaN where the kernel must not read and a guard value where it must not write.
 */
public record MatmulCase(int rows, int n, int k, boolean biased, Activation activation) {
  private static final float GUARD = -12345.678f;
  private static final int X_OFFSET = 5;
  private static final int Y_OFFSET = 3;
  private static final int W_OFFSET = 7;

  /** Holds a kernel to the scalar one: bit for bit where the activation is exact. */
  public void check(MatmulKernel kernel) {
    float[] expected = outputs(Kernels.scalar().matmul(), 1, 1);
    float[] actual = outputs(kernel, 1, 1);
    if (activation == Activation.NONE || activation == Activation.RELU) {
      assertSameBits(actual, expected, this);
    } else {
      assertClose(actual, expected, 1e-6, 1e-6, this);
    }
    assertSameBits(outputsOfTransposed(kernel), actual, this + " of transposed sides");
    assertSameBits(outputsOfBlocks(kernel), actual, this + " of blocks of inputs, added");
  }

  /** Holds a kernel to itself: rows and panels may be split in any way. */
  public void checkSplits(MatmulKernel kernel) {
    float[] whole = outputs(kernel, 1, 1);
    for (int rowParts : new int[] {1, 2, 7}) {
      for (int panelParts : new int[] {1, 3, 10}) {
        assertSameBits(
            outputs(kernel, rowParts, panelParts),
            whole,
            this + " in " + rowParts + " x " + panelParts + " parts");
      }
    }
  }

  /** The outputs [rows, n], computed in parts. */
  public float[] outputs(MatmulKernel kernel, int rowParts, int panelParts) {
    int ldx = k + 2;
    int ldy = n + 4;
    float[] x = Floats.filled(X_OFFSET + rows * ldx + 9, Float.NaN);
    float[] values = Floats.normal(1, rows * k);
    for (int i = 0; i < rows; i++) {
      System.arraycopy(values, i * k, x, X_OFFSET + i * ldx, k);
    }
    float[] weights = Floats.filled(W_OFFSET + n * k + 11, Float.NaN);
    System.arraycopy(Floats.normal(2, n * k), 0, weights, W_OFFSET, n * k);
    float[] bias = biased ? Floats.normal(3, n) : null;
    PackedMatrix w = kernel.pack(weights, W_OFFSET, n, k);
    float[] scratch = new float[kernel.scratchSize()];
    float[] y = Floats.filled(Y_OFFSET + rows * ldy + 13, GUARD);
    for (int r = 0; r < rowParts; r++) {
      int from = r * rows / rowParts;
      int to = (r + 1) * rows / rowParts;
      for (int p = 0; p < panelParts; p++) {
        Arrays.fill(scratch, Float.NaN);
        kernel.multiply(
            x,
            X_OFFSET + from * ldx,
            ldx,
            false,
            to - from,
            w,
            p * w.panels() / panelParts,
            (p + 1) * w.panels() / panelParts,
            false,
            bias,
            activation,
            y,
            Y_OFFSET + from * ldy,
            ldy,
            scratch);
      }
    }
    float[] outputs = new float[rows * n];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(y, Y_OFFSET + i * ldy, outputs, i * n, n);
      Arrays.fill(y, Y_OFFSET + i * ldy, Y_OFFSET + i * ldy + n, GUARD);
    }
    assertSameBits(y, Floats.filled(y.length, GUARD), this + ": the memory around the outputs");
    return outputs;
  }

  /** The outputs when each block of inputs is a product of its own, added to the bias. */
  private float[] outputsOfBlocks(MatmulKernel kernel) {
    float[] x = Floats.normal(1, rows * k);
    float[] weights = Floats.normal(2, n * k);
    float[] bias = biased ? Floats.normal(3, n) : new float[n];
    float[] y = new float[rows * n];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(bias, 0, y, i * n, n);
    }
    float[] scratch = Floats.filled(kernel.scratchSize(), Float.NaN);
    for (int from = 0; from == 0 || from < k; from += MatmulKernel.BLOCK) {
      int depth = Math.min(MatmulKernel.BLOCK, k - from);
      PackedMatrix w = kernel.reserve(null, n, depth);
      kernel.pack(weights, from, k, false, w, 0, w.panels());
      Activation last = from + depth == k ? activation : Activation.NONE;
      kernel.multiply(
          x, from, k, false, rows, w, 0, w.panels(), true, null, last, y, 0, n, scratch);
    }
    return y;
  }

  /** The outputs when both sides are given transposed. */
  float[] outputsOfTransposed(MatmulKernel kernel) {
    int ldx = rows + 3;
    int ldw = n + 5;
    float[] values = Floats.normal(1, rows * k);
    int end = k == 0 ? 0 : (k - 1) * ldx + rows; // nothing behind the last element
    float[] x = Floats.filled(X_OFFSET + end, Float.NaN);
    Transposition.transpose(values, 0, k, rows, k, x, X_OFFSET, ldx);
    float[] weights = Floats.filled(W_OFFSET + k * ldw, Float.NaN);
    Transposition.transpose(Floats.normal(2, n * k), 0, k, n, k, weights, W_OFFSET, ldw);
    PackedMatrix larger = kernel.reserve(null, n + 40, k + 3);
    PackedMatrix w = kernel.reserve(larger, n, k);
    int half = w.panels() / 2;
    kernel.pack(weights, W_OFFSET, ldw, true, w, half, w.panels());
    kernel.pack(weights, W_OFFSET, ldw, true, w, 0, half);
    float[] y = Floats.filled(rows * n, GUARD);
    float[] scratch = Floats.filled(kernel.scratchSize(), Float.NaN);
    float[] bias = biased ? Floats.normal(3, n) : null;
    kernel.multiply(
        x, X_OFFSET, ldx, true, rows, w, 0, w.panels(), false, bias, activation, y, 0, n, scratch);
    return y;
  }
}

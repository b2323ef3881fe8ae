package dev.bantam.tensor.kernel.simd;

import dev.bantam.tensor.kernel.AttentionKernel;
import dev.bantam.tensor.kernel.Dropout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@link AttentionKernel#backward} as five tiled products. The left side of each is transposed, in
 * groups of rows: {@code P ∘ D} and dS are, as they are, the transposed left sides for dV and dK.
 */
final class SimdAttentionBackward {
  private static final int WIDTH = NarrowTiles.WIDTH;

  private final SimdTraining training;

  SimdAttentionBackward(SimdTraining training) {
    this.training = training;
  }

  private static int padded(int n) {
    return Math.ceilDiv(n, WIDTH) * WIDTH;
  }

  static int scratchSize(int length, int headDim) {
    int keys = padded(length);
    return keys * Math.max(length, headDim)
        + Math.max(keys * headDim, padded(headDim) * length)
        + length * keys
        + length * padded(headDim);
  }

  /** As {@link AttentionKernel#backward}. */
  void run(
      float[] q,
      float[] k,
      float[] v,
      int at,
      int ld,
      int length,
      int headDim,
      float scale,
      float[] probabilities,
      int pOffset,
      @Nullable Dropout dropout,
      float[] dy,
      int dyOffset,
      int ldy,
      float[] dq,
      float[] dk,
      float[] dv,
      int to,
      int ldd,
      float[] scratch) {
    int keys = padded(length);
    int dims = padded(headDim);
    int left = 0; // groups [⌈rows / WIDTH⌉][depth, WIDTH]
    int right = left + keys * Math.max(length, headDim); // panels [⌈cols / WIDTH⌉][depth, WIDTH]
    int ds = right + Math.max(keys * headDim, dims * length); // dP, then dS [length, keys]
    int out = ds + length * keys; // [length, dims]

    // dV = (P ∘ D)ᵀ dY
    for (int j = 0; j < length; j += WIDTH) {
      int n = Math.min(WIDTH, length - j);
      for (int i = 0; i < length; i++) {
        int from = pOffset + i * length + j;
        int group = left + j * length + i * WIDTH;
        if (dropout == null) {
          System.arraycopy(probabilities, from, scratch, group, n);
        } else {
          training.dropout(dropout, from, probabilities, from, scratch, group, n);
        }
      }
    }
    SimdAttention.copyValues(dy, dyOffset, ldy, length, headDim, scratch, right);
    multiply(scratch, left, right, length, length, dims, out);
    copy(scratch, out, dims, length, headDim, dv, to, ldd);

    // dP = (dY Vᵀ) ∘ D, dS = scale · P ∘ (dP - rowsum(P ∘ dP))
    for (int i = 0; i < length; i += WIDTH) {
      int n = Math.min(WIDTH, length - i);
      int group = i * headDim;
      PanelPacking.pack(dy, dyOffset + i * ldy, ldy, n, headDim, scratch, left + group, WIDTH);
      PanelPacking.pack(v, at + i * ld, ld, n, headDim, scratch, right + group, WIDTH);
    }
    multiply(scratch, left, right, length, headDim, keys, ds);
    for (int i = 0; dropout != null && i < length; i++) {
      int row = ds + i * keys;
      training.dropout(dropout, pOffset + i * length, scratch, row, scratch, row, length);
    }
    training.softmaxBackward(
        probabilities, pOffset, length, scratch, ds, keys, length, length, scale);

    // dK = dSᵀ Q
    SimdAttention.copyValues(scratch, ds, keys, length, length, scratch, left);
    SimdAttention.copyValues(q, at, ld, length, headDim, scratch, right);
    multiply(scratch, left, right, length, length, dims, out);
    copy(scratch, out, dims, length, headDim, dk, to, ldd);

    // dQ = dS K
    for (int i = 0; i < length; i += WIDTH) {
      int n = Math.min(WIDTH, length - i);
      PanelPacking.pack(scratch, ds + i * keys, keys, n, length, scratch, left + i * length, WIDTH);
    }
    SimdAttention.copyValues(k, at, ld, length, headDim, scratch, right);
    multiply(scratch, left, right, length, length, dims, out);
    copy(scratch, out, dims, length, headDim, dq, to, ldd);
  }

  /** Groups of [rows, depth] times panels of [depth, cols], to [rows, cols]. */
  private static void multiply(
      float[] scratch, int left, int right, int rows, int depth, int cols, int to) {
    Arrays.fill(scratch, to, to + rows * cols, 0);
    for (int i = 0; i < rows; i += WIDTH) {
      int n = Math.min(WIDTH, rows - i);
      for (int j = 0; j < cols; j += WIDTH) {
        SimdAttention.product(
            n, scratch, left + i * depth, right + j * depth, depth, to + i * cols + j, cols);
      }
    }
  }

  private static void copy(
      float[] scratch, int out, int dims, int length, int headDim, float[] y, int to, int ldy) {
    for (int i = 0; i < length; i++) {
      System.arraycopy(scratch, out + i * dims, y, to + i * ldy, headDim);
    }
  }
}

package dev.bantam.tensor.kernel.simd;

import dev.bantam.tensor.kernel.AttentionKernel;
import dev.bantam.tensor.kernel.Dropout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@link AttentionKernel#backward} as five tiled products. Left sides are groups of rows, right
 * sides panels: both are copied there, transposed where the tiles need it.
 */
final class SimdAttentionBackward {
  private static final int WIDTH = AttentionTiles.WIDTH;

  private final SimdTraining training;

  SimdAttentionBackward(SimdTraining training) {
    this.training = training;
  }

  static int scratchSize(int length, int headDim) {
    int keys = SimdAttention.padded(length);
    int dims = SimdAttention.padded(headDim);
    int side = Math.max(keys * headDim, dims * length);
    return side + keys * Math.max(headDim, length) + 2 * length * keys + length * dims;
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
    int keys = SimdAttention.padded(length);
    int dims = SimdAttention.padded(headDim);
    int side = Math.max(keys * headDim, dims * length);
    int right = 0; // [keys / WIDTH][headDim, WIDTH] or [dims / WIDTH][length, WIDTH]
    int left = right + side; // [keys / WIDTH][headDim, WIDTH] or [keys / WIDTH][length, WIDTH]
    int ds = left + keys * Math.max(headDim, length); // dP, then dS [length, keys]
    int dropped = ds + length * keys; // P ∘ D [length, keys]
    int out = dropped + length * keys; // [length, dims]

    // dV = (P ∘ D)ᵀ dY
    for (int i = 0; i < length; i++) {
      int p = pOffset + i * length;
      int row = dropped + i * keys;
      if (dropout == null) {
        System.arraycopy(probabilities, p, scratch, row, length);
      } else {
        training.dropout(dropout, p, probabilities, p, scratch, row, length);
      }
    }
    SimdAttention.copyColumns(scratch, dropped, keys, length, length, scratch, left);
    SimdAttention.copyColumns(dy, dyOffset, ldy, length, headDim, scratch, right);
    product(scratch, left, right, length, headDim, out, dims);
    copy(scratch, out, dims, length, headDim, dv, to, ldd);

    // dP = (dY Vᵀ) ∘ D, dS = scale · P ∘ (dP - rowsum(P ∘ dP))
    SimdAttention.packRows(dy, dyOffset, ldy, length, headDim, scratch, left);
    SimdAttention.packRows(v, at, ld, length, headDim, scratch, right);
    Arrays.fill(scratch, ds, ds + length * keys, 0);
    for (int p = 0; p < keys; p += WIDTH) {
      int panel = right + p * headDim;
      AttentionTiles.add(length, scratch, left, scratch, panel, headDim, scratch, ds + p, keys);
    }
    for (int i = 0; dropout != null && i < length; i++) {
      int row = ds + i * keys;
      training.dropout(dropout, pOffset + i * length, scratch, row, scratch, row, length);
    }
    training.softmaxBackward(
        probabilities, pOffset, length, scratch, ds, keys, length, length, scale);

    // dQ = dS K
    SimdAttention.packRows(scratch, ds, keys, length, length, scratch, left);
    SimdAttention.copyColumns(k, at, ld, length, headDim, scratch, right);
    product(scratch, left, right, length, headDim, out, dims);
    copy(scratch, out, dims, length, headDim, dq, to, ldd);

    // dK = dSᵀ Q
    SimdAttention.copyColumns(scratch, ds, keys, length, length, scratch, left);
    SimdAttention.copyColumns(q, at, ld, length, headDim, scratch, right);
    product(scratch, left, right, length, headDim, out, dims);
    copy(scratch, out, dims, length, headDim, dk, to, ldd);
  }

  /** Groups of [length, length] times panels of [length, headDim]. */
  private static void product(
      float[] scratch, int left, int right, int length, int headDim, int out, int dims) {
    Arrays.fill(scratch, out, out + length * dims, 0);
    for (int p = 0; p < headDim; p += WIDTH) {
      int panel = right + p * length;
      AttentionTiles.add(length, scratch, left, scratch, panel, length, scratch, out + p, dims);
    }
  }

  private static void copy(
      float[] scratch, int out, int dims, int length, int headDim, float[] y, int to, int ldy) {
    for (int i = 0; i < length; i++) {
      System.arraycopy(scratch, out + i * dims, y, to + i * ldy, headDim);
    }
  }
}

package dev.bantam.tensor.kernel.simd;

import dev.bantam.tensor.kernel.AttentionKernel;
import dev.bantam.tensor.kernel.Dropout;
import dev.bantam.tensor.kernel.Transposition;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@link AttentionKernel#backward} as five tiled products, whose left sides are rows and whose
 * right sides are panels; two left sides are transposed first.
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
    int dims = padded(headDim);
    return Math.max(keys * headDim, dims * length) + 3 * length * keys + length * dims;
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
    int panels = 0; // a right side: [keys / WIDTH][headDim, WIDTH] or [dims / WIDTH][length, WIDTH]
    int ds = panels + Math.max(keys * headDim, dims * length); // dP, then dS [length, keys]
    int dropped = ds + length * keys; // P ∘ D [length, keys]
    int transposed = dropped + length * keys; // [length, keys]
    int out = transposed + length * keys; // [length, dims]

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
    Transposition.transpose(scratch, dropped, keys, length, length, scratch, transposed, keys);
    SimdAttention.copyValues(dy, dyOffset, ldy, length, headDim, scratch, panels);
    product(scratch, transposed, keys, panels, length, headDim, out, dims);
    copy(scratch, out, dims, length, headDim, dv, to, ldd);

    // dP = (dY Vᵀ) ∘ D, dS = scale · P ∘ (dP - rowsum(P ∘ dP))
    for (int p = 0; p < keys; p += WIDTH) {
      int n = Math.min(WIDTH, length - p);
      PanelPacking.pack(v, at + p * ld, ld, n, headDim, scratch, panels + p * headDim, WIDTH);
    }
    Arrays.fill(scratch, ds, ds + length * keys, 0);
    for (int p = 0; p < keys; p += WIDTH) {
      int panel = panels + p * headDim;
      NarrowTiles.add(length, dy, dyOffset, ldy, scratch, panel, headDim, scratch, ds + p, keys);
    }
    for (int i = 0; dropout != null && i < length; i++) {
      int row = ds + i * keys;
      training.dropout(dropout, pOffset + i * length, scratch, row, scratch, row, length);
    }
    training.softmaxBackward(
        probabilities, pOffset, length, scratch, ds, keys, length, length, scale);

    // dQ = dS K
    SimdAttention.copyValues(k, at, ld, length, headDim, scratch, panels);
    product(scratch, ds, keys, panels, length, headDim, out, dims);
    copy(scratch, out, dims, length, headDim, dq, to, ldd);

    // dK = dSᵀ Q
    Transposition.transpose(scratch, ds, keys, length, length, scratch, transposed, keys);
    SimdAttention.copyValues(q, at, ld, length, headDim, scratch, panels);
    product(scratch, transposed, keys, panels, length, headDim, out, dims);
    copy(scratch, out, dims, length, headDim, dk, to, ldd);
  }

  /** [length, length] times panels of [length, headDim]. */
  private static void product(
      float[] scratch, int left, int keys, int panels, int length, int headDim, int out, int dims) {
    Arrays.fill(scratch, out, out + length * dims, 0);
    for (int p = 0; p < headDim; p += WIDTH) {
      int panel = panels + p * length;
      NarrowTiles.add(length, scratch, left, keys, scratch, panel, length, scratch, out + p, dims);
    }
  }

  private static void copy(
      float[] scratch, int out, int dims, int length, int headDim, float[] y, int to, int ldy) {
    for (int i = 0; i < length; i++) {
      System.arraycopy(scratch, out + i * dims, y, to + i * ldy, headDim);
    }
  }
}

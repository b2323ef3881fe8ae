package dev.bantam.tensor.kernel.simd;

import dev.bantam.tensor.kernel.AttentionKernel;
import dev.bantam.tensor.kernel.Dropout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@link AttentionKernel} as two tiled products with a softmax between them, whose division comes
 * last. Keys are transposed into panels and values copied into panels once a head; queries pass in
 * blocks, so that a block's scores stay in the first level cache.
 */
final class SimdAttention implements AttentionKernel {
  private static final int WIDTH = NarrowTiles.WIDTH;
  private static final int BLOCK_ROWS = 40;

  private final SimdVectors vectors;
  private final SimdTraining training;
  private final SimdAttentionBackward backward;

  SimdAttention(SimdVectors vectors, SimdTraining training) {
    this.vectors = vectors;
    this.training = training;
    this.backward = new SimdAttentionBackward(training);
  }

  @Override
  public void attend(
      float[] q,
      float[] k,
      float[] v,
      int at,
      int ld,
      int length,
      int headDim,
      float scale,
      float[] y,
      int yOffset,
      int ldy,
      float @Nullable [] probabilities,
      int pOffset,
      @Nullable Dropout dropout,
      float[] scratch) {
    int ldScores = Math.ceilDiv(length, WIDTH) * WIDTH;
    int ldOut = Math.ceilDiv(headDim, WIDTH) * WIDTH;
    int keys = 0; // panels of scale · Kᵀ: [ldScores / WIDTH][headDim, WIDTH]
    int values = keys + ldScores * headDim; // panels of V: [ldOut / WIDTH][length, WIDTH]
    int scores = values + ldOut * length; // [BLOCK_ROWS, ldScores]
    int out = scores + BLOCK_ROWS * ldScores; // [BLOCK_ROWS, ldOut]
    int sums = out + BLOCK_ROWS * ldOut; // [BLOCK_ROWS]
    for (int p = 0; p < ldScores; p += WIDTH) {
      int n = Math.min(WIDTH, length - p);
      PanelPacking.pack(k, at + p * ld, ld, n, headDim, scratch, keys + p * headDim, WIDTH);
    }
    vectors.scale(scale, scratch, keys, ldScores * headDim);
    copyValues(v, at, ld, length, headDim, scratch, values);
    for (int m = 0; m < length; m += BLOCK_ROWS) {
      int block = Math.min(BLOCK_ROWS, length - m);
      Arrays.fill(scratch, scores, scores + block * ldScores, 0);
      Arrays.fill(scratch, out, out + block * ldOut, 0);
      for (int p = 0; p < ldScores; p += WIDTH) {
        NarrowTiles.add(
            block,
            q,
            at + m * ld,
            ld,
            scratch,
            keys + p * headDim,
            headDim,
            scratch,
            scores + p,
            ldScores);
      }
      for (int i = 0; i < block; i++) {
        int row = scores + i * ldScores;
        scratch[sums + i] =
            SimdRows.expShifted(scratch, row, length, vectors.max(scratch, row, length));
        int to = pOffset + (m + i) * length;
        if (probabilities != null) {
          System.arraycopy(scratch, row, probabilities, to, length);
          vectors.scale(1 / scratch[sums + i], probabilities, to, length);
        }
        if (dropout != null) {
          training.dropout(dropout, to, scratch, row, scratch, row, length);
        }
      }
      for (int p = 0; p < ldOut; p += WIDTH) {
        NarrowTiles.add(
            block,
            scratch,
            scores,
            ldScores,
            scratch,
            values + p * length,
            length,
            scratch,
            out + p,
            ldOut);
      }
      for (int i = 0; i < block; i++) {
        // y = (e V) / Σ e: dividing the sum is less work than dividing its terms
        float inverse = 1 / scratch[sums + i];
        vectors.scale(inverse, scratch, out + i * ldOut, headDim);
        System.arraycopy(scratch, out + i * ldOut, y, yOffset + (m + i) * ldy, headDim);
      }
    }
  }

  static void copyValues(
      float[] v, int at, int ld, int length, int headDim, float[] scratch, int values) {
    for (int p = 0; p < headDim; p += WIDTH) {
      int n = Math.min(WIDTH, headDim - p);
      for (int i = 0; i < length; i++) {
        int to = values + p * length + i * WIDTH;
        System.arraycopy(v, at + i * ld + p, scratch, to, n);
        Arrays.fill(scratch, to + n, to + WIDTH, 0);
      }
    }
  }

  @Override
  public int scratchSize(int length, int headDim) {
    int ldScores = Math.ceilDiv(length, WIDTH) * WIDTH;
    int ldOut = Math.ceilDiv(headDim, WIDTH) * WIDTH;
    return ldScores * headDim + ldOut * length + BLOCK_ROWS * (ldScores + ldOut + 1);
  }

  @Override
  public void backward(
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
    backward.run(
        q,
        k,
        v,
        at,
        ld,
        length,
        headDim,
        scale,
        probabilities,
        pOffset,
        dropout,
        dy,
        dyOffset,
        ldy,
        dq,
        dk,
        dv,
        to,
        ldd,
        scratch);
  }

  @Override
  public int backwardScratchSize(int length, int headDim) {
    return SimdAttentionBackward.scratchSize(length, headDim);
  }
}

package dev.bantam.tensor.kernel.simd;

import static dev.bantam.tensor.kernel.simd.VectorMath.L;
import static dev.bantam.tensor.kernel.simd.VectorMath.SPECIES;

import dev.bantam.tensor.kernel.AttentionKernel;
import dev.bantam.tensor.kernel.Dropout;
import dev.bantam.tensor.kernel.Transposition;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * {@link AttentionKernel} as two tiled products with a softmax between them, whose division comes
 * last.
 *
 * <p>Queries pass in panels, one lane each. Scores are kept transposed: then the softmax of a query
 * stays in its lane, and scores are at once the transposed left side that the second product needs.
 * Those of a panel stay in the first level cache.
 */
final class SimdAttention implements AttentionKernel {
  private static final int WIDTH = NarrowTiles.WIDTH;

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
    int ldOut = Math.ceilDiv(headDim, WIDTH) * WIDTH;
    int keys = 0; // groups of Kᵀ: [⌈length / WIDTH⌉][headDim, WIDTH]
    int values = keys + Math.ceilDiv(length, WIDTH) * WIDTH * headDim; // panels of V:
    int queries = values + ldOut * length; // [ldOut / WIDTH][length, WIDTH]; a panel of scale · Qᵀ:
    int scores = queries + headDim * WIDTH; // [headDim, WIDTH]; of K Qᵀ and then of Pᵀ:
    int out = scores + length * WIDTH; // [length, WIDTH]; of Y:
    int sums = out + WIDTH * ldOut; // [WIDTH, ldOut]; Σ e: [WIDTH]
    for (int i = 0; i < length; i += WIDTH) {
      int rows = Math.min(WIDTH, length - i);
      PanelPacking.pack(k, at + i * ld, ld, rows, headDim, scratch, keys + i * headDim, WIDTH);
    }
    copyValues(v, at, ld, length, headDim, scratch, values);
    for (int m = 0; m < length; m += WIDTH) {
      int block = Math.min(WIDTH, length - m);
      PanelPacking.pack(q, at + m * ld, ld, block, headDim, scratch, queries, WIDTH);
      vectors.scale(scale, scratch, queries, headDim * WIDTH);
      Arrays.fill(scratch, scores, sums, 0);
      for (int i = 0; i < length; i += WIDTH) {
        int rows = Math.min(WIDTH, length - i);
        product(rows, scratch, keys + i * headDim, queries, headDim, scores + i * WIDTH, WIDTH);
      }
      for (int j = 0; j < WIDTH; j += L) {
        expShifted(scratch, scores + j, length, sums + j);
      }
      if (probabilities != null) {
        int to = pOffset + m * length;
        Transposition.transpose(scratch, scores, WIDTH, length, block, probabilities, to, length);
        for (int i = 0; i < block; i++) {
          vectors.scale(1 / scratch[sums + i], probabilities, to + i * length, length);
        }
      }
      if (dropout != null) {
        int first = pOffset + m * length;
        training.dropoutTransposed(dropout, first, length, scratch, scores, WIDTH);
      }
      for (int p = 0; p < ldOut; p += WIDTH) {
        product(block, scratch, scores, values + p * length, length, out + p, ldOut);
      }
      for (int i = 0; i < block; i++) {
        // y = (e V) / Σ e: dividing the sum is less work than dividing its terms
        float inverse = 1 / scratch[sums + i];
        vectors.scale(inverse, scratch, out + i * ldOut, headDim);
        System.arraycopy(scratch, out + i * ldOut, y, yOffset + (m + i) * ldy, headDim);
      }
    }
  }

  /** A product of two matrices in scratch, added to a third one. */
  static void product(int rows, float[] scratch, int a, int b, int depth, int to, int ldc) {
    for (int k = 0; k < depth; k += NarrowTiles.DEPTH) {
      int at = k * WIDTH;
      int d = Math.min(NarrowTiles.DEPTH, depth - k);
      NarrowTiles.add(rows, scratch, a + at, scratch, b + at, d, scratch, to, ldc);
    }
  }

  /** {@code x = exp(x - max x)} for one vector of columns; their sums go to {@code sums}. */
  private static void expShifted(float[] x, int at, int rows, int sums) {
    int end = at + rows * WIDTH;
    FloatVector max = FloatVector.fromArray(SPECIES, x, at);
    for (int i = at + WIDTH; i < end; i += WIDTH) {
      max = max.max(FloatVector.fromArray(SPECIES, x, i));
    }
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = at; i < end; i += WIDTH) {
      FloatVector e = VectorMath.exp(FloatVector.fromArray(SPECIES, x, i).sub(max));
      e.intoArray(x, i);
      sum = sum.add(e);
    }
    sum.intoArray(x, sums);
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
    int ldOut = Math.ceilDiv(headDim, WIDTH) * WIDTH;
    int ldKeys = Math.ceilDiv(length, WIDTH) * WIDTH;
    return ldKeys * headDim + (length + WIDTH) * ldOut + (headDim + length + 1) * WIDTH;
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

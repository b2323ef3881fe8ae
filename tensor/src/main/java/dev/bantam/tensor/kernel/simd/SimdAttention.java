package dev.bantam.tensor.kernel.simd;

import static dev.bantam.tensor.kernel.simd.VectorMath.L;
import static dev.bantam.tensor.kernel.simd.VectorMath.SPECIES;

import dev.bantam.tensor.kernel.AttentionKernel;
import dev.bantam.tensor.kernel.Dropout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
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
  private static final int WIDTH = AttentionTiles.WIDTH;

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
    int ldOut = padded(headDim);
    int keys = 0; // groups of Kᵀ: [⌈length / WIDTH⌉][headDim, WIDTH]
    int values = keys + padded(length) * headDim; // panels of V: [ldOut / WIDTH][length, WIDTH]
    int queries = values + ldOut * length; // a panel of scale · Qᵀ: [headDim, WIDTH]
    int scores = queries + headDim * WIDTH; // K Qᵀ and then Pᵀ Σ e: [length, WIDTH]
    int out = scores + length * WIDTH; // Y: [WIDTH, ldOut]
    int sums = out + WIDTH * ldOut; // Σ e: [WIDTH]
    packRows(k, at, ld, length, headDim, scratch, keys);
    copyColumns(v, at, ld, length, headDim, scratch, values);
    for (int m = 0; m < length; m += WIDTH) {
      int block = Math.min(WIDTH, length - m);
      SquarePacking.pack(q, at + m * ld, ld, block, headDim, scratch, queries, WIDTH);
      vectors.scale(scale, scratch, queries, headDim * WIDTH);
      Arrays.fill(scratch, scores, sums, 0);
      AttentionTiles.add(length, scratch, keys, scratch, queries, headDim, scratch, scores, WIDTH);
      int first = pOffset + m * length;
      weigh(scratch, scores, length, sums, block, probabilities, first, dropout);
      for (int p = 0; p < ldOut; p += WIDTH) {
        int panel = values + p * length;
        AttentionTiles.add(block, scratch, scores, scratch, panel, length, scratch, out + p, ldOut);
      }
      for (int i = 0; i < block; i++) {
        // y = (e V) / Σ e: dividing the sum is less work than dividing its terms
        float inverse = 1 / scratch[sums + i];
        vectors.scale(inverse, scratch, out + i * ldOut, headDim);
        System.arraycopy(scratch, out + i * ldOut, y, yOffset + (m + i) * ldy, headDim);
      }
    }
  }

  /**
   * {@code x = exp(x - max x)} for each column of a block; the sums of columns go to {@code sums}.
   * Then takes down the probabilities and drops some, if wanted.
   *
   * <p>Too long to be inlined, which it must not be: in the midst of {@link #attend} the compiler
   * gives up inlining before the end of it, and vectors become objects.
   */
  private void weigh(
      float[] x,
      int at,
      int rows,
      int sums,
      int columns,
      float @Nullable [] probabilities,
      int pOffset,
      @Nullable Dropout dropout) {
    int end = at + rows * WIDTH;
    FloatVector max0 = FloatVector.fromArray(SPECIES, x, at);
    FloatVector max1 = FloatVector.fromArray(SPECIES, x, at + L);
    for (int i = at + WIDTH; i < end; i += WIDTH) {
      FloatVector x0 = FloatVector.fromArray(SPECIES, x, i);
      FloatVector x1 = FloatVector.fromArray(SPECIES, x, i + L);
      // unlike max(), without care for the sign of zero; what is not a number stays so below
      max0 = max0.blend(x0, x0.compare(VectorOperators.GT, max0));
      max1 = max1.blend(x1, x1.compare(VectorOperators.GT, max1));
    }
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = FloatVector.zero(SPECIES);
    for (int i = at; i < end; i += WIDTH) {
      FloatVector e0 = VectorMath.expBelow(FloatVector.fromArray(SPECIES, x, i).sub(max0));
      FloatVector e1 = VectorMath.expBelow(FloatVector.fromArray(SPECIES, x, i + L).sub(max1));
      e0.intoArray(x, i);
      e1.intoArray(x, i + L);
      sum0 = sum0.add(e0);
      sum1 = sum1.add(e1);
    }
    sum0.intoArray(x, sums);
    sum1.intoArray(x, sums + L);
    if (probabilities != null) {
      SquarePacking.pack(x, at, WIDTH, rows, columns, probabilities, pOffset, rows);
      for (int i = 0; i < columns; i++) {
        vectors.scale(1 / x[sums + i], probabilities, pOffset + i * rows, rows);
      }
    }
    if (dropout != null) {
      training.dropoutTransposed(dropout, pOffset, rows, x, at, WIDTH);
    }
  }

  /** Rows [n, cols] of a matrix as groups or panels [⌈n / WIDTH⌉][cols, WIDTH]. */
  static void packRows(float[] w, int at, int ld, int n, int cols, float[] scratch, int to) {
    for (int i = 0; i < n; i += WIDTH) {
      int rows = Math.min(WIDTH, n - i);
      SquarePacking.pack(w, at + i * ld, ld, rows, cols, scratch, to + i * cols, WIDTH);
    }
  }

  /** Columns of a matrix [rows, n] as groups or panels [⌈n / WIDTH⌉][rows, WIDTH]. */
  static void copyColumns(float[] w, int at, int ld, int rows, int n, float[] scratch, int to) {
    for (int i = 0; i < n; i += WIDTH) {
      int width = Math.min(WIDTH, n - i);
      PanelPacking.copy(w, at + i, ld, width, rows, scratch, to + i * rows, WIDTH);
    }
  }

  /** A number of rows or columns, with what the last group or panel lacks. */
  static int padded(int n) {
    return Math.ceilDiv(n, WIDTH) * WIDTH;
  }

  @Override
  public int scratchSize(int length, int headDim) {
    return padded(length) * headDim
        + padded(headDim) * (length + WIDTH)
        + (headDim + length + 1) * WIDTH;
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

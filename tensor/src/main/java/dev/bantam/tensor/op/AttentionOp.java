package dev.bantam.tensor.op;

import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.AttentionKernel;
import dev.bantam.tensor.kernel.Dropout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Multi-head self-attention over a ragged batch: {@code softmax(Q Kᵀ / √d) V} for each head of each
 * sequence. There is no padding and therefore no mask.
 */
public final class AttentionOp {
  private AttentionOp() {}

  /**
   * Computes attention.
   *
   * @param ws where to run
   * @param q queries [tokens, heads · headDim]
   * @param k keys, as q
   * @param v values, as q
   * @param offsets sequence b is rows {@code offsets[b]} to {@code offsets[b + 1]}
   * @param heads number of heads
   * @param scale factor on the scores, usually {@code 1 / √headDim}
   * @param p probability of an attention probability to be dropped in training
   * @param probabilities if not null, receives the attention probabilities, none of them dropped:
   *     for each sequence, [heads, length, length], one after the other
   * @return [tokens, heads · headDim]
   * @throws ShapeMismatchException if shapes differ, the width is no multiple of the heads, or the
   *     offsets do not cut the tokens into sequences
   */
  public static Tensor forward(
      Workspace ws,
      Tensor q,
      Tensor k,
      Tensor v,
      int[] offsets,
      int heads,
      float scale,
      float p,
      float @Nullable [] probabilities) {
    if (!q.shape().equals(k.shape()) || !q.shape().equals(v.shape())) {
      throw new ShapeMismatchException(
          "attention: q " + q.shape() + ", k " + k.shape() + ", v " + v.shape() + " differ");
    }
    if (q.offset() != k.offset() || q.offset() != v.offset()) {
      throw new IllegalArgumentException(
          "attention: q, k and v are views that begin at different elements; copy them");
    }
    if (q.shape().rank() != 2 || heads < 1 || q.shape().dim(1) % heads != 0) {
      throw new ShapeMismatchException(
          "attention: expected q [tokens, " + heads + " · headDim], got " + q.shape());
    }
    int tokens = q.shape().dim(0);
    int width = q.shape().dim(1);
    checkOffsets(offsets, tokens);
    int sequences = offsets.length - 1;
    int headDim = width / heads;
    Dropout dropout = ws.dropout(p);
    boolean counted = probabilities != null || ws.recording() || dropout != null;
    int @Nullable [] pOffsets = counted ? probabilityOffsets(offsets, heads) : null;
    float[] weights =
        probabilities == null && pOffsets != null && ws.recording()
            ? ws.allocate(pOffsets[sequences]).data()
            : probabilities;
    Tensor y = ws.allocate(tokens, width);
    AttentionKernel kernel = ws.kernels().attention();
    ws.pool()
        .run(
            sequences * heads,
            (chunk, worker) -> {
              int b = chunk / heads;
              int h = chunk % heads;
              int length = offsets[b + 1] - offsets[b];
              int at = offsets[b] * width + h * headDim;
              kernel.attend(
                  q.data(),
                  k.data(),
                  v.data(),
                  q.offset() + at,
                  width,
                  length,
                  headDim,
                  scale,
                  y.data(),
                  y.offset() + at,
                  width,
                  weights,
                  pOffsets == null ? 0 : pOffsets[b] + h * length * length,
                  dropout,
                  ws.scratch(worker, kernel.scratchSize(length, headDim)));
            });
    if (ws.recording() && weights != null) {
      ws.tape()
          .add(
              y,
              g ->
                  backward(
                      ws,
                      q,
                      k,
                      v,
                      offsets,
                      heads,
                      scale,
                      weights,
                      dropout,
                      g.of(y),
                      or(ws, g.into(q), q),
                      or(ws, g.into(k), k),
                      or(ws, g.into(v), v)),
              q,
              k,
              v);
    }
    return y;
  }

  /** Temporary memory for a gradient that nobody wants. */
  private static Tensor or(Workspace ws, @Nullable Tensor gradient, Tensor x) {
    return gradient == null ? ws.allocate(x.shape()) : gradient;
  }

  /** As {@link AttentionKernel#backward}, for each head of each sequence. */
  private static void backward(
      Workspace ws,
      Tensor q,
      Tensor k,
      Tensor v,
      int[] offsets,
      int heads,
      float scale,
      float[] probabilities,
      @Nullable Dropout dropout,
      Tensor dy,
      Tensor dq,
      Tensor dk,
      Tensor dv) {
    int width = q.shape().dim(1);
    int headDim = width / heads;
    int[] pOffsets = probabilityOffsets(offsets, heads);
    AttentionKernel kernel = ws.kernels().attention();
    ws.pool()
        .run(
            (offsets.length - 1) * heads,
            (chunk, worker) -> {
              int b = chunk / heads;
              int h = chunk % heads;
              int length = offsets[b + 1] - offsets[b];
              int at = offsets[b] * width + h * headDim;
              kernel.backward(
                  q.data(),
                  k.data(),
                  v.data(),
                  q.offset() + at,
                  width,
                  length,
                  headDim,
                  scale,
                  probabilities,
                  pOffsets[b] + h * length * length,
                  dropout,
                  dy.data(),
                  dy.offset() + at,
                  width,
                  dq.data(),
                  dk.data(),
                  dv.data(),
                  dq.offset() + at,
                  width,
                  ws.scratch(worker, kernel.backwardScratchSize(length, headDim)));
            });
  }

  private static void checkOffsets(int[] offsets, int tokens) {
    boolean fit = offsets.length > 0 && offsets[0] == 0 && offsets[offsets.length - 1] == tokens;
    for (int b = 1; b < offsets.length; b++) {
      fit &= offsets[b - 1] <= offsets[b];
    }
    if (!fit) {
      throw new ShapeMismatchException(
          "attention: expected offsets that rise from 0 to "
              + tokens
              + " tokens, got "
              + Arrays.toString(offsets));
    }
  }

  /** Where the probabilities of each sequence begin; the last entry is their total number. */
  public static int[] probabilityOffsets(int[] offsets, int heads) {
    int[] p = new int[offsets.length];
    for (int b = 0; b + 1 < offsets.length; b++) {
      int length = offsets[b + 1] - offsets[b];
      p[b + 1] = Math.addExact(p[b], Math.multiplyExact(heads, Math.multiplyExact(length, length)));
    }
    return p;
  }
}

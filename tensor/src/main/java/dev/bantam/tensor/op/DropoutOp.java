package dev.bantam.tensor.op;

import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Dropout;
import org.jspecify.annotations.Nullable;

/**
 * Dropout (Srivastava et al. 2014): while a workspace is {@linkplain Workspace#training training},
 * {@code y = x ∘ D} with factors D of 0 (with probability p) or {@code 1 / (1 - p)}; else {@code y
 * = x}.
 */
public final class DropoutOp {
  private DropoutOp() {}

  /**
   * Drops elements.
   *
   * @param ws where to run
   * @param x any shape
   * @param p probability of an element to be dropped, {@code 0 <= p < 1}
   * @return shaped as x; x itself if nothing is dropped
   */
  public static Tensor forward(Workspace ws, Tensor x, float p) {
    Dropout dropout = ws.dropout(p);
    if (dropout == null) {
      return x;
    }
    Tensor y = ws.allocate(x.shape());
    apply(ws, dropout, x, y);
    if (ws.recording()) {
      ws.tape().add(y, g -> backward(ws, dropout, g.of(y), g.into(x)), x);
    }
    return y;
  }

  /** {@code dx = dy ∘ D}. */
  private static void backward(Workspace ws, Dropout dropout, Tensor dy, @Nullable Tensor dx) {
    if (dx != null) {
      apply(ws, dropout, dy, dx);
    }
  }

  private static void apply(Workspace ws, Dropout dropout, Tensor x, Tensor y) {
    Chunks.elements(
        ws,
        x.shape().elements(),
        (from, n) ->
            ws.kernels()
                .training()
                .dropout(
                    dropout, from, x.data(), x.offset() + from, y.data(), y.offset() + from, n));
  }
}

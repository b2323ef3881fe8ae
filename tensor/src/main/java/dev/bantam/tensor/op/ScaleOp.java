package dev.bantam.tensor.op;

import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import org.jspecify.annotations.Nullable;

/** {@code y = c x} with a constant c. */
public final class ScaleOp {
  private ScaleOp() {}

  /**
   * Scales all elements.
   *
   * @param ws where to run
   * @param x any shape
   * @param factor c
   * @return shaped as x
   */
  public static Tensor forward(Workspace ws, Tensor x, float factor) {
    Tensor y = ws.allocate(x.shape());
    apply(ws, x, factor, y);
    if (ws.recording()) {
      ws.tape().add(y, g -> backward(ws, factor, g.of(y), g.into(x)), x);
    }
    return y;
  }

  /** {@code dx = c dy}. */
  private static void backward(Workspace ws, float factor, Tensor dy, @Nullable Tensor dx) {
    if (dx != null) {
      apply(ws, dy, factor, dx);
    }
  }

  /** {@code y = factor · x}; y may be x. */
  static void apply(Workspace ws, Tensor x, float factor, Tensor y) {
    Chunks.elements(
        ws,
        x.shape().elements(),
        (from, n) -> {
          int to = y.offset() + from;
          System.arraycopy(x.data(), x.offset() + from, y.data(), to, n);
          ws.kernels().vectors().scale(factor, y.data(), to, n);
        });
  }
}

package dev.bantam.tensor.op;

import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import org.jspecify.annotations.Nullable;

/** {@code y[i] = exp x[i] / Σ_j exp x[j]} along the last axis. */
public final class SoftmaxOp {
  private SoftmaxOp() {}

  /**
   * Computes the softmax.
   *
   * @param ws where to run
   * @param x [..., c]
   * @return shaped as x; each row sums to 1
   */
  public static Tensor forward(Workspace ws, Tensor x) {
    int cols = x.shape().dim(-1);
    Tensor y = ws.allocate(x.shape());
    Chunks.rows(
        ws,
        x.shape().rows(),
        cols,
        (row, rows) -> {
          int to = y.offset() + row * cols;
          System.arraycopy(x.data(), x.offset() + row * cols, y.data(), to, rows * cols);
          ws.kernels().rows().softmax(y.data(), to, cols, rows, cols);
        });
    if (ws.recording()) {
      ws.tape().add(y, g -> backward(ws, y, g.of(y), g.into(x)), x);
    }
    return y;
  }

  /** {@code dx[i] = y[i] (dy[i] - Σ_j y[j] dy[j])}. */
  private static void backward(Workspace ws, Tensor y, Tensor dy, @Nullable Tensor dx) {
    if (dx == null) {
      return;
    }
    int cols = y.shape().dim(-1);
    Chunks.copy(ws, dy, dx);
    Chunks.rows(
        ws,
        y.shape().rows(),
        cols,
        (row, rows) ->
            ws.kernels()
                .training()
                .softmaxBackward(
                    y.data(),
                    y.offset() + row * cols,
                    cols,
                    dx.data(),
                    dx.offset() + row * cols,
                    cols,
                    rows,
                    cols,
                    1));
  }
}

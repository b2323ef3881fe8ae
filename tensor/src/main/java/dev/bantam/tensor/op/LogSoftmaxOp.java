package dev.bantam.tensor.op;

import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.VectorKernel;
import org.jspecify.annotations.Nullable;

/** {@code y[i] = x[i] - log Σ_j exp x[j]} along the last axis: logarithms of a softmax. */
public final class LogSoftmaxOp {
  private LogSoftmaxOp() {}

  /**
   * Computes the logarithms.
   *
   * @param ws where to run
   * @param x [..., c]
   * @return shaped as x
   */
  public static Tensor forward(Workspace ws, Tensor x) {
    Tensor y = ws.allocate(x.shape());
    apply(ws, x, 1, y);
    if (ws.recording()) {
      ws.tape().add(y, g -> backward(ws, y, g.of(y), g.into(x)), x);
    }
    return y;
  }

  /** {@code y = logSoftmax(factor · x)}. */
  static void apply(Workspace ws, Tensor x, float factor, Tensor y) {
    int cols = x.shape().dim(-1);
    VectorKernel vectors = ws.kernels().vectors();
    ScaleOp.apply(ws, x, factor, y);
    Chunks.rows(
        ws,
        x.shape().rows(),
        cols,
        (from, rows) -> {
          for (int row = from; row < from + rows; row++) {
            int at = x.offset() + row * cols;
            int to = y.offset() + row * cols;
            float max = vectors.max(y.data(), to, cols);
            for (int i = 0; i < cols; i++) {
              y.data()[to + i] -= max;
            }
            vectors.exp(y.data(), to, cols);
            double logSum = max + Math.log(vectors.sum(y.data(), to, cols));
            for (int i = 0; i < cols; i++) {
              y.data()[to + i] = (float) (factor * x.data()[at + i] - logSum);
            }
          }
        });
  }

  /** {@code dx[i] = dy[i] - exp y[i] Σ_j dy[j]}. */
  private static void backward(Workspace ws, Tensor y, Tensor dy, @Nullable Tensor dx) {
    if (dx == null) {
      return;
    }
    int cols = y.shape().dim(-1);
    VectorKernel vectors = ws.kernels().vectors();
    Chunks.rows(
        ws,
        y.shape().rows(),
        cols,
        (from, rows) -> {
          for (int row = from; row < from + rows; row++) {
            int at = dy.offset() + row * cols;
            int to = dx.offset() + row * cols;
            System.arraycopy(y.data(), y.offset() + row * cols, dx.data(), to, cols);
            vectors.exp(dx.data(), to, cols);
            vectors.scale(vectors.sum(dy.data(), at, cols), dx.data(), to, cols);
            vectors.subtract(dy.data(), at, dx.data(), to, dx.data(), to, cols);
          }
        });
  }
}

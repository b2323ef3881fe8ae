package dev.bantam.tensor.op;

import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import org.jspecify.annotations.Nullable;

/** Mean squared error, {@code L = mean (x - y)²}. */
public final class MseOp {
  private MseOp() {}

  /**
   * Computes the error.
   *
   * @param ws where to run
   * @param x any shape
   * @param y shaped as x
   * @return a scalar
   * @throws ShapeMismatchException if shapes differ
   */
  public static Tensor forward(Workspace ws, Tensor x, Tensor y) {
    if (!x.shape().equals(y.shape())) {
      throw new ShapeMismatchException("mse: x " + x.shape() + " and y " + y.shape() + " differ");
    }
    int n = x.shape().elements();
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double d = (double) x.data()[x.offset() + i] - y.data()[y.offset() + i];
      sum += d * d;
    }
    Tensor loss = ws.allocate();
    loss.set((float) (sum / n));
    if (ws.recording()) {
      ws.tape().add(loss, g -> backward(x, y, g.of(loss), g.into(x), g.into(y)), x, y);
    }
    return loss;
  }

  /** {@code dx = 2 (x - y) / n · dL}, {@code dy = -dx}. */
  private static void backward(
      Tensor x, Tensor y, Tensor dLoss, @Nullable Tensor dx, @Nullable Tensor dy) {
    int n = x.shape().elements();
    float factor = 2 * dLoss.get() / n;
    for (int i = 0; i < n; i++) {
      float d = factor * (x.data()[x.offset() + i] - y.data()[y.offset() + i]);
      if (dx != null) {
        dx.data()[dx.offset() + i] = d;
      }
      if (dy != null) {
        dy.data()[dy.offset() + i] = -d;
      }
    }
  }
}

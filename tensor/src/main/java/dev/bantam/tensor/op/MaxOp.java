package dev.bantam.tensor.op;

import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import org.jspecify.annotations.Nullable;

/** {@code y = max_j x[..., j, ...]}: the maximum over one axis. */
public final class MaxOp {
  private MaxOp() {}

  /**
   * The maxima over one axis.
   *
   * @param ws where to run
   * @param x any shape
   * @param axis from 0, or from -1 for the last axis backwards
   * @return the shape of x without the axis
   * @throws ShapeMismatchException if x has no such axis, or nothing along it
   */
  public static Tensor forward(Workspace ws, Tensor x, int axis) {
    Axis along = Axis.of(x.shape(), axis);
    if (along.n() == 0) {
      throw new ShapeMismatchException("max: nothing along axis " + axis + " of x " + x.shape());
    }
    Tensor y = ws.allocate(Axis.remove(x.shape(), axis));
    int n = along.n();
    int inner = along.inner();
    Chunks.rows(
        ws,
        along.outer(),
        n * inner,
        (from, rows) -> {
          for (int o = from; o < from + rows; o++) {
            int at = x.offset() + o * n * inner;
            int to = y.offset() + o * inner;
            if (inner == 1) {
              y.data()[to] = ws.kernels().vectors().max(x.data(), at, n);
            } else {
              System.arraycopy(x.data(), at, y.data(), to, inner);
              for (int j = 1; j < n; j++) {
                ws.kernels().vectors().max(x.data(), at + j * inner, y.data(), to, inner);
              }
            }
          }
        });
    if (ws.recording()) {
      ws.tape().add(y, g -> backward(ws, x, y, along, g.of(y), g.into(x)), x);
    }
    return y;
  }

  /** {@code dx[..., j, ...] = dy} for the first j where x is y, else 0. */
  private static void backward(
      Workspace ws, Tensor x, Tensor y, Axis axis, Tensor dy, @Nullable Tensor dx) {
    if (dx == null) {
      return;
    }
    int n = axis.n();
    int inner = axis.inner();
    Chunks.rows(
        ws,
        axis.outer(),
        n * inner,
        (from, rows) -> {
          for (int o = from; o < from + rows; o++) {
            for (int i = 0; i < inner; i++) {
              int result = o * inner + i;
              float max = y.data()[y.offset() + result];
              float gradient = dy.data()[dy.offset() + result];
              for (int j = 0; j < n; j++) {
                int at = (o * n + j) * inner + i;
                boolean found = x.data()[x.offset() + at] == max;
                dx.data()[dx.offset() + at] = found ? gradient : 0;
                gradient = found ? 0 : gradient; // goes to one
              }
            }
          }
        });
  }
}

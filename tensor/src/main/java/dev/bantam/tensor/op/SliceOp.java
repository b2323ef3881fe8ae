package dev.bantam.tensor.op;

import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import org.jspecify.annotations.Nullable;

/**
 * Some neighbouring indices of one axis. On the first axis they are a view, {@link Tensor#slice};
 * on others they are copied.
 */
public final class SliceOp {
  private SliceOp() {}

  /**
   * Cuts out indices {@code from} (inclusive) to {@code to} (exclusive).
   *
   * @param ws where to run
   * @param x any shape
   * @param axis from 0, or from -1 for the last axis backwards
   * @param from first index
   * @param to one past the last index
   * @return the shape of x with extent {@code to - from} of the axis
   * @throws ShapeMismatchException if x has no such axis or indices
   */
  public static Tensor forward(Workspace ws, Tensor x, int axis, int from, int to) {
    Axis along = Axis.of(x.shape(), axis);
    if (from < 0 || to < from || to > along.n()) {
      throw new ShapeMismatchException(
          "slice: indices %d to %d are not in axis %d of x %s"
              .formatted(from, to, axis, x.shape()));
    }
    if (x.shape().axis(axis) == 0) {
      return x.slice(from, to);
    }
    Tensor y = ws.allocate(Axis.resize(x.shape(), axis, to - from));
    int length = (to - from) * along.inner();
    int distance = along.n() * along.inner();
    int start = from * along.inner();
    Chunks.rows(
        ws,
        along.outer(),
        length,
        (row, rows) -> {
          for (int o = row; o < row + rows; o++) {
            int at = x.offset() + o * distance + start;
            System.arraycopy(x.data(), at, y.data(), y.offset() + o * length, length);
          }
        });
    if (ws.recording()) {
      ws.tape().add(y, g -> backward(ws, along, from, to, g.of(y), g.addInto(x)), x);
    }
    return y;
  }

  /** {@code dx[..., from + j, ...] += dy[..., j, ...]}. */
  private static void backward(
      Workspace ws, Axis axis, int from, int to, Tensor dy, @Nullable Tensor dx) {
    if (dx == null) {
      return;
    }
    int length = (to - from) * axis.inner();
    int distance = axis.n() * axis.inner();
    int start = from * axis.inner();
    Chunks.rows(
        ws,
        axis.outer(),
        length,
        (row, rows) -> {
          for (int o = row; o < row + rows; o++) {
            int at = dx.offset() + o * distance + start;
            int dyAt = dy.offset() + o * length;
            ws.kernels().vectors().add(dx.data(), at, dy.data(), dyAt, dx.data(), at, length);
          }
        });
  }
}

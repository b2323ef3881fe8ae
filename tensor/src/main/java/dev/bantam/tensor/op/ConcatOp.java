package dev.bantam.tensor.op;

import dev.bantam.tensor.Shape;
import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tensors one after the other along one axis. */
public final class ConcatOp {
  private ConcatOp() {}

  /**
   * Joins tensors.
   *
   * @param ws where to run
   * @param axis from 0, or from -1 for the last axis backwards
   * @param xs at least one; their shapes differ in the extent of the axis at most
   * @return the extent of the axis is the sum of theirs
   * @throws ShapeMismatchException if shapes differ elsewhere, or there is no tensor or axis
   */
  public static Tensor forward(Workspace ws, int axis, List<Tensor> xs) {
    if (xs.isEmpty()) {
      throw new ShapeMismatchException("concat: expected at least one tensor, got none");
    }
    Shape first = xs.getFirst().shape();
    int n = 0;
    for (Tensor x : xs) {
      if (x.shape().rank() != first.rank()
          || !Axis.resize(first, axis, 0).equals(Axis.resize(x.shape(), axis, 0))) {
        throw new ShapeMismatchException(
            "concat: %s and %s differ in more than axis %d".formatted(first, x.shape(), axis));
      }
      n = Math.addExact(n, x.shape().dim(axis));
    }
    Tensor y = ws.allocate(Axis.resize(first, axis, n));
    Axis along = Axis.of(y.shape(), axis);
    int j = 0;
    for (Tensor x : xs) {
      copy(ws, x, y, along, j, x.shape().dim(axis), true);
      j += x.shape().dim(axis);
    }
    if (ws.recording()) {
      ws.tape()
          .add(
              y,
              g -> {
                int from = 0;
                for (Tensor x : xs) {
                  backward(ws, along, from, x.shape().dim(axis), g.of(y), g.into(x));
                  from += x.shape().dim(axis);
                }
              },
              xs.toArray(Tensor[]::new));
    }
    return y;
  }

  /** {@code dx[..., j, ...] = dy[..., from + j, ...]}, for each x. */
  private static void backward(
      Workspace ws, Axis axis, int from, int n, Tensor dy, @Nullable Tensor dx) {
    if (dx != null) {
      copy(ws, dx, dy, axis, from, n, false);
    }
  }

  /** Copies x to its place in y, or back. */
  private static void copy(
      Workspace ws, Tensor x, Tensor y, Axis axis, int from, int n, boolean join) {
    int length = n * axis.inner();
    int distance = axis.n() * axis.inner();
    int start = from * axis.inner();
    Chunks.rows(
        ws,
        axis.outer(),
        length,
        (row, rows) -> {
          for (int o = row; o < row + rows; o++) {
            int at = x.offset() + o * length;
            int place = y.offset() + o * distance + start;
            if (join) {
              System.arraycopy(x.data(), at, y.data(), place, length);
            } else {
              System.arraycopy(y.data(), place, x.data(), at, length);
            }
          }
        });
  }
}

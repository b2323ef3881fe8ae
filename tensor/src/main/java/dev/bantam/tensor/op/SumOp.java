package dev.bantam.tensor.op;

import dev.bantam.tensor.Shape;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@code y = Σ_j x[..., j, ...]}: the sum over one axis, or over all. */
public final class SumOp {
  /** Columns of one part of the work, where rows are summed. */
  private static final int COLUMNS = 64;

  private SumOp() {}

  /**
   * Sums all elements.
   *
   * @param ws where to run
   * @param x any shape
   * @return a scalar
   */
  public static Tensor forward(Workspace ws, Tensor x) {
    return forward(ws, x, Axis.all(x.shape()), Shape.of());
  }

  /**
   * Sums over one axis.
   *
   * @param ws where to run
   * @param x any shape
   * @param axis from 0, or from -1 for the last axis backwards
   * @return the shape of x without the axis
   * @throws dev.bantam.tensor.ShapeMismatchException if x has no such axis
   */
  public static Tensor forward(Workspace ws, Tensor x, int axis) {
    return forward(ws, x, Axis.of(x.shape(), axis), Axis.remove(x.shape(), axis));
  }

  private static Tensor forward(Workspace ws, Tensor x, Axis axis, Shape shape) {
    Tensor y = ws.allocate(shape);
    reduce(ws, x, axis, y);
    if (ws.recording()) {
      ws.tape().add(y, g -> backward(ws, axis, g.of(y), g.into(x)), x);
    }
    return y;
  }

  /** {@code dx[..., j, ...] = dy}. */
  private static void backward(Workspace ws, Axis axis, Tensor dy, @Nullable Tensor dx) {
    if (dx != null) {
      repeat(ws, dy, axis, dx);
    }
  }

  /** {@code y[o, i] = Σ_j x[o, j, i]}; rows are added in the order of j. */
  static void reduce(Workspace ws, Tensor x, Axis axis, Tensor y) {
    int n = axis.n();
    int inner = axis.inner();
    if (inner == 1) {
      Chunks.rows(
          ws,
          axis.outer(),
          n,
          (from, rows) -> {
            for (int o = from; o < from + rows; o++) {
              y.data()[y.offset() + o] =
                  ws.kernels().vectors().sum(x.data(), x.offset() + o * n, n);
            }
          });
      return;
    }
    int parts = Math.ceilDiv(inner, COLUMNS);
    ws.pool()
        .run(
            axis.outer() * parts,
            (part, _) -> {
              int o = part / parts;
              int column = part % parts * COLUMNS;
              int cols = Math.min(COLUMNS, inner - column);
              int to = y.offset() + o * inner + column;
              Arrays.fill(y.data(), to, to + cols, 0);
              for (int j = 0; j < n; j++) {
                int from = x.offset() + (o * n + j) * inner + column;
                ws.kernels().vectors().add(y.data(), to, x.data(), from, y.data(), to, cols);
              }
            });
  }

  /** {@code x[o, j, i] = y[o, i]}. */
  static void repeat(Workspace ws, Tensor y, Axis axis, Tensor x) {
    int inner = axis.inner();
    Chunks.rows(
        ws,
        axis.outer() * axis.n(),
        inner,
        (from, rows) -> {
          for (int row = from; row < from + rows; row++) {
            int at = y.offset() + row / axis.n() * inner;
            System.arraycopy(y.data(), at, x.data(), x.offset() + row * inner, inner);
          }
        });
  }
}

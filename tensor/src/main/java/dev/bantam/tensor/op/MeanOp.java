package dev.bantam.tensor.op;

import dev.bantam.tensor.Shape;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import org.jspecify.annotations.Nullable;

/** {@code y = 1/n Σ_j x[..., j, ...]}: the mean over one axis, or over all. */
public final class MeanOp {
  private MeanOp() {}

  /**
   * The mean of all elements.
   *
   * @param ws where to run
   * @param x any shape
   * @return a scalar; NaN if there are no elements
   */
  public static Tensor forward(Workspace ws, Tensor x) {
    return forward(ws, x, Axis.all(x.shape()), Shape.of());
  }

  /**
   * The means over one axis.
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
    SumOp.reduce(ws, x, axis, y);
    ScaleOp.apply(ws, y, 1f / axis.n(), y);
    if (ws.recording()) {
      ws.tape().add(y, g -> backward(ws, axis, g.of(y), g.into(x)), x);
    }
    return y;
  }

  /** {@code dx[..., j, ...] = dy / n}. */
  private static void backward(Workspace ws, Axis axis, Tensor dy, @Nullable Tensor dx) {
    if (dx != null) {
      ScaleOp.apply(ws, dy, 1f / axis.n(), dy);
      SumOp.repeat(ws, dy, axis, dx);
    }
  }
}

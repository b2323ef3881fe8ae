package dev.bantam.tensor.op;

import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import org.jspecify.annotations.Nullable;

/** {@code z = x - y}, element by element; axes of extent 1 and missing first axes are repeated. */
public final class SubtractOp {
  private SubtractOp() {}

  /**
   * Computes the difference.
   *
   * @param ws where to run
   * @param x any shape
   * @param y a shape that broadcasts with that of x
   * @return the shape that both are repeated to
   * @throws dev.bantam.tensor.ShapeMismatchException if there is none
   */
  public static Tensor forward(Workspace ws, Tensor x, Tensor y) {
    Tensor z = ws.allocate(Broadcast.shape("subtract", x, y));
    Broadcast.apply(ws, ws.kernels().vectors()::subtract, x, y, z);
    if (ws.recording()) {
      ws.tape().add(z, g -> backward(ws, g.of(z), g.into(x), g.into(y)), x, y);
    }
    return z;
  }

  /** {@code dx = dz}, {@code dy = -dz}, summed over what was repeated. */
  private static void backward(Workspace ws, Tensor dz, @Nullable Tensor dx, @Nullable Tensor dy) {
    Broadcast.sum(ws, dz, dx);
    if (dy != null) {
      Broadcast.sum(ws, dz, dy);
      ScaleOp.apply(ws, dy, -1, dy);
    }
  }
}

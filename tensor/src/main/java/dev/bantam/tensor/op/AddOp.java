package dev.bantam.tensor.op;

import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import org.jspecify.annotations.Nullable;

/** {@code z = x + y}, element by element; axes of extent 1 and missing first axes are repeated. */
public final class AddOp {
  private AddOp() {}

  /**
   * Computes the sum.
   *
   * @param ws where to run
   * @param x any shape
   * @param y a shape that broadcasts with that of x
   * @return the shape that both are repeated to
   * @throws dev.bantam.tensor.ShapeMismatchException if there is none
   */
  public static Tensor forward(Workspace ws, Tensor x, Tensor y) {
    Tensor z = ws.allocate(Broadcast.shape("add", x, y));
    Broadcast.apply(ws, ws.kernels().vectors()::add, x, y, z);
    if (ws.recording()) {
      ws.tape().add(z, g -> backward(ws, g.of(z), g.into(x), g.into(y)), x, y);
    }
    return z;
  }

  /** {@code dx = dz}, {@code dy = dz}, summed over what was repeated. */
  private static void backward(Workspace ws, Tensor dz, @Nullable Tensor dx, @Nullable Tensor dy) {
    Broadcast.sum(ws, dz, dx);
    Broadcast.sum(ws, dz, dy);
  }
}

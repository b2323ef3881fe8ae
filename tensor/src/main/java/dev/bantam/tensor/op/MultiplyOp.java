package dev.bantam.tensor.op;

import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import org.jspecify.annotations.Nullable;

/** {@code z = x ∘ y}, element by element; axes of extent 1 and missing first axes are repeated. */
public final class MultiplyOp {
  private MultiplyOp() {}

  /**
   * Computes the product.
   *
   * @param ws where to run
   * @param x any shape
   * @param y a shape that broadcasts with that of x
   * @return the shape that both are repeated to
   * @throws dev.bantam.tensor.ShapeMismatchException if there is none
   */
  public static Tensor forward(Workspace ws, Tensor x, Tensor y) {
    Tensor z = ws.allocate(Broadcast.shape("multiply", x, y));
    Broadcast.apply(ws, ws.kernels().vectors()::multiply, x, y, z);
    if (ws.recording()) {
      ws.tape().add(z, g -> backward(ws, x, y, g.of(z), g.into(x), g.into(y)), x, y);
    }
    return z;
  }

  /** {@code dx = dz ∘ y}, {@code dy = dz ∘ x}, summed over what was repeated. */
  private static void backward(
      Workspace ws, Tensor x, Tensor y, Tensor dz, @Nullable Tensor dx, @Nullable Tensor dy) {
    multiplyAndSum(ws, dz, y, dx);
    multiplyAndSum(ws, dz, x, dy);
  }

  private static void multiplyAndSum(Workspace ws, Tensor dz, Tensor factor, @Nullable Tensor to) {
    if (to != null) {
      Tensor product = to.shape().equals(dz.shape()) ? to : ws.allocate(dz.shape());
      Broadcast.apply(ws, ws.kernels().vectors()::multiply, dz, factor, product);
      if (product != to) {
        Broadcast.sum(ws, product, to);
      }
    }
  }
}

package dev.bantam.tensor.op;

import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import org.jspecify.annotations.Nullable;

/** {@code z = x + y}, element by element. */
public final class AddOp {
  private AddOp() {}

  /**
   * Computes the sum.
   *
   * @param ws where to run
   * @param x any shape
   * @param y shaped as x
   * @return shaped as x
   * @throws ShapeMismatchException if shapes differ
   */
  public static Tensor forward(Workspace ws, Tensor x, Tensor y) {
    if (!x.shape().equals(y.shape())) {
      throw new ShapeMismatchException("add: x " + x.shape() + " and y " + y.shape() + " differ");
    }
    Tensor z = ws.allocate(x.shape());
    Chunks.elements(
        ws,
        x.shape().elements(),
        (from, n) ->
            ws.kernels()
                .vectors()
                .add(
                    x.data(),
                    x.offset() + from,
                    y.data(),
                    y.offset() + from,
                    z.data(),
                    z.offset() + from,
                    n));
    if (ws.recording()) {
      ws.tape().add(z, g -> backward(ws, g.of(z), g.into(x), g.into(y)), x, y);
    }
    return z;
  }

  /** {@code dx = dz}, {@code dy = dz}. */
  private static void backward(Workspace ws, Tensor dz, @Nullable Tensor dx, @Nullable Tensor dy) {
    Chunks.copy(ws, dz, dx);
    Chunks.copy(ws, dz, dy);
  }
}

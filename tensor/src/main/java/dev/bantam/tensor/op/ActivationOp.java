package dev.bantam.tensor.op;

import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = f(x)}, element by element, where no matrix product could take it into its epilogue.
 */
public final class ActivationOp {
  private ActivationOp() {}

  /**
   * Applies the function.
   *
   * @param ws where to run
   * @param x any shape
   * @param f the function
   * @return shaped as x
   */
  public static Tensor forward(Workspace ws, Tensor x, Activation f) {
    Tensor y = ws.allocate(x.shape());
    Chunks.elements(
        ws,
        x.shape().elements(),
        (from, n) -> {
          int to = y.offset() + from;
          System.arraycopy(x.data(), x.offset() + from, y.data(), to, n);
          ws.kernels().vectors().activate(f, y.data(), to, n);
        });
    if (ws.recording()) {
      ws.tape().add(y, g -> backward(ws, x, f, g.of(y), g.into(x)), x);
    }
    return y;
  }

  /** {@code dx = f'(x) ∘ dy}; dy is overwritten. */
  private static void backward(
      Workspace ws, Tensor x, Activation f, Tensor dy, @Nullable Tensor dx) {
    Chunks.elements(
        ws,
        x.shape().elements(),
        (from, n) ->
            ws.kernels()
                .training()
                .activationBackward(
                    f, x.data(), x.offset() + from, dy.data(), dy.offset() + from, n));
    Chunks.copy(ws, dy, dx);
  }
}

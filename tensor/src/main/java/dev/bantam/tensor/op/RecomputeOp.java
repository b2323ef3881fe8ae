package dev.bantam.tensor.op;

import dev.bantam.tensor.Randomness;
import dev.bantam.tensor.Tape;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = f(x)}, of which nothing but x and y is kept: what f computed in between is computed
 * again on the way back (Chen et al. 2016, "Training deep nets with sublinear memory cost"). A
 * chain of layers then needs the memory of one, for a third more time.
 */
public final class RecomputeOp {
  private RecomputeOp() {}

  /**
   * Runs operations, now and again on the way back.
   *
   * @param ws where to run
   * @param x any shape
   * @param f operations in this workspace, the same each time; its result is new, not x or a view
   *     of x. Gradients flow to all variables that it uses.
   * @return f(x)
   */
  public static Tensor forward(Workspace ws, Tensor x, UnaryOperator<Tensor> f) {
    if (!ws.recording()) {
      return f.apply(x);
    }
    Randomness randomness = ws.randomness();
    int position = randomness == null ? 0 : randomness.position();
    int mark = ws.mark();
    Tensor y;
    try (var _ = ws.noGrad()) {
      y = ws.keep(mark, f.apply(x));
    }
    ws.tape().addAlways(y, g -> backward(ws, x, f, randomness, position, g.of(y)));
    return y;
  }

  /** What f does on the way back, on a tape of its own and with the randomness that it had. */
  private static void backward(
      Workspace ws,
      Tensor x,
      UnaryOperator<Tensor> f,
      @Nullable Randomness randomness,
      int position,
      Tensor dy) {
    int now = seek(randomness, position);
    try (var _ = ws.training(randomness);
        Tape tape = Tape.record(ws)) {
      Tensor y = f.apply(x);
      if (y.requiresGrad()) {
        tape.backward(y, dy);
      }
    } finally {
      seek(randomness, now);
    }
  }

  /** Goes to a position; returns the one left. */
  private static int seek(@Nullable Randomness randomness, int position) {
    if (randomness == null) {
      return 0;
    }
    int left = randomness.position();
    randomness.seek(position);
    return left;
  }
}

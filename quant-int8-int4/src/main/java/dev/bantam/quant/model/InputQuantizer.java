package dev.bantam.quant.model;

import dev.bantam.nn.Parameter;
import dev.bantam.nn.Parametrization;
import dev.bantam.quant.InputQuantization;
import dev.bantam.quant.calibrate.MinMax;
import dev.bantam.quant.calibrate.Range;
import dev.bantam.quant.kernel.QuantizedKernels;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Shows a layer its input as it will be when it is quantized, rounded by the same kernels. The
 * gradient passes straight through, except where a static range cut the element off.
 */
public final class InputQuantizer extends Parametrization {
  private static final float MOMENTUM = 0.99f;

  /** How the input is rounded; null if that follows from the observed range. */
  private final @Nullable InputQuantization fixed;

  /** Least and greatest element, and the steps that they were averaged over. */
  private final @Nullable Parameter observed;

  private final int steps;

  private InputQuantizer(
      @Nullable InputQuantization fixed, @Nullable Parameter observed, int steps) {
    this.fixed = fixed;
    this.observed = observed == null ? null : register("range", observed);
    this.steps = steps;
  }

  /**
   * A rounding that does not change.
   *
   * @param rounding how the input is rounded
   */
  public InputQuantizer(InputQuantization rounding) {
    this(rounding, null, 0);
  }

  /**
   * A static rounding whose range is a moving average of what training shows it, and then frozen.
   *
   * @param steps forward passes on a tape until it is frozen, at least 1
   */
  public static InputQuantizer observing(int steps) {
    if (steps < 1) {
      throw new IllegalArgumentException("input quantizer: expected 1 step or more, got " + steps);
    }
    return new InputQuantizer(null, Parameter.frozen(Tensor.zeros(3)), steps);
  }

  /** How the input is rounded; as far as it was observed. */
  public InputQuantization rounding() {
    return fixed != null ? fixed : range(Objects.requireNonNull(observed)).asymmetric();
  }

  private static Range range(Parameter observed) {
    return new Range(observed.value().get(0), observed.value().get(1));
  }

  @Override
  public Tensor forward(Workspace ws, Tensor x) {
    if (observed != null && (ws.recording() || observed.value().get(2) == 0)) {
      observe(x, observed.value());
    }
    InputQuantization rounding = rounding();
    if (rounding instanceof InputQuantization.None) {
      return x;
    }
    QuantizedKernels kernels = QuantizedKernels.of(ws.kernels());
    Tensor y = ws.allocate(x.shape());
    FakeQuantizeOp.groups(
        ws,
        x,
        x.shape().dim(-1),
        (_, from, n) ->
            kernels.roundTrip(
                rounding, x.data(), x.offset() + from, n, y.data(), y.offset() + from));
    if (ws.recording()) {
      ws.tape().add(y, g -> backward(ws, x, rounding, g.of(y), g.into(x)), x);
    }
    return y;
  }

  private void observe(Tensor x, Tensor range) {
    float[] r = range.data();
    int at = range.offset();
    if (r[at + 2] >= steps) {
      return;
    }
    MinMax batch = new MinMax();
    batch.observe(x.data(), x.offset(), x.shape().rows(), x.shape().dim(-1));
    // an average over all steps until they are many
    float momentum = Math.min(MOMENTUM, r[at + 2] / (r[at + 2] + 1));
    r[at] = momentum * r[at] + (1 - momentum) * batch.range().min();
    r[at + 1] = momentum * r[at + 1] + (1 - momentum) * batch.range().max();
    r[at + 2]++;
  }

  private static void backward(
      Workspace ws, Tensor x, InputQuantization rounding, Tensor dy, @Nullable Tensor dx) {
    if (dx == null) {
      return;
    }
    boolean cut = rounding instanceof InputQuantization.Static;
    float scale = rounding instanceof InputQuantization.Static s ? s.scale() : 1;
    int zero = rounding instanceof InputQuantization.Static s ? s.zeroPoint() : 0;
    float least = cut ? (-128 - zero) * scale : Float.NEGATIVE_INFINITY;
    float greatest = cut ? (127 - zero) * scale : Float.POSITIVE_INFINITY;
    FakeQuantizeOp.groups(
        ws,
        x,
        x.shape().dim(-1),
        (_, from, n) -> {
          float[] in = x.data();
          float[] up = dy.data();
          float[] down = dx.data();
          int at = x.offset() + from;
          int upAt = dy.offset() + from;
          int to = dx.offset() + from;
          for (int i = 0; i < n; i++) {
            float v = in[at + i];
            down[to + i] = v >= least && v <= greatest ? up[upAt + i] : 0;
          }
        });
  }
}

package dev.bantam.quant.model;

import dev.bantam.nn.Parametrization;
import dev.bantam.quant.InputQuantization;
import dev.bantam.quant.kernel.QuantizedKernels;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import org.jspecify.annotations.Nullable;

/**
 * Quantization-aware training of the input of a layer: it is rounded as the layer will round it, by
 * the same kernels. The gradient passes straight through, except where a static range cut the
 * element off.
 */
public final class InputQuantizer extends Parametrization {
  private final InputQuantization rounding;

  /**
   * A parametrization of the input.
   *
   * @param rounding how it is rounded
   */
  public InputQuantizer(InputQuantization rounding) {
    this.rounding = rounding;
  }

  /** How the input is rounded. */
  public InputQuantization rounding() {
    return rounding;
  }

  @Override
  public Tensor forward(Workspace ws, Tensor x) {
    if (rounding instanceof InputQuantization.None) {
      return x;
    }
    QuantizedKernels kernels = QuantizedKernels.of(ws.kernels());
    int columns = x.shape().dim(-1);
    Tensor y = ws.allocate(x.shape());
    FakeQuantizeOp.groups(
        ws,
        x,
        columns,
        (_, from, n) -> {
          int to = y.offset() + from;
          float scale = kernels.round(rounding, x.data(), x.offset() + from, n, y.data(), to);
          ws.kernels().vectors().scale(scale, y.data(), to, n);
        });
    if (ws.recording()) {
      ws.tape().add(y, g -> backward(ws, x, g.of(y), g.into(x)), x);
    }
    return y;
  }

  private void backward(Workspace ws, Tensor x, Tensor dy, @Nullable Tensor dx) {
    if (dx == null) {
      return;
    }
    float min = Float.NEGATIVE_INFINITY;
    float max = Float.POSITIVE_INFINITY;
    if (rounding instanceof InputQuantization.Static(float scale, int zero)) {
      min = (-128 - zero) * scale;
      max = (127 - zero) * scale;
    }
    float least = min;
    float greatest = max;
    FakeQuantizeOp.groups(
        ws,
        x,
        x.shape().dim(-1),
        (_, from, n) -> {
          for (int i = from; i < from + n; i++) {
            float v = x.data()[x.offset() + i];
            dx.data()[dx.offset() + i] =
                v >= least && v <= greatest ? dy.data()[dy.offset() + i] : 0;
          }
        });
  }
}

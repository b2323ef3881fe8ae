package dev.bantam.quant.model;

import dev.bantam.nn.Parametrization;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.op.MultiplyOp;

/**
 * Multiplies each row of a layer's input, column by column, before it is rounded; the weight was
 * divided by the same (Xiao et al. 2022, "SmoothQuant"; Lin et al. 2023, "AWQ"). Only this layer
 * sees it: behind a normalization the residual connection does not.
 */
public final class InputSmoothing extends Parametrization {
  private final float[] factors;

  /**
   * A parametrization of the input.
   *
   * @param factors [inputs]; not copied
   */
  public InputSmoothing(float[] factors) {
    this.factors = factors;
  }

  /** [inputs]. */
  public float[] factors() {
    return factors;
  }

  @Override
  public Tensor forward(Workspace ws, Tensor x) {
    return MultiplyOp.forward(ws, x, Tensor.wrap(factors, factors.length));
  }
}

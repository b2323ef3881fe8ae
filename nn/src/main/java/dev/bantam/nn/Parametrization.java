package dev.bantam.nn;

import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;

/**
 * A view of a weight: {@code w ⊙ mask}, {@code dequantize(quantize(w))}. It is a module, because it
 * may have parameters of its own: scores, step sizes.
 */
public abstract class Parametrization extends NnModule {

  /** A parametrization. */
  protected Parametrization() {}

  /**
   * What the module sees.
   *
   * @param ws where to compute
   * @param weight the weight, or what the parametrization before made of it
   * @return shaped as the weight
   */
  public abstract Tensor forward(Workspace ws, Tensor weight);
}

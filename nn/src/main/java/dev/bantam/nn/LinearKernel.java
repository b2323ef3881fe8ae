package dev.bantam.nn;

import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;

/**
 * How a {@link Linear} computes {@code act(x Wᵀ + b)}: the weights in the form in which they are
 * multiplied. Immutable, so any number of threads may use it, each with a workspace of its own.
 */
public interface LinearKernel {

  /** Elements of an input row. */
  int inputs();

  /** Elements of an output row. */
  int outputs();

  /**
   * Computes the layer.
   *
   * @param ws where to run
   * @param x [..., inputs]
   * @param activation applied to each output
   * @return [..., outputs]
   */
  Tensor forward(Workspace ws, Tensor x, Activation activation);

  /** Memory of weights and bias, in bytes. */
  long bytes();

  /** What is multiplied with what and how, for people: {@code "fp32"}. */
  default String description() {
    return "fp32";
  }
}

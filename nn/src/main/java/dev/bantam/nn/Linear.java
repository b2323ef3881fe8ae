package dev.bantam.nn;

import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;

/** A fully connected layer, {@code y = act(x Wᵀ + b)}. */
public final class Linear extends NnModule {
  private final String name;
  private final LinearKernel kernel;

  /**
   * A layer.
   *
   * @param name its name in the model, for error messages
   * @param kernel its weights, and how they are multiplied
   */
  public Linear(String name, LinearKernel kernel) {
    this.name = name;
    this.kernel = kernel;
  }

  /**
   * A layer that can be trained.
   *
   * @param name its name in the model, for error messages
   * @param weight [outputs, inputs]
   * @param bias [outputs]
   */
  public Linear(String name, Parameter weight, Parameter bias) {
    this(name, new TrainableLinearKernel(weight, bias));
    register("weight", weight);
    register("bias", bias);
  }

  /** The weights, and how they are multiplied. */
  public LinearKernel kernel() {
    return kernel;
  }

  /**
   * Computes {@code x Wᵀ + b}.
   *
   * @param ws where to run
   * @param x [..., inputs]
   * @return [..., outputs]
   * @throws ShapeMismatchException if the last extent of x is not the number of inputs
   */
  public Tensor forward(Workspace ws, Tensor x) {
    return forward(ws, x, Activation.NONE);
  }

  /**
   * Computes {@code act(x Wᵀ + b)} in one pass.
   *
   * @param ws where to run
   * @param x [..., inputs]
   * @param activation applied to each output
   * @return [..., outputs]
   * @throws ShapeMismatchException if the last extent of x is not the number of inputs
   */
  public Tensor forward(Workspace ws, Tensor x, Activation activation) {
    if (x.shape().dim(-1) != kernel.inputs()) {
      throw new ShapeMismatchException(
          "linear '%s': expected input [..., %d], got %s"
              .formatted(name, kernel.inputs(), x.shape()));
    }
    return kernel.forward(ws, x, activation);
  }

  @Override
  public long bytes() {
    return kernel.bytes();
  }
}

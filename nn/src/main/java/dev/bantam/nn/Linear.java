package dev.bantam.nn;

import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A fully connected layer, {@code y = act(x Wᵀ + b)}. */
public final class Linear extends NnModule {
  private final String name;
  private final LinearKernel kernel;
  private final @Nullable Parameter weight;
  private final @Nullable Parameter bias;
  private final List<Parametrization> input = new ArrayList<>();
  private @Nullable Consumer<Tensor> observer;

  /**
   * A layer.
   *
   * @param name its name in the model, for error messages
   * @param kernel its weights, and how they are multiplied
   */
  public Linear(String name, LinearKernel kernel) {
    this.name = name;
    this.kernel = kernel;
    this.weight = null;
    this.bias = null;
  }

  /**
   * A layer that can be trained.
   *
   * @param name its name in the model, for error messages
   * @param weight [outputs, inputs]
   * @param bias [outputs]
   */
  public Linear(String name, Parameter weight, Parameter bias) {
    this.name = name;
    this.kernel = new TrainableLinearKernel(weight, bias);
    this.weight = register("weight", weight);
    this.bias = register("bias", bias);
  }

  /** Its name in the model. */
  public String name() {
    return name;
  }

  /** The weights, and how they are multiplied. */
  public LinearKernel kernel() {
    return kernel;
  }

  /** The weight [outputs, inputs] of a layer that can be trained; empty for another. */
  public Optional<Parameter> weight() {
    return Optional.ofNullable(weight);
  }

  /** The bias [outputs] of a layer that can be trained; empty for another. */
  public Optional<Parameter> bias() {
    return Optional.ofNullable(bias);
  }

  /**
   * Shows every input to an observer, as the layer gets it: to calibrate, by one thread at a time.
   *
   * @param observer told of each input [..., inputs] before it is computed with; null for nobody
   */
  public void observeInput(@Nullable Consumer<Tensor> observer) {
    this.observer = observer;
  }

  /**
   * Lets the layer see its input through a parametrization, which comes after those that are there.
   *
   * @param parametrization maps a tensor to one of the same shape
   */
  public void parametrizeInput(Parametrization parametrization) {
    register("parametrizations.input." + input.size(), parametrization);
    input.add(parametrization);
  }

  /** The parametrizations of the input, in the order they are applied in. */
  public List<Parametrization> input() {
    return Collections.unmodifiableList(input);
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
    if (observer != null) {
      observer.accept(x);
    }
    Tensor seen = x;
    for (Parametrization p : input) {
      seen = p.forward(ws, seen);
    }
    return kernel.forward(ws, seen, activation);
  }

  @Override
  public long bytes() {
    return kernel.bytes();
  }
}

package dev.bantam.nn;

import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A tensor that a module owns and an optimizer may change, seen through {@link Parametrization}s: a
 * pruning mask, a fake-quantizer. What is trained is the {@linkplain #value value}; what a module
 * computes with is what is {@linkplain #read read}.
 */
public final class Parameter {
  private final Tensor value;
  private final List<Parametrization> parametrizations = new ArrayList<>();

  private Parameter(Tensor value) {
    this.value = value;
  }

  /**
   * A parameter that is trained.
   *
   * @param value its elements; not copied
   */
  public static Parameter trained(Tensor value) {
    return new Parameter(value.requireGrad());
  }

  /**
   * A parameter that is not trained.
   *
   * @param value its elements; not copied. Of a variable, only they are taken
   */
  public static Parameter frozen(Tensor value) {
    return new Parameter(value.requiresGrad() ? value.detach() : value);
  }

  /** The elements that are trained, with their gradient. */
  public Tensor value() {
    return value;
  }

  /** Whether an optimizer changes this. */
  public boolean isTrained() {
    return value.requiresGrad();
  }

  /**
   * What a module computes with: the value through all parametrizations, the first first.
   *
   * @param ws where to compute
   * @return shaped as the value; the value itself if there are none
   */
  public Tensor read(Workspace ws) {
    Tensor x = value;
    for (Parametrization p : parametrizations) {
      x = p.forward(ws, x);
    }
    return x;
  }

  /**
   * Adds a parametrization, which comes after those that are there.
   *
   * @param parametrization maps a tensor to one of the same shape
   */
  public void parametrize(Parametrization parametrization) {
    parametrizations.add(parametrization);
  }

  /** Memory of the elements and of what the parametrizations own, in bytes. */
  long bytes() {
    long elements = value.shape().elements();
    return Float.BYTES * elements + parametrizations.stream().mapToLong(NnModule::bytes).sum();
  }

  /** Takes all parametrizations away. */
  public void clearParametrizations() {
    parametrizations.clear();
  }

  /** The parametrizations, in the order they are applied in. */
  public List<Parametrization> parametrizations() {
    return Collections.unmodifiableList(parametrizations);
  }
}

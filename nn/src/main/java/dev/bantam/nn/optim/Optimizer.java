package dev.bantam.nn.optim;

import dev.bantam.nn.Parameter;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Changes parameters by their gradients. What it remembers from step to step is a map of tensors,
 * so that training that was saved and restored goes on with the same bits.
 */
public interface Optimizer {

  /** What this changes, by name. */
  SequencedMap<String, Parameter> parameters();

  /**
   * Makes one step. Parameters without a gradient stay as they are, and so does what is remembered
   * of them. Results do not depend on the number of threads.
   *
   * @param ws where to compute
   * @param lr learning rate of this step
   * @param gradientScale factor on all gradients: from {@linkplain GradientNorm#clip clipping}, or
   *     1 over the number of batches that were accumulated
   */
  void step(Workspace ws, double lr, double gradientScale);

  /**
   * What this remembers, under the names it has in PyTorch: {@code "classifier.weight.exp_avg"}.
   * The tensors are the memory itself, which the next step changes.
   */
  SequencedMap<String, Tensor> state();

  /**
   * Takes back what {@link #state} gave.
   *
   * @param state copied
   * @throws IllegalArgumentException if names or shapes differ; it lists them, and nothing is
   *     changed
   */
  void restore(Map<String, Tensor> state);

  /** Forgets the gradients of all parameters. */
  default void zeroGrad() {
    parameters().values().forEach(p -> p.value().zeroGrad());
  }
}

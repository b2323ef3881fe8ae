package dev.bantam.nn.optim;

import dev.bantam.nn.Parameter;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.kernel.Kernels;
import java.util.SequencedMap;

/** What an optimizer remembers of one parameter, and how it changes it. */
abstract class ParameterUpdate {
  final Parameter parameter;

  ParameterUpdate(Parameter parameter) {
    this.parameter = parameter;
  }

  /**
   * Begins a step.
   *
   * @param lr learning rate
   * @param gradientScale factor on the gradient
   */
  abstract void begin(double lr, double gradientScale);

  /**
   * Changes some elements, while other threads change others.
   *
   * @param kernels what computes
   * @param from first element
   * @param n number of elements
   */
  abstract void run(Kernels kernels, int from, int n);

  /** Takes note that what is remembered has been replaced. */
  void restored() {}

  /** What is remembered: the memory itself. */
  abstract SequencedMap<String, Tensor> state();
}

package dev.bantam.nn.optim;

import dev.bantam.nn.Parameter;
import dev.bantam.tensor.Tape;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;

/** Gives parameters gradients, for tests. */
final class Gradients {
  private Gradients() {}

  /** Adds to the gradient of a parameter. */
  static void set(Workspace ws, Parameter p, float... gradient) {
    try (Tape tape = Tape.record(ws)) {
      tape.backward(p.value(), Tensor.wrap(gradient, p.value().shape().toArray()));
    }
  }
}

package dev.bantam.tensor.opcase;

import dev.bantam.tensor.Tape;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds the way back through an operation to central differences of its formula in double: for a
 * random gradient u of the result, {@code d_i ≈ (u · f(x + ε e_i) - u · f(x - ε e_i)) / 2ε}.
 */
public final class GradientCheck {
  private static final double EPS = 1e-6;
  private static final double ABSOLUTE = 1e-5;
  private static final double RELATIVE = 1e-3;

  private GradientCheck() {}

  /** Checks the gradients of all inputs; an input may be given more than once. */
  public static void check(OpCase test, Workspace ws, List<Tensor> inputs) {
    inputs.forEach(Tensor::requireGrad);
    double[] u = run(test, ws, inputs);
    List<Exact> exact = inputs.stream().map(Exact::of).toList();
    for (Tensor x : inputs) {
      double[] expected = new double[x.shape().elements()];
      for (int i = 0; i < expected.length; i++) {
        double above = dot(u, test.reference().evaluate(moved(inputs, exact, x, i, EPS)).values());
        double below = dot(u, test.reference().evaluate(moved(inputs, exact, x, i, -EPS)).values());
        expected[i] = (above - below) / (2 * EPS);
      }
      compare(test + ": gradient of input " + inputs.indexOf(x), x.grad().toArray(), expected);
    }
  }

  private static void compare(String what, float[] actual, double[] expected) {
    for (int i = 0; i < expected.length; i++) {
      double allowed = ABSOLUTE + RELATIVE * Math.abs(expected[i]);
      if (!(Math.abs(actual[i] - expected[i]) <= allowed)) { // a NaN is an error as well
        throw new AssertionError(
            "%s: expected %s at %d, got %s".formatted(what, expected[i], i, actual[i]));
      }
    }
  }

  /**
   * Runs an operation forward and back.
   *
   * @return the gradient of its result
   */
  static double[] run(OpCase test, Workspace ws, List<Tensor> inputs) {
    try (Tape tape = Tape.record(ws)) {
      Tensor y = test.run().forward(ws, inputs);
      Tensor u = OpCase.normal(99, y.shape());
      tape.backward(y, u);
      return Exact.of(u).values();
    }
  }

  /** The inputs, with element i of x moved wherever x is used. */
  @SuppressWarnings("ReferenceEquality") // it is the input itself that is moved
  private static List<Exact> moved(
      List<Tensor> inputs, List<Exact> exact, Tensor x, int i, double by) {
    List<Exact> moved = new ArrayList<>(exact);
    for (int input = 0; input < moved.size(); input++) {
      if (inputs.get(input) == x) {
        double[] values = exact.get(input).values().clone();
        values[i] += by;
        moved.set(input, new Exact(x.shape(), values));
      }
    }
    return moved;
  }

  private static double dot(double[] a, double[] b) {
    return Exact.sum(a.length, i -> a[i] * b[i]);
  }
}

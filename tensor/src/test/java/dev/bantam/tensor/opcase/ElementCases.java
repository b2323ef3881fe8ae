package dev.bantam.tensor.opcase;

import dev.bantam.tensor.Randomness;
import dev.bantam.tensor.Shape;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.Dropout;
import dev.bantam.tensor.op.ActivationOp;
import dev.bantam.tensor.op.AddOp;
import dev.bantam.tensor.op.DropoutOp;
import dev.bantam.tensor.op.MultiplyOp;
import dev.bantam.tensor.op.ScaleOp;
import dev.bantam.tensor.op.SubtractOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/** Operations that go element by element. */
final class ElementCases {
  private static final String ROWS = "512x384";

  static final List<OpCase> ALL = new ArrayList<>();

  private ElementCases() {}

  /** Shapes that broadcast, each in its own way. */
  private static final String[][] BROADCAST = {
    {"equal shapes", "3x7 3x7"},
    {"a row for each", "2x3x5 5"},
    {"a column for each", "4x5 4x1"},
    {"both repeated", "3x1x5 4x1"},
    {"inside", "2x1x3 2x4x3"},
    {"a scalar", "- 3x5"},
    {"outside and inside", "1x4x1 3x4x2"},
    {"two scalars", "- 1"},
    {"nothing", "0x3 3"},
  };

  static {
    for (String[] b : BROADCAST) {
      String model = b == BROADCAST[0] ? ROWS + " " + ROWS : b[1];
      add(AddOp.class, b, model, AddOp::forward, Double::sum);
      add(SubtractOp.class, b, model, SubtractOp::forward, (x, y) -> x - y);
      add(MultiplyOp.class, b, model, MultiplyOp::forward, (x, y) -> x * y);
    }
    ALL.add(
        OpCase.of(
            ScaleOp.class,
            "by -0.3",
            "3x7",
            ROWS,
            (ws, x) -> ScaleOp.forward(ws, x.get(0), -0.3f),
            x -> x.get(0).map(v -> -0.3f * v)));
    for (Activation f : Activation.values()) {
      ALL.add(
          OpCase.of(
              ActivationOp.class,
              f.toString(),
              "5x41",
              ROWS,
              (ws, x) -> ActivationOp.forward(ws, x.get(0), f),
              x -> x.get(0).map(v -> activation(f, v))));
    }
    ALL.add(
        OpCase.of(
            DropoutOp.class,
            "of three tenths",
            "5x41",
            ROWS,
            (ws, x) -> {
              try (var _ = ws.training(new Randomness(7, 3))) {
                return DropoutOp.forward(ws, x.get(0), 0.3f);
              }
            },
            x -> dropped(x.get(0), new Randomness(7, 3).dropout(0.3f))));
  }

  @FunctionalInterface
  private interface Binary {
    Tensor forward(Workspace ws, Tensor x, Tensor y);
  }

  private static void add(
      Class<?> op, String[] broadcast, String model, Binary run, DoubleBinaryOperator f) {
    ALL.add(
        OpCase.of(
            op,
            broadcast[0],
            broadcast[1],
            model,
            (ws, x) -> run.forward(ws, x.get(0), x.get(1)),
            x ->
                Exact.of(
                    broadcast(x.get(0).shape(), x.get(1).shape()),
                    i -> f.applyAsDouble(x.get(0).get(i), x.get(1).get(i)))));
  }

  private static Shape broadcast(Shape x, Shape y) {
    int rank = Math.max(x.rank(), y.rank());
    int[] dims = new int[rank];
    Arrays.fill(dims, 1);
    for (Shape shape : List.of(x, y)) {
      for (int axis = 1; axis <= shape.rank(); axis++) {
        if (shape.dim(-axis) != 1) {
          dims[rank - axis] = shape.dim(-axis);
        }
      }
    }
    return Shape.of(dims);
  }

  static Exact dropped(Exact x, Dropout dropout) {
    double[] values = x.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] *= dropout.factor(i);
    }
    return new Exact(x.shape(), values);
  }

  static double activation(Activation f, double x) {
    return switch (f) {
      case NONE -> x;
      case GELU -> x * (1 + erf(x / Math.sqrt(2))) / 2;
      case GELU_TANH ->
          x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))) / 2;
      case RELU -> Math.max(0, x);
      case TANH -> Math.tanh(x);
    };
  }

  /** {@code 2/√π e^(-x²) Σ_n 2ⁿ x^(2n+1) / (1 · 3 · ... · (2n+1))}. */
  private static double erf(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-18; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }
}

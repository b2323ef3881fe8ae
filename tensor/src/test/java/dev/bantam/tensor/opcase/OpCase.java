package dev.bantam.tensor.opcase;

import dev.bantam.tensor.Shape;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * An operation at some shapes. The unit test, the gradient check and the benchmark all run what is
 * said here; see {@link OpCases}.
 *
 * @param op class of the operation
 * @param what what is special about the case
 * @param shapes of the inputs: small and odd, for the test
 * @param modelShapes of the inputs: those of a model, for the benchmark
 * @param run the operation
 * @param reference the same in double, from its formula
 */
public record OpCase(
    Class<?> op,
    String what,
    List<Shape> shapes,
    List<Shape> modelShapes,
    Run run,
    Reference reference) {

  /** An operation on inputs of any fitting shapes. */
  @FunctionalInterface
  public interface Run {
    /** Runs it. */
    Tensor forward(Workspace ws, List<Tensor> x);
  }

  /** The formula of an operation. */
  @FunctionalInterface
  public interface Reference {
    /** Evaluates it. */
    Exact evaluate(List<Exact> x);
  }

  /**
   * A case.
   *
   * @param shapes as {@code "3x5 5"}; {@code "-"} is a scalar
   * @param modelShapes likewise
   */
  static OpCase of(
      Class<?> op, String what, String shapes, String modelShapes, Run run, Reference reference) {
    return new OpCase(op, what, parse(shapes), parse(modelShapes), run, reference);
  }

  private static List<Shape> parse(String shapes) {
    return Arrays.stream(shapes.split(" "))
        .map(
            shape ->
                shape.equals("-")
                    ? Shape.of()
                    : Shape.of(
                        Arrays.stream(shape.split("x")).mapToInt(Integer::parseInt).toArray()))
        .toList();
  }

  /** Inputs of the normal distribution, the same each time; windows of larger arrays. */
  public List<Tensor> inputs(List<Shape> of) {
    List<Tensor> inputs = new ArrayList<>();
    for (Shape shape : of) {
      inputs.add(normal(inputs.size(), shape));
    }
    return inputs;
  }

  /** A tensor of the normal distribution, in a window of a larger array. */
  public static Tensor normal(long seed, Shape shape) {
    int before = 3;
    SplittableRandom random = new SplittableRandom(seed);
    float[] data = new float[before + shape.elements() + 2];
    Arrays.fill(data, Float.NaN);
    for (int i = 0; i < shape.elements(); i++) {
      data[before + i] = (float) random.nextGaussian();
    }
    return Tensor.wrap(data, before, shape);
  }

  @Override
  public String toString() {
    return op.getSimpleName() + " (" + what + ") " + shapes;
  }
}

package dev.bantam.tensor.opcase;

import dev.bantam.tensor.Shape;
import dev.bantam.tensor.Tensor;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;

/**
 * Doubles with a shape, in which formulas are written down as they are read.
 *
 * @param shape extents
 * @param values row-major
 */
public record Exact(Shape shape, double[] values) {

  /** The elements of a tensor. */
  static Exact of(Tensor x) {
    double[] values = new double[x.shape().elements()];
    Arrays.setAll(values, i -> x.data()[x.offset() + i]);
    return new Exact(x.shape(), values);
  }

  /** The tensor whose element at an index is given by a function of the index. */
  static Exact of(Shape shape, ToDoubleFunction<int[]> f) {
    double[] values = new double[shape.elements()];
    int[] index = new int[shape.rank()];
    for (int flat = 0; flat < values.length; flat++) {
      int rest = flat;
      for (int axis = shape.rank() - 1; axis >= 0; axis--) {
        index[axis] = rest % shape.dim(axis);
        rest /= shape.dim(axis);
      }
      values[flat] = f.applyAsDouble(index);
    }
    return new Exact(shape, values);
  }

  /** A scalar. */
  static Exact scalar(double value) {
    return new Exact(Shape.of(), new double[] {value});
  }

  /** One element; axes of extent 1 are repeated, and indices of axes that are missing ignored. */
  double get(int... index) {
    int flat = 0;
    int missing = index.length - shape.rank();
    for (int axis = 0; axis < shape.rank(); axis++) {
      int n = shape.dim(axis);
      flat = flat * n + (n == 1 ? 0 : index[missing + axis]);
    }
    return values[flat];
  }

  int dim(int axis) {
    return shape.dim(axis);
  }

  /** Element by element. */
  Exact map(DoubleUnaryOperator f) {
    return new Exact(shape, Arrays.stream(values).map(f).toArray());
  }

  /** The same elements under another shape. */
  Exact reshape(int... dims) {
    return new Exact(Shape.of(dims), values);
  }

  /** {@code Σ_i f(i)} for 0 <= i < n. */
  static double sum(int n, IntToDoubleFunction f) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += f.applyAsDouble(i);
    }
    return sum;
  }

  /** {@code log Σ_i exp f(i)}. */
  static double logSumExp(int n, IntToDoubleFunction f) {
    return Math.log(sum(n, i -> Math.exp(f.applyAsDouble(i))));
  }
}

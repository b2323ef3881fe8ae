package dev.bantam.tensor.op;

import dev.bantam.tensor.Shape;

/**
 * One axis of a shape, with all before it and all behind it taken together: element (o, j, i) is at
 * {@code (o · n + j) · inner + i}.
 *
 * @param outer product of the extents before the axis
 * @param n extent of the axis
 * @param inner product of the extents behind the axis
 */
record Axis(int outer, int n, int inner) {

  /** The axis of a shape. */
  static Axis of(Shape shape, int axis) {
    int a = shape.axis(axis);
    int outer = 1;
    int inner = 1;
    for (int i = 0; i < shape.rank(); i++) {
      if (i < a) {
        outer *= shape.dim(i);
      } else if (i > a) {
        inner *= shape.dim(i);
      }
    }
    return new Axis(outer, shape.dim(a), inner);
  }

  /** All axes as one. */
  static Axis all(Shape shape) {
    return new Axis(1, shape.elements(), 1);
  }

  /** The shape with another extent of the axis. */
  static Shape resize(Shape shape, int axis, int n) {
    int[] dims = shape.toArray();
    dims[shape.axis(axis)] = n;
    return Shape.of(dims);
  }

  /** The shape without the axis. */
  static Shape remove(Shape shape, int axis) {
    int a = shape.axis(axis);
    int[] dims = new int[shape.rank() - 1];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = shape.dim(i < a ? i : i + 1);
    }
    return Shape.of(dims);
  }
}

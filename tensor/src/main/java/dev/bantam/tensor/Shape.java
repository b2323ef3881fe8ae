package dev.bantam.tensor;

import java.util.Arrays;

/**
 * The extents of a tensor, outermost first. Rank 0 is a scalar with one element.
 *
 * <p>Immutable; the element count fits an {@code int}, because a tensor is one Java array.
 */
public final class Shape {
  private static final int MAX_ELEMENTS = Integer.MAX_VALUE - 16;

  private final int[] dims;
  private final int elements;

  private Shape(int[] dims) {
    long n = 1; // as if empty extents were 1: a product of some extents, rows(), fits as well
    boolean empty = false;
    for (int d : dims) {
      if (d < 0) {
        throw new ShapeMismatchException("shape: negative extent in " + Arrays.toString(dims));
      }
      n *= Math.max(d, 1);
      if (n > MAX_ELEMENTS) {
        throw new ShapeMismatchException(
            "shape: " + Arrays.toString(dims) + " has more elements than one array holds");
      }
      empty |= d == 0;
    }
    this.dims = dims;
    this.elements = empty ? 0 : (int) n;
  }

  /**
   * The shape with these extents.
   *
   * @param dims the extents, outermost first, none negative
   */
  public static Shape of(int... dims) {
    return new Shape(dims.clone());
  }

  /** Number of axes. */
  public int rank() {
    return dims.length;
  }

  /**
   * The extent of an axis.
   *
   * @param axis from 0, or from -1 for the last axis backwards
   */
  public int dim(int axis) {
    return dims[axis(axis)];
  }

  /**
   * An axis counted from 0.
   *
   * @param axis from 0, or from -1 for the last axis backwards
   */
  public int axis(int axis) {
    int a = axis < 0 ? axis + dims.length : axis;
    if (a < 0 || a >= dims.length) {
      throw new ShapeMismatchException("axis " + axis + " is not in shape " + this);
    }
    return a;
  }

  /** Product of all extents; 1 for a scalar. */
  public int elements() {
    return elements;
  }

  /** Product of all extents but the last: the number of rows of length {@code dim(-1)}. */
  public int rows() {
    int rows = 1;
    for (int i = 0; i < dims.length - 1; i++) {
      rows *= dims[i];
    }
    return rows;
  }

  /** A copy of the extents. */
  public int[] toArray() {
    return dims.clone();
  }

  /**
   * The same shape with another last extent.
   *
   * @param last the new last extent
   */
  public Shape withLast(int last) {
    int[] d = dims.clone();
    d[axis(-1)] = last;
    return new Shape(d);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Shape s && Arrays.equals(dims, s.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  @Override
  public String toString() {
    return Arrays.toString(dims);
  }
}

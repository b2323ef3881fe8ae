package dev.bantam.tensor.op;

import dev.bantam.tensor.Shape;
import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Arithmetic on two tensors of different shapes, by the rules of NumPy: shapes are aligned at their
 * last axes, and an axis that is missing or has extent 1 is repeated.
 */
final class Broadcast {
  private Broadcast() {}

  /** A method of {@link dev.bantam.tensor.kernel.VectorKernel}; y may be a or b. */
  @FunctionalInterface
  interface Arithmetic {
    void run(float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset, int n);
  }

  /**
   * The shape that both tensors are repeated to.
   *
   * @param op name of the operation, for the error
   * @throws ShapeMismatchException if there is none
   */
  static Shape shape(String op, Tensor x, Tensor y) {
    int rank = Math.max(x.shape().rank(), y.shape().rank());
    int[] dims = new int[rank];
    for (int i = 0; i < rank; i++) {
      int a = extent(x.shape(), i, rank);
      int b = extent(y.shape(), i, rank);
      if (a != b && a != 1 && b != 1) {
        throw new ShapeMismatchException(
            op + ": x " + x.shape() + " and y " + y.shape() + " do not broadcast");
      }
      dims[i] = a == 1 ? b : a;
    }
    return Shape.of(dims);
  }

  /** Extent of axis i of a shape that is given 1s in front until it has this rank. */
  private static int extent(Shape shape, int i, int rank) {
    int axis = i - rank + shape.rank();
    return axis < 0 ? 1 : shape.dim(axis);
  }

  /**
   * {@code z = x ∘ y}, element by element.
   *
   * @param z shaped as {@link #shape} says; not the memory of x or y
   */
  static void apply(Workspace ws, Arithmetic f, Tensor x, Tensor y, Tensor z) {
    if (x.shape().equals(y.shape())) {
      Chunks.elements(
          ws,
          z.shape().elements(),
          (i, n) ->
              f.run(
                  x.data(), x.offset() + i, y.data(), y.offset() + i, z.data(), z.offset() + i, n));
      return;
    }
    // Axes that both tensors walk through, or of which both repeat the same one, are one axis.
    int rank = z.shape().rank();
    int[] dims = new int[rank + 1];
    int[] xStrides = new int[rank + 1];
    int[] yStrides = new int[rank + 1];
    int axes = 0; // innermost first
    int xSize = 1;
    int ySize = 1;
    for (int i = rank - 1; i >= 0; i--) {
      int n = z.shape().dim(i);
      int a = extent(x.shape(), i, rank);
      int b = extent(y.shape(), i, rank);
      int xStride = a == n ? xSize : 0;
      int yStride = b == n ? ySize : 0;
      int last = axes - 1;
      if (axes > 0
          && xStride == xStrides[last] * dims[last]
          && yStride == yStrides[last] * dims[last]) {
        dims[last] *= n;
      } else if (n != 1) {
        dims[axes] = n;
        xStrides[axes] = xStride;
        yStrides[axes] = yStride;
        axes++;
      }
      xSize *= a;
      ySize *= b;
    }
    int cols = axes == 0 ? 1 : dims[0];
    int depth = axes;
    Chunks.rows(
        ws,
        cols == 0 ? 0 : z.shape().elements() / cols,
        cols,
        (from, rows) -> {
          for (int row = from; row < from + rows; row++) {
            int rest = row;
            int i = x.offset();
            int j = y.offset();
            for (int axis = 1; axis < depth; axis++) {
              i += rest % dims[axis] * xStrides[axis];
              j += rest % dims[axis] * yStrides[axis];
              rest /= dims[axis];
            }
            int to = z.offset() + row * cols;
            if (xStrides[0] == 1 && yStrides[0] == 1 || cols == 1) {
              f.run(x.data(), i, y.data(), j, z.data(), to, cols);
            } else if (xStrides[0] == 1) {
              Arrays.fill(z.data(), to, to + cols, y.data()[j]);
              f.run(x.data(), i, z.data(), to, z.data(), to, cols);
            } else {
              Arrays.fill(z.data(), to, to + cols, x.data()[i]);
              f.run(z.data(), to, y.data(), j, z.data(), to, cols);
            }
          }
        });
  }

  /**
   * The way back: each element of the gradient of x is the sum over those of z that it was repeated
   * to, one run of neighbouring axes after the other.
   *
   * @param dz gradient of the repeated tensor
   * @param dx receives the gradient, or null
   */
  static void sum(Workspace ws, Tensor dz, @Nullable Tensor dx) {
    if (dx == null) {
      return;
    }
    if (dz.shape().elements() == 0) {
      Arrays.fill(dx.data(), dx.offset(), dx.offset() + dx.shape().elements(), 0);
      return;
    }
    Shape to = dx.shape();
    int rank = dz.shape().rank();
    Tensor from = dz;
    int outer = 1; // of the axes before i, as x has them
    int inner = dz.shape().elements(); // of those from i on, as z has them
    int i = 0;
    while (i < rank) {
      int n = 1;
      for (; i < rank && extent(to, i, rank) != dz.shape().dim(i); i++) {
        n *= dz.shape().dim(i);
      }
      inner /= n;
      if (n > 1) {
        Tensor y = outer * inner == to.elements() ? dx : ws.allocate(outer, inner);
        SumOp.reduce(ws, from, new Axis(outer, n, inner), y);
        from = y;
      }
      if (i < rank) { // an axis that stays
        outer *= dz.shape().dim(i);
        inner /= dz.shape().dim(i);
        i++;
      }
    }
    if (from == dz) {
      Chunks.copy(ws, dz, dx);
    }
  }
}

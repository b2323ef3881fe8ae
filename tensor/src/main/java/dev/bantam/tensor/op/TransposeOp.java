package dev.bantam.tensor.op;

import dev.bantam.tensor.Shape;
import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Transposition;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The axes of a tensor in another order; {@code y[j, i] = x[i, j]} for a matrix. */
public final class TransposeOp {
  /** Rows of a result that are made at a time. */
  private static final int ROWS = 32;

  private TransposeOp() {}

  /**
   * Exchanges two axes.
   *
   * @param ws where to run
   * @param x any shape
   * @param first one axis, from 0, or from -1 for the last axis backwards
   * @param second the other one
   * @return the shape of x with the two extents exchanged
   * @throws ShapeMismatchException if x has no such axis
   */
  public static Tensor forward(Workspace ws, Tensor x, int first, int second) {
    int[] order = new int[x.shape().rank()];
    Arrays.setAll(order, i -> i);
    order[x.shape().axis(first)] = x.shape().axis(second);
    order[x.shape().axis(second)] = x.shape().axis(first);
    return forward(ws, x, order);
  }

  /**
   * Puts all axes in another order.
   *
   * @param ws where to run
   * @param x any shape
   * @param order the axes of x, in the order in which the result has them
   * @return extent i is that of axis {@code order[i]}
   * @throws ShapeMismatchException if the order does not name each axis once
   */
  public static Tensor forward(Workspace ws, Tensor x, int[] order) {
    int rank = x.shape().rank();
    int[] inverse = new int[rank];
    Arrays.fill(inverse, -1);
    boolean fits = order.length == rank;
    for (int i = 0; i < rank && fits; i++) {
      fits = order[i] >= 0 && order[i] < rank && inverse[order[i]] < 0;
      if (fits) {
        inverse[order[i]] = i;
      }
    }
    if (!fits) {
      throw new ShapeMismatchException(
          "transpose: order " + Arrays.toString(order) + " does not fit x " + x.shape());
    }
    Tensor y = ws.allocate(permuted(x.shape(), order));
    permute(ws, x, order, y);
    if (ws.recording()) {
      ws.tape().add(y, g -> backward(ws, inverse, g.of(y), g.into(x)), x);
    }
    return y;
  }

  /** {@code dx} is dy with its axes in their old order. */
  private static void backward(Workspace ws, int[] inverse, Tensor dy, @Nullable Tensor dx) {
    if (dx != null) {
      permute(ws, dy, inverse, dx);
    }
  }

  private static Shape permuted(Shape shape, int[] order) {
    int[] dims = new int[order.length];
    Arrays.setAll(dims, i -> shape.dim(order[i]));
    return Shape.of(dims);
  }

  /** Makes matrices: the last two axes of y, or of what they are when neighbours stay together. */
  static void permute(Workspace ws, Tensor x, int[] order, Tensor y) {
    int rank = order.length;
    int[] xStrides = new int[rank];
    for (int i = rank - 1, stride = 1; i >= 0; stride *= x.shape().dim(i--)) {
      xStrides[i] = stride;
    }
    int[] dims = new int[rank + 2]; // of y, innermost first
    int[] strides = new int[rank + 2]; // in x
    int axes = 0;
    for (int i = rank - 1; i >= 0; i--) {
      int n = y.shape().dim(i);
      int stride = xStrides[order[i]];
      if (axes > 0 && stride == strides[axes - 1] * dims[axes - 1]) {
        dims[axes - 1] *= n;
      } else {
        dims[axes] = n;
        strides[axes++] = stride;
      }
    }
    Arrays.fill(dims, axes, dims.length, 1);
    int cols = dims[0];
    int rows = dims[1];
    int parts = Math.ceilDiv(rows, ROWS);
    int matrices = y.shape().elements() / Math.max(1, cols * rows);
    ws.pool()
        .run(
            matrices * parts,
            (part, _) -> {
              int row = part % parts * ROWS;
              int count = Math.min(ROWS, rows - row);
              int at = x.offset() + row * strides[1];
              int rest = part / parts;
              for (int axis = 2; axis < dims.length; axis++) {
                at += rest % dims[axis] * strides[axis];
                rest /= dims[axis];
              }
              int to = y.offset() + (part / parts * rows + row) * cols;
              if (strides[1] == 1) {
                Transposition.transpose(x.data(), at, strides[0], cols, count, y.data(), to, cols);
              } else {
                rows(x.data(), at, strides[1], strides[0], count, cols, y.data(), to);
              }
            });
  }

  private static void rows(
      float[] x, int at, int ldx, int stride, int rows, int cols, float[] y, int to) {
    for (int i = 0; i < rows; i++) {
      int from = at + i * ldx;
      if (stride == 1) {
        System.arraycopy(x, from, y, to + i * cols, cols);
      } else {
        for (int j = 0; j < cols; j++) {
          y[to + i * cols + j] = x[from + j * stride];
        }
      }
    }
  }
}

package dev.bantam.tensor.op;

import dev.bantam.tensor.Shape;
import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@code z = x y}: products of matrices. */
public final class MatmulOp {
  private MatmulOp() {}

  /**
   * Multiplies matrices, or two batches of them.
   *
   * @param ws where to run
   * @param x [..., m, k]
   * @param y [k, n] for all matrices of x, or [..., k, n] with as many as x has
   * @return [..., m, n]
   * @throws ShapeMismatchException if the shapes do not fit
   */
  public static Tensor forward(Workspace ws, Tensor x, Tensor y) {
    check(x.shape(), y.shape());
    int m = x.shape().dim(-2);
    int k = x.shape().dim(-1);
    int n = y.shape().dim(-1);
    Tensor z = ws.allocate(x.shape().withLast(n));
    // one matrix y takes all rows of x at once
    int batch = y.shape().rank() == 2 ? 1 : x.shape().rows() / Math.max(1, m);
    int rows = y.shape().rank() == 2 ? x.shape().rows() : m;
    for (int b = 0; b < batch; b++) {
      product(ws, part(x, b, rows, k), part(y, b, k, n), true, part(z, b, rows, n));
    }
    if (ws.recording()) {
      ws.tape()
          .add(z, g -> backward(ws, x, y, batch, rows, k, n, g.of(z), g.into(x), g.into(y)), x, y);
    }
    return z;
  }

  private static void check(Shape x, Shape y) {
    String problem = null;
    if (x.rank() < 2 || y.rank() < 2) {
      problem = "expected matrices";
    } else if (x.dim(-1) != y.dim(-2)) {
      problem = "inner dimensions differ";
    } else if (y.rank() > 2
        && !Arrays.equals(
            Arrays.copyOf(x.toArray(), x.rank() - 2), Arrays.copyOf(y.toArray(), y.rank() - 2))) {
      problem = "batch dimensions differ";
    }
    if (problem != null) {
      String extents =
          problem.startsWith("inner") ? " (" + x.dim(-1) + " != " + y.dim(-2) + ")" : "";
      throw new ShapeMismatchException(
          "matmul: " + problem + ": lhs " + x + " x rhs " + y + extents);
    }
  }

  /** {@code dx = dz yᵀ}, {@code dy = xᵀ dz}. */
  private static void backward(
      Workspace ws,
      Tensor x,
      Tensor y,
      int batch,
      int m,
      int k,
      int n,
      Tensor dz,
      @Nullable Tensor dx,
      @Nullable Tensor dy) {
    for (int b = 0; b < batch; b++) {
      Tensor dzPart = part(dz, b, m, n);
      if (dx != null) {
        product(ws, dzPart, part(y, b, k, n), false, part(dx, b, m, k));
      }
      if (dy != null) {
        TransposedProduct.run(ws, part(x, b, m, k), k, dzPart, n, m, part(dy, b, k, n));
      }
    }
  }

  /** Matrix b [rows, cols] of a batch. */
  private static Tensor part(Tensor x, int b, int rows, int cols) {
    return Tensor.wrap(x.data(), x.offset() + b * rows * cols, Shape.of(rows, cols));
  }

  /** {@code z = x y}, or {@code z = x yᵀ} if y does not come transposed into the product. */
  private static void product(Workspace ws, Tensor x, Tensor y, boolean transposed, Tensor z) {
    int rows = x.shape().dim(0);
    var packed = LinearOp.pack(ws, y, z.shape().dim(1), x.shape().dim(1), transposed);
    LinearOp.multiply(ws, x, false, rows, packed, false, null, Activation.NONE, z);
  }
}

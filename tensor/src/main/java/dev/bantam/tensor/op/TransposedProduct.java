package dev.bantam.tensor.op;

import dev.bantam.tensor.Shape;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.MatmulKernel;
import dev.bantam.tensor.kernel.PackedMatrix;

/**
 * {@code C = Aᵀ B}, summed over many rows: the gradient of a weight, {@code dW = dzᵀ x}.
 *
 * <p>B is packed, A passes over it column by column. If A is the narrower one and there are many
 * rows, it is the other way round, and the transpose of C is computed: that packs fewer elements,
 * and the rows of the result, which are read and written for each block of the sum, stay in the
 * second level cache. The products and the order of their sums are the same, and so are the bits.
 */
final class TransposedProduct {
  /** Narrowest matrix that is packed in place of a wider one: a panel of the widest vectors. */
  private static final int NARROWEST = 64;

  /** Rows for a column of A from which on it pays to transpose the result. */
  private static final int ROWS_PER_COLUMN = 4;

  /**
   * Rows that are packed and multiplied before others are, so that each thread finds them in its
   * caches: blocks of the contract of the product, so that sums are the same.
   */
  private static final int ROWS = 2 * MatmulKernel.BLOCK;

  private TransposedProduct() {}

  /**
   * Computes the product.
   *
   * @param ws where to run
   * @param a [rows, m]
   * @param m columns of a
   * @param b [rows, n]
   * @param n columns of b
   * @param rows rows of both
   * @param c output [m, n]
   */
  static void run(Workspace ws, Tensor a, int m, Tensor b, int n, int rows, Tensor c) {
    if (NARROWEST <= m && m < n && rows >= ROWS_PER_COLUMN * m) {
      Tensor transpose = ws.allocate(n, m);
      multiply(ws, b, n, a, m, rows, transpose);
      TransposeOp.permute(ws, transpose, new int[] {1, 0}, c);
    } else {
      multiply(ws, a, m, b, n, rows, c);
    }
  }

  /** {@code C = Aᵀ B} with B packed. */
  private static void multiply(Workspace ws, Tensor a, int m, Tensor b, int n, int rows, Tensor c) {
    for (int row = 0; row == 0 || row < rows; row += ROWS) {
      int count = Math.min(ROWS, rows - row);
      PackedMatrix packed = LinearOp.pack(ws, part(b, row, count, n), n, count, true);
      Tensor left = part(a, row, count, m);
      LinearOp.multiply(ws, left, true, m, packed, row > 0, null, Activation.NONE, c);
    }
  }

  /** Some rows of a matrix. */
  private static Tensor part(Tensor x, int row, int rows, int columns) {
    return Tensor.wrap(x.data(), x.offset() + row * columns, Shape.of(rows, columns));
  }
}

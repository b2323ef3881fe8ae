package dev.bantam.tensor.op;

import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
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
  /** Narrowest matrix that is packed in place of a wider one: a panel is as wide. */
  private static final int NARROWEST = 64;

  /** Rows for a column of A from which on it pays to transpose the result. */
  private static final int ROWS_PER_COLUMN = 4;

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
      multiply(ws, b, n, LinearOp.pack(ws, a, m, rows, true), transpose);
      TransposeOp.permute(ws, transpose, new int[] {1, 0}, c);
    } else {
      multiply(ws, a, m, LinearOp.pack(ws, b, n, rows, true), c);
    }
  }

  /** {@code C = Aᵀ B} of a packed B. */
  private static void multiply(Workspace ws, Tensor a, int m, PackedMatrix b, Tensor c) {
    LinearOp.multiply(ws, a, true, m, b, null, Activation.NONE, c);
  }
}

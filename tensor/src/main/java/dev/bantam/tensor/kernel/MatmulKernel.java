package dev.bantam.tensor.kernel;

import org.jspecify.annotations.Nullable;

/**
 * {@code y[m, n] = act(bias[n] + Σ_k x[m, k] w[n, k])}.
 *
 * <p>Contract: products are summed in blocks of {@link #BLOCK}, each from zero, in the order of k,
 * one fused multiply-add each; an output is its bias, plus the first block, plus the second, and so
 * on; without inputs the first block is zero. So all implementations give the same bits, whatever
 * the tile an output falls into; and rounding errors grow with the length of a block and the number
 * of blocks, not with their product.
 */
public interface MatmulKernel {
  /** Products that are summed from zero. */
  int BLOCK = 384;

  /**
   * Copies a matrix into the layout of this kernel.
   *
   * @param w row-major [n, k]
   * @param offset index of the first element
   * @param n outputs
   * @param k inputs
   */
  default PackedMatrix pack(float[] w, int offset, int n, int k) {
    PackedMatrix packed = reserve(null, n, k);
    pack(w, offset, k, false, packed, 0, packed.panels());
    return packed;
  }

  /**
   * Memory for a matrix in the layout of this kernel, contents undefined.
   *
   * @param memory memory to use again if it is large enough, which ends what is in it; or null
   * @param n outputs
   * @param k inputs
   */
  PackedMatrix reserve(@Nullable PackedMatrix memory, int n, int k);

  /**
   * Copies some panels of a matrix into the layout of this kernel.
   *
   * @param w row-major [n, k], or [k, n] if transposed
   * @param offset index of the first element
   * @param ldw distance between rows
   * @param transposed whether w holds the transpose of what is packed
   * @param into memory reserved by this kernel for [n, k]
   * @param panelFrom first panel
   * @param panelTo one past the last panel
   */
  void pack(
      float[] w,
      int offset,
      int ldw,
      boolean transposed,
      PackedMatrix into,
      int panelFrom,
      int panelTo);

  /**
   * Computes the outputs of some panels for some rows.
   *
   * @param x activations; row m begins at {@code xOffset + m * ldx} and has {@code w.k()} elements;
   *     if transposed, column k begins at {@code xOffset + k * ldx} and has {@code rows} elements
   * @param xOffset index of the first element
   * @param ldx distance between rows, or columns if transposed
   * @param transposed whether x holds the transpose of what is multiplied
   * @param rows number of rows
   * @param w weights packed by this kernel
   * @param panelFrom first panel
   * @param panelTo one past the last panel
   * @param add whether to add to what y holds, in place of the bias
   * @param bias [n], or null for zeros
   * @param activation applied to each output
   * @param y outputs; output n of row m goes to {@code yOffset + m * ldy + n}
   * @param yOffset index of output (0, 0)
   * @param ldy distance between rows
   * @param scratch at least {@link #scratchSize()} floats that nobody else uses meanwhile
   */
  void multiply(
      float[] x,
      int xOffset,
      int ldx,
      boolean transposed,
      int rows,
      PackedMatrix w,
      int panelFrom,
      int panelTo,
      boolean add,
      float @Nullable [] bias,
      Activation activation,
      float[] y,
      int yOffset,
      int ldy,
      float[] scratch);

  /** Floats of scratch memory that one call of {@link #multiply} needs. */
  int scratchSize();
}

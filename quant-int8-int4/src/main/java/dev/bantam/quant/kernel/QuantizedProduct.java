package dev.bantam.quant.kernel;

import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import org.jspecify.annotations.Nullable;

/**
 * A quantized matrix W [outputs, inputs], ready to be multiplied with. Immutable.
 *
 * <p>Of integers: with rounded inputs {@code a} and groups g of columns,
 *
 * <pre>
 *   y[m, n] = act(scale[m] · Σ_g scale[n, g] Σ_{k in g} a[m, k] (code[n, k] - zero[n, g]) + bias[n])
 * </pre>
 *
 * The inner sums are exact. Each is rounded to a float; then the outer sum is taken from zero in
 * the order of groups, one fused multiply-add a group, and the bias is added with another.
 *
 * <p>Of floats: {@code y = act(x Wᵀ + b)} of the dequantized W, under the contract of {@link
 * dev.bantam.tensor.kernel.MatmulKernel}.
 *
 * <p>So an output has the same bits whatever computes it, and beside whatever other rows.
 */
public interface QuantizedProduct {

  /** Outputs in one panel: the unit in which work is split. */
  int panelWidth();

  /** Memory of the weights, in bytes. */
  long bytes();

  /** What is multiplied with what and how, for people: {@code "int8 x int8, exact in float"}. */
  String description();

  /**
   * Computes the outputs of some panels for some rows.
   *
   * @param ws where to run
   * @param worker index of the running thread
   * @param a rounded inputs, or floats; row-major [rows, inputs]
   * @param aOffset index of the first element
   * @param scales scale of each row; not read if a has floats
   * @param sOffset index of the first scale
   * @param rows number of rows
   * @param panelFrom first panel
   * @param panelTo one past the last panel
   * @param bias [outputs], or null for none
   * @param activation applied to each output
   * @param y outputs; row-major [rows, outputs]
   * @param yOffset index of output (0, 0)
   */
  void multiply(
      Workspace ws,
      int worker,
      float[] a,
      int aOffset,
      float[] scales,
      int sOffset,
      int rows,
      int panelFrom,
      int panelTo,
      float @Nullable [] bias,
      Activation activation,
      float[] y,
      int yOffset);
}

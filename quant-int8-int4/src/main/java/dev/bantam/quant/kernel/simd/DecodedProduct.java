package dev.bantam.quant.kernel.simd;

import static dev.bantam.quant.kernel.simd.Strips.WIDTH;

import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.MatmulKernel;
import dev.bantam.tensor.kernel.PackedMatrix;
import org.jspecify.annotations.Nullable;

/**
 * Decodes some outputs of weights to panels of floats, a block of inputs at a time, and lets the
 * {@link MatmulKernel} multiply them: all rows share what decoding costs.
 */
final class DecodedProduct {
  /** Outputs to decode together: with a block of inputs, a part of the second level cache. */
  static final int OUTPUTS = 192;

  private DecodedProduct() {}

  /**
   * Multiplies.
   *
   * @param ws where to run
   * @param worker index of the running thread
   * @param w weights
   * @param codes whether integer codes are multiplied as they are, and not with their scales
   * @param output first output, that of a strip
   * @param outputs number of outputs
   * @param a floats, row-major [rows, inputs]
   * @param aOffset index of the first element
   * @param rows number of rows
   * @param bias of all outputs of the weights, or null for none
   * @param activation applied to each output
   * @param y outputs, row-major
   * @param yOffset index of the first output of the first row
   */
  static void multiply(
      Workspace ws,
      int worker,
      Strips w,
      boolean codes,
      int output,
      int outputs,
      float[] a,
      int aOffset,
      int rows,
      float @Nullable [] bias,
      Activation activation,
      float[] y,
      int yOffset) {
    MatmulKernel matmul = ws.kernels().matmul();
    float[] scratch = ws.scratch(worker, Math.max(matmul.scratchSize(), StripDecoder.SCRATCH));
    for (int m = 0; m < rows && bias != null; m++) {
      System.arraycopy(bias, output, y, yOffset + m * w.outputs(), outputs);
    }
    for (int k = 0; k < w.inputs(); k += MatmulKernel.BLOCK) {
      int depth = Math.min(MatmulKernel.BLOCK, w.inputs() - k);
      PackedMatrix panels = ws.packed(worker, outputs, depth);
      for (int j = 0; j < outputs; j += WIDTH) {
        int strip = (output + j) / WIDTH;
        if (codes) {
          StripDecoder.decodeCodes(w, strip, k, depth, panels, j, scratch);
        } else {
          StripDecoder.decode(w, strip, k, depth, panels, j, scratch);
        }
      }
      matmul.multiply(
          a,
          aOffset + k,
          w.inputs(),
          false,
          rows,
          panels,
          0,
          panels.panels(),
          k > 0 || bias != null,
          null,
          k + depth == w.inputs() ? activation : Activation.NONE,
          y,
          yOffset,
          w.outputs(),
          scratch);
    }
  }
}

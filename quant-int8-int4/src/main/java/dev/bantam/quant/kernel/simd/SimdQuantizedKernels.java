package dev.bantam.quant.kernel.simd;

import dev.bantam.quant.InputQuantization;
import dev.bantam.quant.QuantizedMatrix;
import dev.bantam.quant.kernel.QuantizedKernels;
import dev.bantam.quant.kernel.QuantizedProduct;
import dev.bantam.tensor.kernel.Kernels;

/** {@link QuantizedKernels} on the Vector API, at the machine's preferred width. */
public final class SimdQuantizedKernels implements QuantizedKernels {
  private final Kernels kernels;
  private final int panelWidth;

  /**
   * Kernels that build on those of floats.
   *
   * @param kernels SIMD kernels
   */
  public SimdQuantizedKernels(Kernels kernels) {
    this.kernels = kernels;
    this.panelWidth = kernels.matmul().reserve(null, 1, 1).panelWidth();
  }

  @Override
  public float round(InputQuantization input, float[] x, int from, int n, float[] codes, int to) {
    return RowRounding.round(input, x, from, n, codes, to);
  }

  @Override
  public QuantizedProduct integers(QuantizedMatrix w, InputQuantization input) {
    int maxInput =
        input instanceof InputQuantization.Static(_, int zero)
            ? Math.max(127 - zero, 128 + zero)
            : 127;
    return new IntegerProduct(
        Strips.pack(w, panelWidth), kernels, panelWidth, maxInput, maxMagnitude(w));
  }

  private static int maxMagnitude(QuantizedMatrix w) {
    byte[] zeros = w.zeroPoints();
    int max = 0;
    for (int n = 0; n < w.rows(); n++) {
      for (int k = 0; k < w.columns(); k++) {
        int zero = zeros == null ? 0 : zeros[n * w.groups() + k / w.groupSize()];
        max = Math.max(max, Math.abs(w.code(n, k) - zero));
      }
    }
    return max;
  }

  @Override
  public QuantizedProduct floats(QuantizedMatrix w) {
    return new FloatProduct(Strips.pack(w, panelWidth), kernels, panelWidth);
  }
}

package dev.bantam.quant.kernel.simd;

import dev.bantam.quant.InputQuantization;
import dev.bantam.quant.QuantizedMatrix;
import dev.bantam.quant.kernel.QuantizedKernels;
import dev.bantam.quant.kernel.QuantizedProduct;
import dev.bantam.quant.kernel.WeightRounding;
import dev.bantam.tensor.kernel.Kernels;

/** {@link QuantizedKernels} on the Vector API, at the machine's preferred width. */
public final class SimdQuantizedKernels implements QuantizedKernels {
  private final int panelWidth;

  /**
   * Kernels that build on those of floats.
   *
   * @param kernels SIMD kernels
   */
  public SimdQuantizedKernels(Kernels kernels) {
    this.panelWidth = kernels.matmul().reserve(null, 1, 1).panelWidth();
  }

  @Override
  public float round(InputQuantization input, float[] x, int from, int n, float[] codes, int to) {
    return RowRounding.round(input, x, from, n, codes, to);
  }

  @Override
  public WeightRounding weights() {
    return new SimdWeightRounding();
  }

  @Override
  public QuantizedProduct integers(QuantizedMatrix w) {
    return new IntegerProduct(w, panelWidth);
  }

  @Override
  public QuantizedProduct floats(QuantizedMatrix w) {
    return new FloatProduct(w, panelWidth);
  }
}

package dev.bantam.quant.kernel;

import dev.bantam.quant.QuantizedMatrix;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.MatmulKernel;
import dev.bantam.tensor.kernel.MultiplyAdd;
import org.jspecify.annotations.Nullable;

/**
 * {@link QuantizedProduct} of floats.
 *
 * @param w weights
 */
record ScalarFloatProduct(QuantizedMatrix w) implements QuantizedProduct {

  @Override
  public int panelWidth() {
    return 1;
  }

  @Override
  public long bytes() {
    return w.bytes();
  }

  @Override
  public String description() {
    return w.type().id() + " x fp32, scalar";
  }

  @Override
  public void multiply(
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
      int yOffset) {
    int inputs = w.columns();
    float[] weights = ws.scratch(worker, inputs); // of one output
    for (int n = panelFrom; n < panelTo; n++) {
      w.dequantize(n, n + 1, weights, 0);
      for (int m = 0; m < rows; m++) {
        float sum = bias == null ? 0 : bias[n];
        for (int from = 0; from < inputs; from += MatmulKernel.BLOCK) {
          float block = 0;
          for (int k = from; k < Math.min(from + MatmulKernel.BLOCK, inputs); k++) {
            block = MultiplyAdd.of(a[aOffset + m * inputs + k], weights[k], block);
          }
          sum += block;
        }
        y[yOffset + m * w.rows() + n] = sum;
      }
    }
    for (int m = 0; m < rows; m++) {
      int from = yOffset + m * w.rows() + panelFrom;
      ws.kernels().vectors().activate(activation, y, from, panelTo - panelFrom);
    }
  }
}

package dev.bantam.quant.kernel;

import dev.bantam.quant.QuantizedMatrix;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.MultiplyAdd;
import org.jspecify.annotations.Nullable;

/**
 * {@link QuantizedProduct} of integers.
 *
 * @param w weights of an integer type
 */
record ScalarIntegerProduct(QuantizedMatrix w) implements QuantizedProduct {

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
    return w.type().id() + " x int8, scalar";
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
    float[] integers = ws.scratch(worker, inputs); // code - zero of one output
    for (int n = panelFrom; n < panelTo; n++) {
      for (int k = 0; k < inputs; k++) {
        integers[k] = w.code(n, k) - zero(n, k / w.groupSize());
      }
      for (int m = 0; m < rows; m++) {
        float sum = 0;
        for (int g = 0; g < w.groups(); g++) {
          int products = 0;
          int end = Math.min((g + 1) * w.groupSize(), inputs);
          for (int k = g * w.groupSize(); k < end; k++) {
            int code = (int) a[aOffset + m * inputs + k];
            products += code * (int) integers[k];
          }
          sum = MultiplyAdd.of(w.scales()[n * w.groups() + g], products, sum);
        }
        y[yOffset + m * w.rows() + n] =
            MultiplyAdd.of(scales[sOffset + m], sum, bias == null ? 0 : bias[n]);
      }
    }
    for (int m = 0; m < rows; m++) {
      int from = yOffset + m * w.rows() + panelFrom;
      ws.kernels().vectors().activate(activation, y, from, panelTo - panelFrom);
    }
  }

  private int zero(int output, int group) {
    byte[] zeros = w.zeroPoints();
    return zeros == null ? 0 : zeros[output * w.groups() + group];
  }
}

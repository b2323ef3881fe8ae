package dev.bantam.quant.kernel.simd;

import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.kernel.MatmulKernel;
import dev.bantam.tensor.kernel.VectorKernel;
import org.jspecify.annotations.Nullable;

/** Floats times weights of any type, under the contract of {@link MatmulKernel}. */
final class FloatProduct extends StripProduct {
  private final VectorKernel vectors;

  FloatProduct(Strips w, Kernels kernels, int panelWidth) {
    super(w, kernels.matmul(), panelWidth);
    this.vectors = kernels.vectors();
  }

  @Override
  public String description() {
    return w.type().id() + " x fp32, decoded as it is used";
  }

  @Override
  int blockEnd(int k) {
    return Math.min(k + MatmulKernel.BLOCK, w.inputs());
  }

  @Override
  float[] factors() {
    return w.scales();
  }

  @Override
  int factorAt(int strip, int k) {
    return w.scaleAt(strip, k);
  }

  @Override
  void collect(
      int k,
      int end,
      float[] scratch,
      int sums,
      int size,
      int rows,
      int from,
      int width,
      float @Nullable [] bias,
      float[] y,
      int yOffset) {
    int count = Math.min(width, w.outputs() - from);
    for (int m = 0; m < rows; m++) {
      int sum = sums + m * width;
      int to = yOffset + m * w.outputs() + from;
      if (k > 0) {
        vectors.add(y, to, scratch, sum, y, to, count);
      } else if (bias != null) {
        vectors.add(bias, from, scratch, sum, y, to, count);
      } else {
        System.arraycopy(scratch, sum, y, to, count);
      }
    }
  }

  @Override
  void finish(
      float[] scratch,
      int sums,
      int size,
      float[] scales,
      int sOffset,
      int rows,
      int from,
      int width,
      int count,
      float @Nullable [] bias,
      float[] y,
      int yOffset) {}
}

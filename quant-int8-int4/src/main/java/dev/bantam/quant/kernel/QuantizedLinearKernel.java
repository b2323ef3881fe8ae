package dev.bantam.quant.kernel;

import dev.bantam.nn.LinearKernel;
import dev.bantam.quant.InputQuantization;
import dev.bantam.quant.QuantizedMatrix;
import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.op.Chunks;
import dev.bantam.tensor.op.ProductChunks;
import org.jspecify.annotations.Nullable;

/**
 * Weights of few bits: {@code y = act(x' Wᵀ + b)}, where x' is the input, scaled and rounded as the
 * layer says.
 *
 * <p>An output row depends on its input row only, to the last bit: neither on the rows beside it
 * nor on the number of threads.
 */
public final class QuantizedLinearKernel implements LinearKernel {
  /** Longest sum of products of integers of which none overflows. */
  private static final int MAX_GROUP = Integer.MAX_VALUE / (255 * 254);

  private final int inputs;
  private final int outputs;
  private final float @Nullable [] bias;
  private final float @Nullable [] inputScales;
  private final InputQuantization input;
  private final QuantizedKernels kernels;
  private final QuantizedProduct product;

  private QuantizedLinearKernel(
      QuantizedMatrix w,
      float @Nullable [] bias,
      float @Nullable [] inputScales,
      InputQuantization input,
      QuantizedKernels kernels) {
    this.inputs = w.columns();
    this.outputs = w.rows();
    this.bias = bias;
    this.inputScales = inputScales;
    this.input = input;
    this.kernels = kernels;
    this.product =
        input instanceof InputQuantization.None ? kernels.floats(w) : kernels.integers(w);
  }

  /**
   * A layer.
   *
   * @param w weights [outputs, inputs]
   * @param bias [outputs], or null for none
   * @param inputScales [inputs], with which each row of the input is multiplied before it is
   *     rounded (SmoothQuant, AWQ); or null for none
   * @param input how the input is rounded
   * @param kernels the kernels of the workspaces it will run in
   * @throws ShapeMismatchException if the parts do not fit
   * @throws IllegalArgumentException if inputs are rounded and weights are no integers, or a group
   *     is so long that its sums might overflow
   */
  public static QuantizedLinearKernel of(
      QuantizedMatrix w,
      float @Nullable [] bias,
      float @Nullable [] inputScales,
      InputQuantization input,
      Kernels kernels) {
    expect("bias", bias, w.rows());
    expect("input scales", inputScales, w.columns());
    if (!(input instanceof InputQuantization.None)) {
      if (!w.type().isInteger()) {
        throw new IllegalArgumentException(
            "quantized linear: weights of type "
                + w.type().id()
                + " are multiplied with floats, not with inputs rounded to integers");
      }
      if (w.groupSize() > MAX_GROUP) {
        throw new IllegalArgumentException(
            "quantized linear: expected groups of at most %d inputs, got %d"
                .formatted(MAX_GROUP, w.groupSize()));
      }
    }
    return new QuantizedLinearKernel(w, bias, inputScales, input, QuantizedKernels.of(kernels));
  }

  private static void expect(String what, float @Nullable [] vector, int length) {
    if (vector != null && vector.length != length) {
      throw new ShapeMismatchException(
          "quantized linear: expected %s [%d], got [%d]".formatted(what, length, vector.length));
    }
  }

  @Override
  public int inputs() {
    return inputs;
  }

  @Override
  public int outputs() {
    return outputs;
  }

  @Override
  public long bytes() {
    return product.bytes() + bytes(bias) + bytes(inputScales);
  }

  private static long bytes(float @Nullable [] vector) {
    return vector == null ? 0 : (long) vector.length * Float.BYTES;
  }

  @Override
  public String description() {
    return product.description();
  }

  @Override
  public Tensor forward(Workspace ws, Tensor x, Activation activation) {
    if (x.shape().dim(-1) != inputs) {
      throw new ShapeMismatchException(
          "quantized linear: expected input [..., " + inputs + "], got " + x.shape());
    }
    Tensor y = ws.allocate(x.shape().withLast(outputs));
    int rows = x.shape().rows();
    boolean rounded = !(input instanceof InputQuantization.None);
    try (var _ = ws.scope()) {
      Tensor a = rounded || inputScales != null ? ws.allocate(rows, inputs) : x;
      Tensor scales = rounded ? ws.allocate(rows) : a;
      if (a != x) {
        prepare(ws, x, rows, a, scales);
      }
      multiply(ws, a, scales, rows, activation, y);
    }
    return y;
  }

  /** Scales and rounds the input, some rows a chunk. */
  private void prepare(Workspace ws, Tensor x, int rows, Tensor a, Tensor scales) {
    Chunks.rows(
        ws,
        rows,
        inputs,
        (first, count) -> {
          for (int m = first; m < first + count; m++) {
            float[] from = x.data();
            int at = x.offset() + m * inputs;
            int to = a.offset() + m * inputs;
            if (inputScales != null) {
              ws.kernels().vectors().multiply(from, at, inputScales, 0, a.data(), to, inputs);
              from = a.data();
              at = to;
            }
            if (!(input instanceof InputQuantization.None)) {
              scales.data()[scales.offset() + m] =
                  kernels.round(input, from, at, inputs, a.data(), to);
            }
          }
        });
  }

  private void multiply(
      Workspace ws, Tensor a, Tensor scales, int rows, Activation activation, Tensor y) {
    ProductChunks.run(
        ws,
        rows,
        Math.ceilDiv(outputs, product.panelWidth()),
        (worker, row, count, panelFrom, panelTo) ->
            product.multiply(
                ws,
                worker,
                a.data(),
                a.offset() + row * inputs,
                scales.data(),
                scales.offset() + row,
                count,
                panelFrom,
                panelTo,
                bias,
                activation,
                y.data(),
                y.offset() + row * outputs));
  }
}

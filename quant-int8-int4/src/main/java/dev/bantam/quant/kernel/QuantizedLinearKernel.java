package dev.bantam.quant.kernel;

import dev.bantam.nn.LinearKernel;
import dev.bantam.quant.InputQuantization;
import dev.bantam.quant.QuantizedMatrix;
import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.Kernels;
import org.jspecify.annotations.Nullable;

/**
 * Weights of few bits: {@code y = act(x' Wᵀ + b)}, where x' is the input, scaled and rounded as the
 * layer says.
 *
 * <p>An output row depends on its input row only, to the last bit: neither on the rows beside it
 * nor on the number of threads.
 */
public final class QuantizedLinearKernel implements LinearKernel {
  /** Most rows of one chunk; each chunk decodes its weights once. */
  private static final int CHUNK_ROWS = 192;

  /** Chunks a thread, at least: the last ones even out what the threads' speeds differ by. */
  private static final int CHUNKS_PER_THREAD = 4;

  /** Elements of the input that one chunk rounds, about. */
  private static final int ROUNDED_ELEMENTS = 16_384;

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
    int chunks = Math.clamp((long) rows * inputs / ROUNDED_ELEMENTS, 1, Math.max(1, rows));
    ws.pool()
        .run(
            chunks,
            (chunk, _) -> {
              for (int m = part(chunk, chunks, rows); m < part(chunk + 1, chunks, rows); m++) {
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
    int panels = Math.ceilDiv(outputs, product.panelWidth());
    int threads = ws.pool().parallelism();
    int rowChunks = Math.ceilDiv(rows, CHUNK_ROWS);
    int panelChunks =
        threads == 1
            ? 1
            : Math.clamp(
                Math.ceilDiv(CHUNKS_PER_THREAD * threads, Math.max(1, rowChunks)),
                1,
                Math.max(1, panels));
    ws.pool()
        .run(
            rowChunks * panelChunks,
            (chunk, worker) -> {
              int r = chunk / panelChunks;
              int p = chunk % panelChunks;
              int row = part(r, rowChunks, rows);
              product.multiply(
                  ws,
                  worker,
                  a.data(),
                  a.offset() + row * inputs,
                  scales.data(),
                  scales.offset() + row,
                  part(r + 1, rowChunks, rows) - row,
                  part(p, panelChunks, panels),
                  part(p + 1, panelChunks, panels),
                  bias,
                  activation,
                  y.data(),
                  y.offset() + row * outputs);
            });
  }

  /** Start of part i when n things are cut into parts of equal size, give or take one. */
  private static int part(int i, int parts, int n) {
    return (int) ((long) i * n / parts);
  }
}

package dev.bantam.benchmarks;

import dev.bantam.nn.DenseLinearKernel;
import dev.bantam.nn.LinearKernel;
import dev.bantam.quant.InputQuantization;
import dev.bantam.quant.QuantizedMatrix;
import dev.bantam.quant.WeightType;
import dev.bantam.quant.kernel.QuantizedLinearKernel;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.Kernels;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * 10. The product of {@link GemmBenchmark} with weights of 8 and 4 bits, beside the same in FP32.
 *
 * <p>What to look at: {@code gflops} of a scheme over that of {@code fp32}. Few rows are bound by
 * the bytes of the weights, so fewer bytes are faster; the more when weights are {@code cold},
 * which takes turns among so many copies that none is in a cache. Many rows are bound by
 * arithmetic, which does not get less, as integers are multiplied by the units of floats.
 */
public class QuantizedGemmBenchmark extends KernelBenchmark {
  /** Floats that no cache holds. */
  private static final int COLD = 40_000_000;

  /** Rows of x: tokens. */
  @Param({"1", "8", "32", "128"})
  public int rows;

  /** Inputs x outputs. */
  @Param({"384x384", "384x1536", "1536x384", "768x3072"})
  public String shape = "";

  /** Weights x inputs, and inputs in a group of weights. */
  @Param({"fp32", "int8xint8", "int8xfp32", "int4xint8", "int4xfp32/32"})
  public String scheme = "";

  /** Whether the weights are in a cache. */
  @Param({"warm", "cold"})
  public String weights = "";

  /** Which implementation. */
  @Param("simd")
  public String kernels = "";

  /** How many threads. */
  @Param({"1", "2"})
  public int threads;

  private Workspace ws;
  private Tensor x;
  private LinearKernel[] layers;
  private int next;

  /** Packs the weights and looks at a result. */
  @Setup
  public void start() {
    int by = shape.indexOf('x');
    int k = Integer.parseInt(shape.substring(0, by));
    int n = Integer.parseInt(shape.substring(by + 1));
    ws = workspace(kernels, threads);
    float[] values = new float[rows * k];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(-128, 128);
    }
    for (int row = 0; row < rows; row++) { // 255 steps of 1: rounding changes nothing
      values[row * k] = 127;
      values[row * k + 1] = -128;
    }
    x = Tensor.wrap(values, rows, k);
    float[] bias = Samples.uniform(3, n);
    layers = new LinearKernel[weights.equals("cold") ? Math.ceilDiv(COLD, n * k) * 4 : 1];
    QuantizedMatrix w = random(scheme, n, k);
    for (int i = 0; i < layers.length; i++) {
      layers[i] = layer(scheme, w, bias, ws.kernels());
    }
    Work.perOperation(new Work.Flops(2.0 * rows * k * n));

    try (var _ = ws.scope()) {
      Samples.check(
          "quantized linear",
          layers[0].forward(ws, x, Activation.NONE),
          i -> {
            double sum = bias[i % n];
            for (int j = 0; j < k; j++) {
              sum += (double) values[i / n * k + j] * w.get(i % n, j);
            }
            return sum;
          });
    }
  }

  private static LinearKernel layer(
      String scheme, QuantizedMatrix w, float[] bias, Kernels kernels) {
    if (scheme.equals("fp32")) {
      return new DenseLinearKernel(
          kernels.matmul().pack(w.dequantize(), 0, w.rows(), w.columns()), bias);
    }
    InputQuantization input =
        scheme.contains("xint8") ? new InputQuantization.Dynamic() : new InputQuantization.None();
    return QuantizedLinearKernel.of(w, bias, null, input, kernels);
  }

  private static QuantizedMatrix random(String scheme, int n, int k) {
    WeightType type = scheme.startsWith("int4") ? WeightType.INT4 : WeightType.INT8;
    SplittableRandom random = new SplittableRandom(2);
    byte[] codes = new byte[n * type.rowBytes(k)];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) random.nextInt(-127, 128);
    }
    int group = scheme.endsWith("/32") ? 32 : k;
    float[] scales = new float[n * Math.ceilDiv(k, group)];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = (1 + random.nextFloat()) / (127 * 127 * 64);
    }
    return new QuantizedMatrix(type, n, k, group, codes, scales);
  }

  /** So that an iteration finds its data in the caches of its thread. */
  @Setup(Level.Iteration)
  public void warm(Blackhole out) {
    linear(out);
  }

  /** One layer. */
  @Benchmark
  public void linear(Blackhole out) {
    next = next + 1 == layers.length ? 0 : next + 1;
    try (var _ = ws.scope()) {
      out.consume(layers[next].forward(ws, x, Activation.NONE));
    }
  }

  /** Ends the threads. */
  @TearDown
  public void stop() {
    ws.pool().close();
  }
}

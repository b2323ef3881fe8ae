package dev.bantam.benchmarks;

import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.PackedMatrix;
import dev.bantam.tensor.op.LinearOp;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * 02. The product in every linear layer: {@code y = x Wᵀ + b}, x [rows, inputs], W [outputs,
 * inputs] packed before.
 *
 * <p>Nine tenths of the time of a BERT go here. What to look at: {@code ofFmaPeak} grows with the
 * rows, because a weight is loaded once for all of them; one row is bound by memory, not by
 * arithmetic. Between 1 and 2 threads compare {@code gflops}. The last shape fits no tile.
 *
 * <p>{@code -p kernels=scalar} shows the kernels that read like the formula; they take long.
 */
public class GemmBenchmark extends KernelBenchmark {
  /** Rows of x: tokens. */
  @Param({"1", "8", "32", "128", "1024"})
  public int rows;

  /** Inputs x outputs: MiniLM's three, BERT-base's three, an odd one. */
  @Param({"384x384", "384x1536", "1536x384", "768x768", "768x3072", "3072x768", "371x533"})
  public String shape = "";

  /** Which implementation. */
  @Param("simd")
  public String kernels = "";

  /** How many threads. */
  @Param({"1", "2"})
  public int threads;

  private Workspace ws;
  private Tensor x;
  private PackedMatrix w;
  private float[] bias;

  /** Packs the weights and looks at a result. */
  @Setup
  public void start() {
    int by = shape.indexOf('x');
    int k = Integer.parseInt(shape.substring(0, by));
    int n = Integer.parseInt(shape.substring(by + 1));
    ws = workspace(kernels, threads);
    x = Tensor.wrap(Samples.uniform(1, rows * k), rows, k);
    float[] weights = Samples.uniform(2, n * k);
    w = ws.kernels().matmul().pack(weights, 0, n, k);
    bias = Samples.uniform(3, n);
    Work.perOperation(new Work.Flops(2.0 * rows * k * n));

    try (var _ = ws.scope()) {
      Tensor y = LinearOp.forward(ws, x, w, bias, Activation.NONE);
      Samples.check(
          "linear",
          y,
          i -> {
            double sum = bias[i % n];
            for (int j = 0; j < k; j++) {
              sum += (double) x.data()[i / n * k + j] * weights[i % n * k + j];
            }
            return sum;
          });
    }
  }

  /** So that an iteration finds its data in the caches of its thread. */
  @Setup(Level.Iteration)
  public void warm(Blackhole out) {
    linear(out);
  }

  /** One layer. */
  @Benchmark
  public void linear(Blackhole out) {
    try (var _ = ws.scope()) {
      out.consume(LinearOp.forward(ws, x, w, bias, Activation.NONE));
    }
  }

  /** Ends the threads. */
  @TearDown
  public void stop() {
    ws.pool().close();
  }
}

package dev.bantam.benchmarks;

import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.op.LayerNormOp;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * 05. The sum of two inputs, normalized along each row: what ends both halves of a layer.
 *
 * <p>What to look at: no arithmetic to speak of, so it is bound by loads, and threads help once the
 * rows are worth sharing out.
 */
public class LayerNormBenchmark extends KernelBenchmark {
  private static final float EPS = 1e-12f;

  /** Tokens. */
  @Param({"32", "1024"})
  public int rows;

  /** Elements of a row: MiniLM's, BERT-base's, an odd one. */
  @Param({"384", "768", "371"})
  public int cols;

  /** Which implementation. */
  @Param({"simd", "scalar"})
  public String kernels = "";

  /** How many threads. */
  @Param({"1", "2"})
  public int threads;

  private Workspace ws;
  private Tensor x;
  private Tensor residual;
  private Tensor gamma;
  private Tensor beta;

  /** Makes inputs and looks at a result. */
  @Setup
  public void start() {
    ws = workspace(kernels, threads);
    x = Tensor.wrap(Samples.uniform(1, rows * cols), rows, cols);
    residual = Tensor.wrap(Samples.uniform(2, rows * cols), rows, cols);
    gamma = Tensor.wrap(Samples.uniform(3, cols), cols);
    beta = Tensor.wrap(Samples.uniform(4, cols), cols);
    Work.perOperation(new Work.Elements((double) rows * cols));

    try (var _ = ws.scope()) {
      Tensor y = LayerNormOp.forward(ws, x, residual, gamma, beta, EPS, 0);
      Samples.check("layerNorm", y, i -> expected(i / cols, i % cols));
    }
  }

  private double expected(int row, int col) {
    double mean = IntStream.range(0, cols).mapToDouble(j -> sum(row, j)).average().orElseThrow();
    double variance =
        IntStream.range(0, cols)
            .mapToDouble(j -> Math.pow(sum(row, j) - mean, 2))
            .average()
            .orElseThrow();
    return (sum(row, col) - mean) / Math.sqrt(variance + EPS) * gamma.get(col) + beta.get(col);
  }

  private double sum(int row, int col) {
    return (double) x.get(row, col) + residual.get(row, col);
  }

  /** All rows. */
  @Benchmark
  public void layerNorm(Blackhole out) {
    try (var _ = ws.scope()) {
      out.consume(LayerNormOp.forward(ws, x, residual, gamma, beta, EPS, 0));
    }
  }

  /** Ends the threads. */
  @TearDown
  public void stop() {
    ws.pool().close();
  }
}

package dev.bantam.benchmarks;

import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.op.AttentionOp;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * 03. Attention of 12 heads over one sequence: {@code softmax(Q Kᵀ / √d) V} for each head.
 *
 * <p>What to look at: time grows with the square of the length, and {@code ofFmaPeak} stays below
 * that of the linear layers. Only the two products are counted as work, the softmax between them is
 * not, and heads are narrow: 32 in MiniLM, 64 in BERT-base.
 */
public class AttentionBenchmark extends KernelBenchmark {
  private static final int HEADS = 12;

  /** Tokens of the sequence. */
  @Param({"16", "128", "512", "77"})
  public int length;

  /** Width of a head. */
  @Param({"32", "64"})
  public int headDim;

  /** Which implementation. */
  @Param({"simd", "scalar"})
  public String kernels = "";

  /** How many threads. */
  @Param({"1", "2"})
  public int threads;

  private Workspace ws;
  private Tensor q;
  private Tensor k;
  private Tensor v;
  private int[] offsets;
  private float scale;

  /** Makes inputs and looks at a result. */
  @Setup
  public void start() {
    int width = HEADS * headDim;
    ws = workspace(kernels, threads);
    q = Tensor.wrap(Samples.uniform(1, length * width), length, width);
    k = Tensor.wrap(Samples.uniform(2, length * width), length, width);
    v = Tensor.wrap(Samples.uniform(3, length * width), length, width);
    offsets = new int[] {0, length};
    scale = (float) (1 / Math.sqrt(headDim));
    Work.perOperation(new Work.Flops(4.0 * length * length * width));

    try (var _ = ws.scope()) {
      Tensor y = AttentionOp.forward(ws, q, k, v, offsets, HEADS, scale, 0, null);
      Samples.check("attention", y, i -> expected(i / width, i % width));
    }
  }

  /** Output of one column of one token. */
  private double expected(int token, int column) {
    int head = column / headDim * headDim;
    double sum = 0;
    double weighted = 0;
    for (int other = 0; other < length; other++) {
      double score = 0;
      for (int j = head; j < head + headDim; j++) {
        score += (double) q.get(token, j) * k.get(other, j);
      }
      double p = Math.exp(score * scale);
      sum += p;
      weighted += p * v.get(other, column);
    }
    return weighted / sum;
  }

  /** So that an iteration finds its data in the caches of its thread. */
  @Setup(Level.Iteration)
  public void warm(Blackhole out) {
    attention(out);
  }

  /** All heads. */
  @Benchmark
  public void attention(Blackhole out) {
    try (var _ = ws.scope()) {
      out.consume(AttentionOp.forward(ws, q, k, v, offsets, HEADS, scale, 0, null));
    }
  }

  /** Ends the threads. */
  @TearDown
  public void stop() {
    ws.pool().close();
  }
}

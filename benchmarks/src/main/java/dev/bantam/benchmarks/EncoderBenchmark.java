package dev.bantam.benchmarks;

import dev.bantam.bert.BertModel;
import dev.bantam.bert.Device;
import dev.bantam.bert.TokenBatch;
import dev.bantam.bert.tokenizer.BertTokenizer;
import dev.bantam.kd.compress.Quantization;
import dev.bantam.quant.WeightType;
import dev.bantam.quant.model.QuantizationRecipe;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.parallel.WorkerPool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * 08. A whole encoder, from token ids to hidden states: a model of the size of all-MiniLM-L6-v2.
 *
 * <p>What to look at: {@code ofFmaPeak} beside that of {@link GemmBenchmark}; the difference is
 * what everything but the linear layers costs. The batch "sentences" has 32 of mixed length: its
 * time is that of its tokens, there is no padding. With {@code -prof gc}: a forward pass allocates
 * its result and next to nothing else.
 */
public class EncoderBenchmark extends KernelBenchmark {
  /** Sequences x tokens of each. */
  @Param({"1x16", "1x128", "8x128", "32x32", "sentences"})
  public String batch = "";

  /** Which implementation. */
  @Param("simd")
  public String kernels = "";

  /** What the weights are: fp32, or int8 or int4 as {@code bantam quantize} makes them. */
  @Param("fp32")
  public String weights = "";

  /** How many threads. */
  @Param({"1", "2"})
  public int threads;

  private WorkerPool pool;
  private BertModel model;
  private TokenBatch tokens;

  /** Loads the model and looks at a result. */
  @Setup
  public void start() throws IOException {
    pool = WorkerPool.of(threads);
    try (TemporaryFolder folder = TemporaryFolder.create()) {
      MiniLm.writeTokenizer(folder.path());
      MiniLm.writeModel(folder.path());
      Path weighted = folder.path();
      if (!weights.equals("fp32")) {
        weighted = folder.path().resolve(weights);
        Quantization.of(QuantizationRecipe.of(WeightType.valueOf(weights.toUpperCase(Locale.ROOT))))
            .quantize(folder.path(), weighted, List.of());
      }
      model = BertModel.load(weighted, new Device(kernels(kernels), pool));
      tokens = tokens(BertTokenizer.load(folder.path()));
    }
    double flops = 0;
    for (int b = 0; b < tokens.sequences(); b++) {
      flops += MiniLm.flops(tokens.length(b));
    }
    Work.perOperation(new Work.Flops(flops));

    checkNormalized(forward());
  }

  private TokenBatch tokens(BertTokenizer tokenizer) {
    if (batch.equals("sentences")) {
      return TokenBatch.of(
          Texts.sentences().stream().map(s -> tokenizer.encode(s).ids()).toArray(int[][]::new));
    }
    int by = batch.indexOf('x');
    int[][] ids = new int[Integer.parseInt(batch.substring(0, by))][];
    int length = Integer.parseInt(batch.substring(by + 1));
    Random random = new Random(1);
    Arrays.setAll(ids, _ -> random.ints(length, 0, MiniLm.VOCABULARY).toArray());
    return TokenBatch.of(ids);
  }

  /** The last layer norm, whose gamma is 1 and beta 0, leaves rows of norm 1. */
  private static void checkNormalized(Tensor states) {
    for (int row = 0; row < states.shape().dim(0); row++) {
      double squares = 0;
      for (int i = 0; i < MiniLm.HIDDEN; i++) {
        squares += Math.pow(states.get(row, i), 2);
      }
      if (!(Math.abs(squares / MiniLm.HIDDEN - 1) < 1e-4)) {
        throw new IllegalStateException("encoder: state %d is not normalized".formatted(row));
      }
    }
  }

  /** So that an iteration finds its data in the caches of its thread. */
  @Setup(Level.Iteration)
  public void warm(Blackhole out) {
    out.consume(forward());
  }

  /** One batch. */
  @Benchmark
  public Tensor forward() {
    return model.forward(tokens).lastHiddenState();
  }

  /** Ends the threads. */
  @TearDown
  public void stop() {
    model.close();
    pool.close();
  }
}

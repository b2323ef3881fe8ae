package dev.bantam.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.bantam.tensor.opcase.OpCases;
import java.util.Collection;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Each benchmark once, in this process: it sets up, its result is right, it runs. */
class BenchmarksTest {

  @BeforeAll
  static void ignoreOtherRunsOfJmh() {
    System.setProperty("jmh.ignoreLock", "true");
  }

  @Test
  void fma_peak() throws RunnerException {
    Collection<RunResult> results = run(FmaPeakBenchmark.class);

    assertThat(results).singleElement().satisfies(BenchmarksTest::hasFmaPeak);
  }

  @Test
  void gemm() throws RunnerException {
    Collection<RunResult> results =
        run(GemmBenchmark.class, "kernels=simd,scalar", "rows=1,8", "shape=371x53");

    assertThat(results).hasSize(4).allSatisfy(BenchmarksTest::hasFmaPeak);
  }

  @Test
  void quantized_gemm() throws RunnerException {
    Collection<RunResult> results =
        run(
            QuantizedGemmBenchmark.class,
            "kernels=simd,scalar",
            "rows=1,13",
            "shape=371x53",
            "weights=warm");

    assertThat(results).hasSize(20).allSatisfy(BenchmarksTest::hasFmaPeak);
  }

  @Test
  void attention() throws RunnerException {
    Collection<RunResult> results =
        run(AttentionBenchmark.class, "kernels=simd,scalar", "length=16,7", "headDim=32");

    assertThat(results).hasSize(4).allSatisfy(BenchmarksTest::hasFmaPeak);
  }

  @Test
  void softmax() throws RunnerException {
    assertThat(run(SoftmaxBenchmark.class, "cols=77")).hasSize(2);
  }

  @Test
  void layer_norm() throws RunnerException {
    assertThat(run(LayerNormBenchmark.class, "rows=4", "cols=371")).hasSize(2);
  }

  @Test
  void gelu() throws RunnerException {
    assertThat(run(GeluBenchmark.class, "function=GELU,GELU_TANH")).hasSize(4);
  }

  @Test
  void operations() throws RunnerException {
    assertThat(run(OpBenchmark.class, "op=MultiplyOp,LinearOp,SumOp")).hasSize(6);
  }

  @Test
  void every_operation_can_be_timed() throws NoSuchFieldException {
    Param timed = OpBenchmark.class.getField("op").getAnnotation(Param.class);

    assertThat(OpCases.all().stream().map(test -> test.op().getSimpleName()))
        .containsOnly(timed.value());
  }

  @Test
  void tokenizer() throws RunnerException {
    assertThat(run(TokenizerBenchmark.class))
        .singleElement()
        .satisfies(result -> assertThat(result.getSecondaryResults()).containsKey("tokens"));
  }

  @Test
  void encoder() throws RunnerException {
    Collection<RunResult> results = run(EncoderBenchmark.class, "batch=sentences");

    assertThat(results).singleElement().satisfies(BenchmarksTest::hasFmaPeak);
  }

  private static void hasFmaPeak(RunResult result) {
    var figures = result.getSecondaryResults();
    assertThat(figures).containsKeys("fmaPeak", "gflops", "ofFmaPeak");
    assertThat(figures.get("fmaPeak").getScore()).isPositive();
    assertThat(figures.get("ofFmaPeak").getScore())
        .isEqualTo(
            100 * figures.get("gflops").getScore() / figures.get("fmaPeak").getScore(),
            within(1e-6));
  }

  private static Collection<RunResult> run(Class<?> benchmark, String... params)
      throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(benchmark.getName() + "\\.")
            .addProfiler(FmaPeakProfiler.class)
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(1))
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    options.param("threads", "1");
    for (String param : params) {
      int is = param.indexOf('=');
      options.param(param.substring(0, is), param.substring(is + 1).split(","));
    }
    return new Runner(options.build()).run();
  }
}

package dev.bantam.benchmarks;

import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.parallel.WorkerPool;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How everything here is measured: many short iterations, so that each has an FMA peak of its own
 * beside it (see {@link FmaPeakProfiler}), after 2 s in which the compiler can finish with tiles of
 * every height.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 20, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 100, time = 3, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsPrepend = {
      "--add-modules=jdk.incubator.vector",
      "--sun-misc-unsafe-memory-access=allow" // of JMH, which would be warned of
    })
public abstract class KernelBenchmark {

  /** For JMH. */
  protected KernelBenchmark() {}

  /** The kernels that a parameter names. */
  static Kernels kernels(String name) {
    return name.equals("scalar") ? Kernels.scalar() : Kernels.simd().orElseThrow();
  }

  /** A workspace on kernels and threads that parameters name. */
  static Workspace workspace(String kernels, int threads) {
    return new Workspace(kernels(kernels), WorkerPool.of(threads));
  }
}

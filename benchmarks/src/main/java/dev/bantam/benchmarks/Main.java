package dev.bantam.benchmarks;

import java.util.stream.Stream;

/**
 * The JMH command line with {@link FmaPeakProfiler} switched on. Start here:
 *
 * <pre>
 * java -jar benchmarks/target/benchmarks.jar -l                    the benchmarks
 * java -jar benchmarks/target/benchmarks.jar -lp                   and their parameters
 * java -jar benchmarks/target/benchmarks.jar -rf csv               everything, also as a file
 * java -jar benchmarks/target/benchmarks.jar Gemm -p rows=32       some of it
 * java -jar benchmarks/target/benchmarks.jar Encoder -prof gc      what a forward pass allocates
 * java -jar benchmarks/target/benchmarks.jar Gemm -jvmArgsAppend -XX:MaxVectorSize=32     256 bits
 * </pre>
 */
public final class Main {
  private Main() {}

  /**
   * Runs JMH.
   *
   * @param args its arguments
   */
  public static void main(String[] args) throws Exception {
    Stream<String> profiler = Stream.of("-prof", FmaPeakProfiler.class.getName());
    org.openjdk.jmh.Main.main(Stream.concat(Stream.of(args), profiler).toArray(String[]::new));
  }
}

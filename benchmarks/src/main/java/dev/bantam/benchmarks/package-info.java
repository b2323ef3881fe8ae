/**
 * How fast, and compared with what.
 *
 * <p>{@link dev.bantam.benchmarks.Main} is the JMH command line. Each class named {@code
 * *Benchmark} holds one family of kernels and one lesson; read them by their numbers. They check
 * their results against a reference in double before they are timed.
 *
 * <p>A time alone says little: this machine or that one, busy or idle. So {@link
 * dev.bantam.benchmarks.FmaPeakProfiler} measures the FMA peak ({@code fmaPeak}) around every
 * iteration, and where the work is multiply-adds, reports {@code gflops} and {@code ofFmaPeak}, the
 * part of the peak that was reached. Iterations are short (3 ms) and many, and medians are taken
 * over them, so that kernel and peak meet the same clock and the same neighbours; there is no other
 * way of measuring beside this one. Where weights are large, each begins with an operation that is
 * not counted: the thread comes from a pause, and a first pass over 9 MB takes a third longer.
 *
 * <p>How others do is measured by {@code EncoderComparison} among the tests, which runs ONNX
 * Runtime in the same process, turn by turn; {@code WorkerPoolStress} beside it puts the worker
 * pool under jcstress.
 */
@NullMarked
package dev.bantam.benchmarks;

import org.jspecify.annotations.NullMarked;

package dev.bantam.tensor.kernel;

/**
 * {@code a b + c}, for the scalar kernels: rounded once, as the SIMD kernels do, where the
 * processor has an instruction for that. Without one {@link Math#fma} computes with BigDecimal, a
 * thousand times as long; then it is rounded twice.
 */
public final class MultiplyAdd {
  /**
   * Nanoseconds of a call. The instruction takes less than 100 even in the interpreter, BigDecimal
   * more than 1,000 even compiled.
   */
  private static final double FAST = 400;

  private static final int ROUNDS = 4;
  private static final int CALLS = 8;

  /** Whether there is the instruction, and the virtual machine uses it. */
  static final boolean FUSED = isFast();

  private MultiplyAdd() {}

  /** The sum of a product and a number. */
  public static float of(float a, float b, float c) {
    return FUSED ? Math.fma(a, b, c) : a * b + c;
  }

  /** By measuring, because no property tells it; the first round links the call. */
  private static boolean isFast() {
    float sum = 0;
    long least = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      for (int i = 0; i < CALLS; i++) {
        sum = Math.fma(1.1f, 2.3f + i, sum);
      }
      least = Math.min(least, System.nanoTime() - start);
    }
    return least < CALLS * FAST && sum > 0;
  }
}

package dev.bantam.quant;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Numbers and schemes to test with. */
public final class Numbers {
  private Numbers() {}

  /** Numbers of the normal distribution. */
  public static float[] normal(long seed, int n) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  /** All types and granularities, with and without zero points; groups have a tail. */
  public static Stream<WeightScheme> schemes() {
    return Stream.of(WeightType.values())
        .flatMap(
            type ->
                Stream.of(
                        Granularity.perTensor(),
                        Granularity.perChannel(),
                        Granularity.perGroup(32),
                        Granularity.perGroup(512))
                    .map(granularity -> WeightScheme.of(type, granularity)))
        .flatMap(
            scheme ->
                scheme.type().isInteger()
                    ? Stream.of(scheme, scheme.withZeroPoints())
                    : Stream.of(scheme));
  }

  /** The largest of the magnitudes. */
  public static float greatest(float[] x) {
    float greatest = 0;
    for (float v : x) {
      greatest = Math.max(greatest, Math.abs(v));
    }
    return greatest;
  }

  /** Fails unless both arrays have the same bits. */
  public static void assertSameBits(float[] actual, float[] expected, Object what) {
    int at = Arrays.mismatch(actual, expected);
    if (at >= 0) {
      throw new AssertionError(
          "%s: expected %s at %d, got %s".formatted(what, expected[at], at, actual[at]));
    }
  }
}

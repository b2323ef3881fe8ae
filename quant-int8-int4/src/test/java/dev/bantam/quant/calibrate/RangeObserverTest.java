package dev.bantam.quant.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.bantam.quant.Goldens;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RangeObserverTest {
  private static final Goldens GOLDENS = new Goldens(RangeObserverTest.class, "goldens/ranges.txt");

  static Stream<Supplier<RangeObserver>> observers() {
    return Stream.of(
        MinMax::new,
        () -> new MovingAverage(0.9),
        () -> new Percentile(99.99),
        Entropy::new,
        LeastSquares::new,
        QuantileSearch::new);
  }

  static Stream<Supplier<RangeObserver>> observersOfAnyOrder() {
    return observers().filter(observer -> !(observer.get() instanceof MovingAverage));
  }

  static Stream<String> cases() {
    return GOLDENS.ending(".counts").keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("observersOfAnyOrder")
  void theRangeDoesNotDependOnBatchesAndTheirOrder(Supplier<RangeObserver> kind) {
    float[] x = normal(4000);
    x[10] = 300;
    x[20] = -1e-6f;
    RangeObserver whole = kind.get();
    whole.observe(x, 0, 40, 100);
    RangeObserver parts = kind.get();
    for (int row = 39; row >= 0; row--) {
      parts.observe(x, row * 100, 1, 100);
    }
    assertThat(parts.range()).isEqualTo(whole.range());
  }

  @ParameterizedTest
  @MethodSource("observers")
  void theRangeIncludesZeroAndNothingUnseen(Supplier<RangeObserver> kind) {
    for (float shift : new float[] {-50, 0, 50}) {
      float[] x = normal(3000);
      float min = 0;
      float max = 0;
      for (int i = 0; i < x.length; i++) {
        x[i] += shift;
        min = Math.min(min, x[i]);
        max = Math.max(max, x[i]);
      }
      RangeObserver observer = kind.get();
      observer.observe(x, 0, 30, 100);
      assertThat(observer.range().min()).isBetween(min, 0f);
      assertThat(observer.range().max()).isBetween(0f, max);
      assertThat(observer.range().max() - observer.range().min()).isGreaterThan(1);
    }
  }

  @ParameterizedTest
  @MethodSource("observers")
  void aRangeOfOneSignDoesNotReachTheOtherSide(Supplier<RangeObserver> kind) {
    float[] x = normal(3000);
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.abs(x[i]);
    }
    RangeObserver observer = kind.get();
    observer.observe(x, 0, 30, 100);
    assertThat(observer.range().min()).isZero();
    assertThat(observer.range().asymmetric().zeroPoint()).isEqualTo(-128);
  }

  @ParameterizedTest
  @MethodSource("observers")
  void zerosHaveARange(Supplier<RangeObserver> kind) {
    RangeObserver observer = kind.get();
    observer.observe(new float[6], 0, 2, 3);
    assertThat(observer.range()).isEqualTo(new Range(0, 0));
  }

  @ParameterizedTest
  @MethodSource("observers")
  void tinyAndHugeNumbersHaveARange(Supplier<RangeObserver> kind) {
    RangeObserver observer = kind.get();
    observer.observe(new float[] {Float.MIN_VALUE, 0, -1e-40f}, 0, 1, 3);
    observer.observe(new float[] {Float.MAX_VALUE, 0, -Float.MAX_VALUE}, 0, 1, 3);
    assertThat(observer.range().max()).isPositive();
  }

  @ParameterizedTest
  @MethodSource("observers")
  void nothingObservedHasNoRange(Supplier<RangeObserver> kind) {
    RangeObserver observer = kind.get();
    observer.observe(new float[0], 0, 0, 4);
    assertThatThrownBy(observer::range)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("range: nothing was observed");
  }

  @ParameterizedTest
  @MethodSource("observers")
  void inputsThatAreNotFiniteAreRefused(Supplier<RangeObserver> kind) {
    assertThatThrownBy(() -> kind.get().observe(new float[] {9, 1, 2, Float.NaN}, 1, 1, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("observe: input [0, 2] is NaN; an input must be finite");
  }

  @Test
  void minMaxHoldsAll() {
    RangeObserver observer = new MinMax();
    observer.observe(new float[] {99, 3, -2, 0.5f}, 1, 1, 3); // from the second on
    observer.observe(new float[] {1, 7}, 0, 2, 1);
    assertThat(observer.range()).isEqualTo(new Range(-2, 7));
  }

  @Test
  void theMovingAverageFollowsItsRecurrence() {
    RangeObserver observer = new MovingAverage(0.75);
    observer.observe(new float[] {-4, 8}, 0, 1, 2);
    observer.observe(new float[] {-8, 4}, 0, 1, 2);
    observer.observe(new float[] {-4, 12}, 0, 1, 2);
    assertThat(observer.range()).isEqualTo(new Range(-4.75f, 8.25f)); // -5·3/4 - 4/4, 7·3/4 + 12/4
  }

  @Test
  void thePercentileIsThatOfTheSortedNumbers() {
    float[] x = normal(100_000);
    RangeObserver observer = new Percentile(99);
    observer.observe(x, 0, 1000, 100);
    java.util.Arrays.sort(x);
    float bin = (x[99_999] - x[0]) / 2048;
    assertThat(observer.range().min()).isCloseTo(x[1000], within(bin));
    assertThat(observer.range().max()).isCloseTo(x[99_000], within(bin));
  }

  @Test
  void aHundredPercentIsAll() {
    float[] x = normal(1000);
    RangeObserver percentile = new Percentile(100);
    RangeObserver all = new MinMax();
    percentile.observe(x, 0, 10, 100);
    all.observe(x, 0, 10, 100);
    assertThat(percentile.range()).isEqualTo(all.range());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theSearchOverQuantilesEndsWherePyTorchDoes(String name) {
    double[] expected = GOLDENS.get(name + ".search");
    int[] ends = QuantileSearch.search(bins(name));
    assertThat(ends).containsExactly((int) expected[0], (int) expected[1]);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theDivergenceIsThatOfScipy(String name) {
    long[] counts = bins(name).counts();
    double divergence = Entropy.divergence(counts, counts.length / 4, counts.length * 3 / 4);
    assertThat(divergence).isCloseTo(GOLDENS.get(name + ".divergence")[0], within(1e-9));
  }

  private static Histogram.Bins bins(String name) {
    double[] counts = GOLDENS.get(name + ".counts");
    long[] longs = new long[counts.length];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = (long) counts[i];
    }
    return new Histogram.Bins(longs, 0, 1, new Range(0, longs.length));
  }

  @Test
  void leastSquaresErrsLeastOfAllObservers() {
    for (int outliers : new int[] {0, 1, 100}) {
      float[] x = normal(50_000);
      for (int i = 0; i < outliers; i++) {
        x[i * 7] *= 20;
      }
      RangeObserver best = new LeastSquares();
      best.observe(x, 0, 500, 100);
      double least = squaredError(x, best.range());
      observers()
          .map(Supplier::get)
          .forEach(
              observer -> {
                observer.observe(x, 0, 500, 100);
                assertThat(least).isLessThan(1.01 * squaredError(x, observer.range()));
              });
    }
  }

  @Test
  void entropyClipsALoneOutlierAndKeepsANormalDistribution() {
    float[] x = normal(50_000);
    RangeObserver observer = new Entropy();
    observer.observe(x, 0, 500, 100);
    assertThat(observer.range().max()).isGreaterThan(2.5f);
    x[0] = 100;
    observer = new Entropy();
    observer.observe(x, 0, 500, 100);
    assertThat(observer.range().max()).isBetween(2.5f, 50f);
  }

  private static double squaredError(float[] x, Range range) {
    var q = range.asymmetric();
    double sum = 0;
    for (float v : x) {
      double code = Math.clamp(Math.rint(v / q.scale()) + q.zeroPoint(), -128, 127);
      double error = (code - q.zeroPoint()) * q.scale() - v;
      sum += error * error;
    }
    return sum;
  }

  static float[] normal(int n) {
    Random random = new Random(n);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }
}

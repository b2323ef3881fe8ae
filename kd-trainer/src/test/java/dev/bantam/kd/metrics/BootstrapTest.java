package dev.bantam.kd.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.bantam.kd.metrics.Bootstrap.Interval;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  private static final int SIZE = 872;

  private final Bootstrap bootstrap = new Bootstrap(2000, 0.95, 7);
  private final double[] ones = constant(1);

  @Test
  void the_interval_of_an_accuracy_is_near_that_of_the_normal_distribution() {
    Interval interval = bootstrap.interval(Metric.ACCURACY, right(784, 1), ones);
    double accuracy = 784.0 / SIZE;
    double half = 1.96 * Math.sqrt(accuracy * (1 - accuracy) / SIZE);
    assertThat(interval.value()).isEqualTo(accuracy);
    assertThat(interval.low()).isCloseTo(accuracy - half, within(0.1 * half));
    assertThat(interval.high()).isCloseTo(accuracy + half, within(0.1 * half));
  }

  @Test
  void the_same_seed_gives_the_same_interval() {
    double[] predicted = right(700, 1);
    Interval interval = bootstrap.interval(Metric.ACCURACY, predicted, ones);
    assertThat(bootstrap.interval(Metric.ACCURACY, predicted, ones)).isEqualTo(interval);
    assertThat(new Bootstrap(2000, 0.95, 8).interval(Metric.ACCURACY, predicted, ones))
        .isNotEqualTo(interval);
  }

  @Test
  void a_difference_is_of_the_same_examples() {
    double[] first = right(700, 1);
    double[] second = first.clone();
    for (int i = 0, added = 0; added < 20; i++) {
      added += second[i] == 0 ? 1 : 0;
      second[i] = 1;
    }
    Interval same = bootstrap.difference(Metric.ACCURACY, first, first, ones);
    assertThat(same).isEqualTo(new Interval(0, 0, 0));
    Interval better = bootstrap.difference(Metric.ACCURACY, first, second, ones);
    assertThat(better.value()).isCloseTo(20.0 / SIZE, within(1e-12));
    assertThat(better.low()).isPositive();
    assertThat(better.contains(0)).isFalse();
    Interval other = bootstrap.difference(Metric.ACCURACY, first, right(700, 2), ones);
    assertThat(other.contains(0)).isTrue();
  }

  @Test
  void the_ends_are_interpolated_as_numpy_does() {
    int[] calls = {-2};
    Interval interval =
        new Bootstrap(100, 0.95, 1).interval(3, sample -> ++calls[0] < 0 ? 42 : calls[0]);
    // numpy.percentile(numpy.arange(100), [2.5, 97.5])
    assertThat(interval.value()).isEqualTo(42);
    assertThat(interval.low()).isCloseTo(2.475, within(1e-12));
    assertThat(interval.high()).isCloseTo(96.525, within(1e-12));
  }

  @Test
  void samples_without_a_value_are_left_out() {
    double[] few = {1, 2, 3};
    Interval interval = bootstrap.interval(Metric.PEARSON, few, few);
    assertThat(interval.low()).isCloseTo(1, within(1e-12));
    Interval none = bootstrap.interval(Metric.PEARSON, new double[3], few);
    assertThat(none).isEqualTo(new Interval(Double.NaN, Double.NaN, Double.NaN));
    double[] empty = {};
    assertThat(bootstrap.interval(Metric.ACCURACY, empty, empty).low()).isNaN();
  }

  @Test
  void settings_that_make_no_sense_are_refused() {
    assertThatThrownBy(() -> new Bootstrap(0, 0.95, 1)).hasMessageContaining("0 resamples");
    assertThatThrownBy(() -> new Bootstrap(10, 95, 1)).hasMessageContaining("confidence 95.0");
    assertThatThrownBy(() -> bootstrap.interval(Metric.ACCURACY, new double[1], ones))
        .hasMessage("bootstrap: 1 predictions for 872 examples");
  }

  @Test
  void mcnemar_counts_what_only_one_has_right() {
    int[] expected = {0, 1, 2, 0, 1, 2};
    int[] first = {0, 1, 2, 1, 0, 0};
    int[] second = {0, 0, 0, 0, 0, 1};
    McNemar test = McNemar.of(first, second, expected);
    assertThat(test.onlyFirst()).isEqualTo(2);
    assertThat(test.onlySecond()).isEqualTo(1);
    assertThat(test.method()).isEqualTo(McNemar.Method.EXACT_BINOMIAL);
    assertThatThrownBy(() -> McNemar.of(first, new int[2], expected))
        .hasMessage("McNemar: 6 and 2 predictions for 6 examples");
  }

  private static double[] constant(double value) {
    double[] values = new double[SIZE];
    Arrays.fill(values, value);
    return values;
  }

  /** So many ones at random, the rest zeros. */
  private static double[] right(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[SIZE];
    for (int left = count; left > 0; ) {
      int i = random.nextInt(SIZE);
      left -= values[i] == 0 ? 1 : 0;
      values[i] = 1;
    }
    return values;
  }
}

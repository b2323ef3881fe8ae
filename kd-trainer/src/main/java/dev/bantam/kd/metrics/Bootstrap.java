package dev.bantam.kd.metrics;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;

/**
 * How far a metric would move if the examples were others of the same kind: the percentile
 * bootstrap (Efron 1979). The metric is computed again on samples of the examples, drawn with
 * replacement, as many as there are; the interval is what remains of its values when the lowest and
 * the highest are cut off. The same seed gives the same interval.
 *
 * @param resamples how many samples are drawn, at least 1
 * @param confidence share of the values inside the interval, between 0 and 1
 * @param seed of the random numbers
 */
public record Bootstrap(int resamples, double confidence, long seed) {
  /** Checks the settings. */
  public Bootstrap {
    if (resamples < 1 || !(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "bootstrap: %d resamples with confidence %s, expected at least 1, between 0 and 1"
              .formatted(resamples, confidence));
    }
  }

  /** 10,000 samples, 95 %. */
  public static Bootstrap withSeed(long seed) {
    return new Bootstrap(10_000, 0.95, seed);
  }

  /**
   * Where a number lies.
   *
   * @param value of the examples as they are
   * @param low lower end; NaN if the metric is defined on no sample
   * @param high upper end; NaN too
   */
  public record Interval(double value, double low, double high) {
    /** Whether a number is inside: 0, for a difference that may be chance. */
    public boolean contains(double number) {
      return low <= number && number <= high;
    }
  }

  /**
   * The interval of a metric.
   *
   * @param predicted label indices or scores, one for each example
   * @param expected the true ones, as many
   */
  public Interval interval(Metric metric, double[] predicted, double[] expected) {
    checkLengths(predicted, expected);
    return interval(
        expected.length, sample -> metric.of(pick(predicted, sample), pick(expected, sample)));
  }

  /**
   * The interval of what a second model has more of a metric than a first: the examples are drawn
   * for both together, so that those that are hard for both do not blur the difference.
   *
   * @param first what the first predicts
   * @param second what the second predicts, for the same examples
   * @param expected the true labels or scores
   */
  public Interval difference(Metric metric, double[] first, double[] second, double[] expected) {
    checkLengths(first, expected);
    checkLengths(second, expected);
    return interval(
        expected.length,
        sample -> {
          double[] truth = pick(expected, sample);
          return metric.of(pick(second, sample), truth) - metric.of(pick(first, sample), truth);
        });
  }

  /**
   * The interval of any statistic. Samples on which it is NaN (a correlation where all values
   * happen to be equal) are left out.
   *
   * @param size how many examples there are
   * @param statistic computes it of some examples, given by their indices
   */
  public Interval interval(int size, ToDoubleFunction<int[]> statistic) {
    int[] sample = new int[size];
    Arrays.setAll(sample, i -> i);
    double value = statistic.applyAsDouble(sample);
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[size == 0 ? 0 : resamples];
    for (int i = 0; i < values.length; i++) {
      for (int j = 0; j < size; j++) {
        sample[j] = random.nextInt(size);
      }
      values[i] = statistic.applyAsDouble(sample);
    }
    return cut(value, Arrays.stream(values).filter(v -> !Double.isNaN(v)).toArray());
  }

  private Interval cut(double value, double[] values) {
    if (values.length == 0) {
      return new Interval(value, Double.NaN, Double.NaN);
    }
    double tail = 50 * (1 - confidence);
    Percentile percentile = new Percentile().withEstimationType(EstimationType.R_7);
    percentile.setData(values);
    return new Interval(value, percentile.evaluate(tail), percentile.evaluate(100 - tail));
  }

  private static double[] pick(double[] values, int[] sample) {
    return Arrays.stream(sample).mapToDouble(i -> values[i]).toArray();
  }

  private static void checkLengths(double[] predicted, double[] expected) {
    if (predicted.length != expected.length) {
      throw new IllegalArgumentException(
          "bootstrap: %d predictions for %d examples".formatted(predicted.length, expected.length));
    }
  }
}

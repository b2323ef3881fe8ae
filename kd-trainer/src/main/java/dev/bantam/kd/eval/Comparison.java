package dev.bantam.kd.eval;

import dev.bantam.kd.metrics.Bootstrap;
import dev.bantam.kd.metrics.McNemar;
import dev.bantam.kd.metrics.Metric;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Two models on the same examples.
 *
 * @param first what one says
 * @param second what the other says
 */
public record Comparison(Predictions first, Predictions second) {
  /** Checks that the examples are the same. */
  public Comparison {
    if (!Arrays.equals(first.expected(), second.expected())) {
      throw new IllegalArgumentException(
          "comparison: %d and %d predictions of different examples"
              .formatted(first.size(), second.size()));
    }
  }

  /** What the second model has more of a metric, and where that would lie with other examples. */
  public Bootstrap.Interval difference(Metric metric, Bootstrap bootstrap) {
    return bootstrap.difference(metric, first.predicted(), second.predicted(), first.expected());
  }

  /**
   * Is one right more often than chance explains?
   *
   * @throws IllegalStateException if there are no labels
   */
  public McNemar mcNemar() {
    return McNemar.of(first.predictedIndices(), second.predictedIndices(), first.expectedIndices());
  }

  /**
   * How many examples the two label differently.
   *
   * @throws IllegalStateException if there are no labels
   */
  public long changed() {
    int[] one = first.predictedIndices();
    int[] other = second.predictedIndices();
    return IntStream.range(0, one.length)
        .filter(i -> !first.labels().get(one[i]).equals(second.labels().get(other[i])))
        .count();
  }
}

package dev.bantam.kd.metrics;

import java.util.Arrays;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.ranking.NaturalRanking;
import org.apache.commons.math3.stat.ranking.TiesStrategy;

/** Whether two series rise and fall together. */
public final class Correlation {
  private Correlation() {}

  /**
   * Pearson's {@code r = Σ (xᵢ - x̄)(yᵢ - ȳ) / √(Σ (xᵢ - x̄)² Σ (yᵢ - ȳ)²)}.
   *
   * @param x one series
   * @param y the other, of the same length
   * @return from -1 to 1; NaN if one of them is constant, has fewer than 2 numbers, or one that is
   *     not finite
   */
  public static double pearson(double[] x, double[] y) {
    return isDefined(x, y) ? new PearsonsCorrelation().correlation(x, y) : Double.NaN;
  }

  /**
   * Spearman's ρ: Pearson's r of the ranks, where equal values share the mean of their ranks.
   *
   * @param x one series
   * @param y the other, of the same length
   * @return from -1 to 1; NaN where Pearson's is
   */
  public static double spearman(double[] x, double[] y) {
    if (!isDefined(x, y)) {
      return Double.NaN;
    }
    NaturalRanking ranking = new NaturalRanking(TiesStrategy.AVERAGE);
    return pearson(ranking.rank(withOneZero(x)), ranking.rank(withOneZero(y)));
  }

  /** With 0 for -0, which is equal and has another rank. */
  private static double[] withOneZero(double[] x) {
    return Arrays.stream(x).map(v -> v + 0.0).toArray();
  }

  private static boolean isDefined(double[] x, double[] y) {
    if (x.length != y.length) {
      throw new IllegalArgumentException(
          "correlation: lengths differ: %d != %d".formatted(x.length, y.length));
    }
    return x.length > 1
        && Arrays.stream(x).allMatch(Double::isFinite)
        && Arrays.stream(y).allMatch(Double::isFinite);
  }
}

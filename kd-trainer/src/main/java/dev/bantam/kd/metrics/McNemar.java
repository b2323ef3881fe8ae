package dev.bantam.kd.metrics;

import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.special.Erf;

/**
 * McNemar's test of two models on the same examples (McNemar 1947): is one of them right more often
 * than chance explains? Only the examples count that one of them has right and the other wrong.
 *
 * @param onlyFirst how many the first alone has right, {@code b}
 * @param onlySecond how many the second alone has right, {@code c}
 * @param method how the probability was computed
 * @param pValue probability of a difference at least as great if both were as good, 0 to 1
 */
public record McNemar(long onlyFirst, long onlySecond, Method method, double pValue) {
  /** Below this, the chi-squared distribution is too coarse. */
  private static final int FEW = 25;

  /** How the probability is computed. */
  public enum Method {
    /**
     * For fewer than 25 examples that differ: two-sided, from the binomial distribution of {@code
     * b} among {@code b + c} with probability ½.
     */
    EXACT_BINOMIAL("exact binomial"),
    /**
     * For more: {@code χ² = max(0, |b - c| - 1)² / (b + c)}, with Edwards's correction for
     * continuity and one degree of freedom.
     */
    CHI_SQUARED("chi-squared with continuity correction");

    private final String words;

    Method(String words) {
      this.words = words;
    }

    /** For reports. */
    @Override
    public String toString() {
      return words;
    }
  }

  /**
   * Tests two models.
   *
   * @param first what the first predicts
   * @param second what the second predicts, for the same examples
   * @param expected the true labels
   */
  public static McNemar of(int[] first, int[] second, int[] expected) {
    if (first.length != expected.length || second.length != expected.length) {
      throw new IllegalArgumentException(
          "McNemar: %d and %d predictions for %d examples"
              .formatted(first.length, second.length, expected.length));
    }
    long onlyFirst = 0;
    long onlySecond = 0;
    for (int i = 0; i < expected.length; i++) {
      boolean firstRight = first[i] == expected[i];
      boolean secondRight = second[i] == expected[i];
      onlyFirst += firstRight && !secondRight ? 1 : 0;
      onlySecond += secondRight && !firstRight ? 1 : 0;
    }
    return of(onlyFirst, onlySecond);
  }

  /** Tests by the numbers of examples that only one model has right. */
  public static McNemar of(long onlyFirst, long onlySecond) {
    long differing = Math.addExact(onlyFirst, onlySecond);
    return differing < FEW
        ? new McNemar(
            onlyFirst, onlySecond, Method.EXACT_BINOMIAL, exact(onlyFirst, (int) differing))
        : new McNemar(onlyFirst, onlySecond, Method.CHI_SQUARED, chiSquared(onlyFirst, onlySecond));
  }

  /** {@code 2 P(X <= min(b, c))}, at most 1. */
  private static double exact(long onlyFirst, int differing) {
    int fewer = (int) Math.min(onlyFirst, differing - onlyFirst);
    double tail = new BinomialDistribution(null, differing, 0.5).cumulativeProbability(fewer);
    return Math.min(1, 2 * tail);
  }

  /** {@code P(χ² >= x)} of one degree of freedom is that of {@code |N(0, 1)| >= √x}. */
  private static double chiSquared(long onlyFirst, long onlySecond) {
    double excess = Math.max(0, Math.abs(onlyFirst - onlySecond) - 1);
    double statistic = excess * excess / (onlyFirst + onlySecond);
    return Erf.erfc(Math.sqrt(statistic / 2));
  }
}

package dev.bantam.kd.metrics;

/**
 * A number that says how well predictions fit what is known, the higher the better. Degenerate
 * input has the value that scikit-learn and scipy give.
 */
public enum Metric {
  /** {@link Classification#accuracy}. */
  ACCURACY("accuracy"),
  /** {@link Classification#f1}: of label 1, for tasks of two labels. */
  F1("f1"),
  /** {@link Classification#macroF1}. */
  MACRO_F1("macro_f1"),
  /** {@link Classification#matthews}. */
  MATTHEWS("matthews"),
  /** {@link Correlation#pearson}. */
  PEARSON("pearson"),
  /** {@link Correlation#spearman}. */
  SPEARMAN("spearman");

  private final String key;

  Metric(String key) {
    this.key = key;
  }

  /** The name in reports and JSON. */
  @Override
  public String toString() {
    return key;
  }

  /**
   * Computes it.
   *
   * @param predicted label indices or scores, one for each example
   * @param expected the true ones, as many
   * @return NaN where it is not defined
   */
  public double of(double[] predicted, double[] expected) {
    return switch (this) {
      case ACCURACY -> Classification.accuracy(indices(predicted), indices(expected));
      case F1 -> Classification.f1(indices(predicted), indices(expected));
      case MACRO_F1 -> Classification.macroF1(indices(predicted), indices(expected));
      case MATTHEWS -> Classification.matthews(indices(predicted), indices(expected));
      case PEARSON -> Correlation.pearson(predicted, expected);
      case SPEARMAN -> Correlation.spearman(predicted, expected);
    };
  }

  private static int[] indices(double[] labels) {
    int[] indices = new int[labels.length];
    for (int i = 0; i < labels.length; i++) {
      indices[i] = (int) labels[i];
      if (indices[i] != labels[i]) {
        throw new IllegalArgumentException("%s is no index of a label".formatted(labels[i]));
      }
    }
    return indices;
  }
}

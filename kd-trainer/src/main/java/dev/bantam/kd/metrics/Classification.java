package dev.bantam.kd.metrics;

/**
 * How well predicted labels fit the true ones: the numbers of a {@link ConfusionMatrix}, in one
 * call. Labels are indices from 0.
 */
public final class Classification {
  private Classification() {}

  /** The share of right predictions; NaN of none. */
  public static double accuracy(int[] predicted, int[] expected) {
    return ConfusionMatrix.of(predicted, expected).accuracy();
  }

  /**
   * {@code F1 = 2 tp / (2 tp + fp + fn)} of label 1; 0 where it is neither predicted nor expected.
   *
   * @throws IllegalArgumentException if there are more labels than 0 and 1
   */
  public static double f1(int[] predicted, int[] expected) {
    ConfusionMatrix matrix = ConfusionMatrix.of(predicted, expected);
    if (matrix.size() > 2) {
      throw new IllegalArgumentException(
          "F1: labels up to %d, expected 0 and 1; macro F1 is for more"
              .formatted(matrix.size() - 1));
    }
    return matrix.size() < 2 ? 0 : matrix.f1(1);
  }

  /**
   * The mean of the {@code F1} of every label that is predicted or expected somewhere; NaN of no
   * predictions.
   */
  public static double macroF1(int[] predicted, int[] expected) {
    return ConfusionMatrix.of(predicted, expected).macroF1();
  }

  /** Matthews's correlation coefficient, see {@link ConfusionMatrix#matthews()}. */
  public static double matthews(int[] predicted, int[] expected) {
    return ConfusionMatrix.of(predicted, expected).matthews();
  }
}

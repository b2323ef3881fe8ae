package dev.bantam.kd.data;

import org.jspecify.annotations.Nullable;

/**
 * One thing to learn from, or to judge a model by.
 *
 * @param text the text, or the first of two
 * @param pair the second text; null where a task has one
 * @param label index of the label in {@link Task#labels()}, or the score of a regression; {@link
 *     #NO_LABEL} where that is not told
 */
public record Example(String text, @Nullable String pair, double label) {
  /** The label of an example that has none: NaN. */
  public static final double NO_LABEL = Double.NaN;

  /** Whether the label is told. */
  public boolean hasLabel() {
    return !Double.isNaN(label);
  }

  /**
   * The label of a classification.
   *
   * @return index into {@link Task#labels()}
   * @throws IllegalStateException if there is none, or it is no index
   */
  public int labelIndex() {
    int index = (int) label;
    if (index != label || index < 0) {
      throw new IllegalStateException("label %s is no index of a label".formatted(label));
    }
    return index;
  }

  /** The same example, labelled otherwise. */
  public Example withLabel(double other) {
    return new Example(text, pair, other);
  }
}

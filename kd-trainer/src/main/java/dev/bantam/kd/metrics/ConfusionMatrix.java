package dev.bantam.kd.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** How often each label was predicted where each was expected. */
public final class ConfusionMatrix {
  /** [expected][predicted]. */
  private final long[][] counts;

  private ConfusionMatrix(long[][] counts) {
    this.counts = counts;
  }

  /** Of the labels from 0 to the greatest that occurs. */
  public static ConfusionMatrix of(int[] predicted, int[] expected) {
    int greatest =
        IntStream.concat(Arrays.stream(predicted), Arrays.stream(expected)).max().orElse(-1);
    return of(predicted, expected, greatest + 1);
  }

  /**
   * Counts.
   *
   * @param predicted indices of labels, one for each example
   * @param expected the true ones, as many
   * @param labels how many labels there are
   */
  public static ConfusionMatrix of(int[] predicted, int[] expected, int labels) {
    if (predicted.length != expected.length) {
      throw new IllegalArgumentException(
          "%d predictions for %d examples".formatted(predicted.length, expected.length));
    }
    long[][] counts = new long[labels][labels];
    for (int i = 0; i < predicted.length; i++) {
      counts[checked(expected[i], labels)][checked(predicted[i], labels)]++;
    }
    return new ConfusionMatrix(counts);
  }

  private static int checked(int label, int labels) {
    if (label < 0 || label >= labels) {
      throw new IllegalArgumentException("label %d, expected 0 to %d".formatted(label, labels - 1));
    }
    return label;
  }

  /** How many labels there are. */
  public int size() {
    return counts.length;
  }

  /** How often one label was predicted where another was expected. */
  public long count(int expected, int predicted) {
    return counts[expected][predicted];
  }

  /** How many examples there are. */
  public long total() {
    return labels().mapToLong(this::expected).sum();
  }

  /** How many examples of a label there are. */
  public long expected(int label) {
    return LongStream.of(counts[label]).sum();
  }

  /** How often a label was predicted. */
  public long predicted(int label) {
    return Arrays.stream(counts).mapToLong(row -> row[label]).sum();
  }

  /** The share of right predictions; NaN of none. */
  public double accuracy() {
    return (double) right() / total();
  }

  /** The share of right ones among the predictions of a label; 0 if it was never predicted. */
  public double precision(int label) {
    return ratio(counts[label][label], predicted(label));
  }

  /** The share of the examples of a label that were found; 0 if there are none. */
  public double recall(int label) {
    return ratio(counts[label][label], expected(label));
  }

  /**
   * {@code F1 = 2 tp / (2 tp + fp + fn)}, the harmonic mean of precision and recall; 0 of a label
   * that was neither predicted nor expected.
   */
  public double f1(int label) {
    return ratio(2 * counts[label][label], expected(label) + predicted(label));
  }

  /**
   * The mean of the {@code F1} of every label that was predicted or expected somewhere; NaN of no
   * predictions.
   */
  public double macroF1() {
    return labels()
        .filter(label -> expected(label) + predicted(label) > 0)
        .mapToDouble(this::f1)
        .average()
        .orElse(Double.NaN);
  }

  /**
   * Matthews's correlation coefficient for any number of labels (Gorodkin 2004): with {@code n}
   * examples, {@code c} right ones, and {@code t} and {@code p} times that a label {@code k} is
   * expected and predicted,
   *
   * <pre>(c n - Σ tₖ pₖ) / √((n² - Σ pₖ²) (n² - Σ tₖ²))</pre>
   *
   * @return from -1 to 1; 0 if all predictions, or all that was expected, are one label
   */
  public double matthews() {
    double n = total();
    double tp = 0;
    double tt = 0;
    double pp = 0;
    for (int label = 0; label < size(); label++) {
      double t = expected(label);
      double p = predicted(label);
      tp += t * p;
      tt += t * t;
      pp += p * p;
    }
    double spread = Math.sqrt((n * n - pp) * (n * n - tt));
    return spread == 0 ? 0 : (right() * n - tp) / spread;
  }

  /**
   * A table with a row for each expected label and a column for each predicted one.
   *
   * @param names of the labels
   */
  public String table(List<String> names) {
    if (names.size() != size()) {
      throw new IllegalArgumentException(
          "%d names for %d labels: %s".formatted(names.size(), size(), names));
    }
    String corner = "expected \\ predicted";
    int first = Math.max(corner.length(), width(names.stream()));
    int[] widths =
        labels()
            .map(
                label ->
                    width(
                        Stream.concat(
                            Stream.of(names.get(label)),
                            Arrays.stream(counts).map(row -> Long.toString(row[label])))))
            .toArray();
    StringBuilder table = new StringBuilder(pad(corner, -first));
    labels().forEach(label -> table.append("  ").append(pad(names.get(label), widths[label])));
    for (int expected = 0; expected < size(); expected++) {
      table.append('\n').append(pad(names.get(expected), -first));
      for (int label = 0; label < size(); label++) {
        table.append("  ").append(pad(Long.toString(counts[expected][label]), widths[label]));
      }
    }
    return table.append('\n').toString();
  }

  private static int width(Stream<String> cells) {
    return cells.mapToInt(String::length).max().orElse(0);
  }

  /** To the right of the width; to the left if that is negative. */
  private static String pad(String cell, int width) {
    String space = " ".repeat(Math.abs(width) - cell.length());
    return width < 0 ? cell + space : space + cell;
  }

  private long right() {
    return labels().mapToLong(label -> counts[label][label]).sum();
  }

  private IntStream labels() {
    return IntStream.range(0, size());
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}

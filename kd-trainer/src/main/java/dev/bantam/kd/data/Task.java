package dev.bantam.kd.data;

import dev.bantam.kd.metrics.Metric;
import java.util.HashSet;
import java.util.List;

/**
 * What is asked of a model, apart from the examples.
 *
 * @param name for example {@code SST-2}
 * @param type what the answer is
 * @param textColumns where the texts come from: one name, or two for tasks on pairs
 * @param labels names of the labels; an example's label is an index into this list, as in a model's
 *     {@code id2label}. None for a regression, and where examples have none
 * @param metrics how well a model does, the one to choose a model by first
 */
public record Task(
    String name,
    TaskType type,
    List<String> textColumns,
    List<String> labels,
    List<Metric> metrics) {

  /** Checks that the parts fit. */
  public Task {
    textColumns = List.copyOf(textColumns);
    labels = List.copyOf(labels);
    metrics = List.copyOf(metrics);
    if (textColumns.isEmpty() || textColumns.size() > 2) {
      throw new IllegalArgumentException(
          "%s: text columns %s, expected one or two".formatted(name, textColumns));
    }
    if (type == TaskType.REGRESSION && !labels.isEmpty()) {
      throw new IllegalArgumentException("%s: a regression with labels %s".formatted(name, labels));
    }
    if (new HashSet<>(labels).size() < labels.size()) {
      throw new IllegalArgumentException("%s: a label twice in %s".formatted(name, labels));
    }
  }

  /** Whether an example has two texts. */
  public boolean isPaired() {
    return textColumns.size() == 2;
  }

  /** How many numbers a model's head gives for an example: one for each label, 1 for a score. */
  public int outputs() {
    return type == TaskType.REGRESSION ? 1 : labels.size();
  }

  /** The same task with labels in another order or of other names. */
  Task withLabels(List<String> others) {
    return new Task(name, type, textColumns, others, metrics);
  }
}

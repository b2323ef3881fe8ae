package dev.bantam.kd.data;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which columns of a table hold what. */
public final class TableOptions {
  private final Columns columns;
  private final TaskType type;
  private final @Nullable List<String> labels;

  private TableOptions(Columns columns, TaskType type, @Nullable List<String> labels) {
    this.columns = columns;
    this.type = type;
    this.labels = labels;
  }

  /** Texts without labels, in the column of this name. */
  public static TableOptions ofText(String column) {
    return new TableOptions(new Columns(column, null, null, false), TaskType.CLASSIFICATION, null);
  }

  /** With the second texts of pairs. */
  public TableOptions withPair(String column) {
    return new TableOptions(
        new Columns(columns.text(), column, columns.label(), columns.labelRequired()),
        type,
        labels);
  }

  /** With the names of labels, to be classified by. */
  public TableOptions withLabel(String column) {
    return labelled(column, TaskType.CLASSIFICATION);
  }

  /** With numbers, to be predicted. */
  public TableOptions withScore(String column) {
    return labelled(column, TaskType.REGRESSION);
  }

  private TableOptions labelled(String column, TaskType labelType) {
    return new TableOptions(
        new Columns(columns.text(), columns.pair(), column, true), labelType, labels);
  }

  /**
   * With the labels that there are, for example {@code id2label} of a model. Any other is an error.
   * Without, the labels are those of the training split, sorted.
   *
   * @param names in the order of the indices that examples shall have
   */
  public TableOptions withLabels(List<String> names) {
    return new TableOptions(columns, type, List.copyOf(names));
  }

  Columns columns() {
    return columns;
  }

  TaskType type() {
    return type;
  }

  Optional<List<String>> labels() {
    return Optional.ofNullable(labels);
  }
}

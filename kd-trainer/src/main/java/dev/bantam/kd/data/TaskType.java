package dev.bantam.kd.data;

/** What a model has to say of an example. */
public enum TaskType {
  /** Which one of a list of labels fits. */
  CLASSIFICATION("single_label_classification"),
  /** A number. */
  REGRESSION("regression");

  private final String problemType;

  TaskType(String problemType) {
    this.problemType = problemType;
  }

  /** The name that {@code problem_type} has in a {@code config.json}. */
  public String problemType() {
    return problemType;
  }
}

package dev.bantam.kd.train;

/** Is told how training goes, on the thread that trains. */
public interface TrainingListener {
  /**
   * Training begins, or goes on.
   *
   * @param step steps that are done already
   * @param steps how many there are if training does not stop early
   */
  default void started(long step, long steps) {}

  /** A step is done. */
  default void stepped(StepReport report) {}

  /**
   * The model was evaluated.
   *
   * @param best whether it is better than ever before, and was saved
   */
  default void evaluated(Evaluation evaluation, boolean best) {}

  /**
   * Something looks wrong, but training goes on.
   *
   * @param message one line that says what, and what to try
   */
  default void warned(String message) {}
}

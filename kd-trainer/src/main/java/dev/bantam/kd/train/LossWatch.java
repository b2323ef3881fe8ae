package dev.bantam.kd.train;

/** Notices when the loss is far above where it began, for long: training diverges. */
final class LossWatch {
  private static final int FIRST = 20;
  private static final double SMOOTHING = 0.02;
  private static final double FACTOR = 1.5;
  private static final int PATIENCE = 100;

  /**
   * What is known.
   *
   * @param first mean of the first losses
   * @param recent running mean of the loss
   * @param stepsAbove for how many steps it has been far above the first
   */
  record State(double first, double recent, long stepsAbove) {
    static final State START = new State(0, 0, 0);
  }

  private State state;

  LossWatch(State state) {
    this.state = state;
  }

  State state() {
    return state;
  }

  /**
   * Looks at the loss of a step.
   *
   * @param step from 1
   * @return whether to warn now, which is once in a while that it is high
   */
  boolean isHigh(long step, double loss) {
    if (step <= FIRST) {
      double mean = state.first + (loss - state.first) / step;
      state = new State(mean, mean, 0);
      return false;
    }
    double recent = state.recent + SMOOTHING * (loss - state.recent);
    long above = recent > FACTOR * state.first ? state.stepsAbove + 1 : 0;
    state = new State(state.first, recent, above);
    return above == PATIENCE;
  }
}

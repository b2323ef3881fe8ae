package dev.bantam.nn.optim;

/** How the learning rate changes over the steps of a training, as a factor on its peak. */
@FunctionalInterface
public interface Schedule {

  /**
   * The factor in a step.
   *
   * @param step from 0
   */
  double factor(long step);

  /** Always 1. */
  static Schedule constant() {
    return _ -> 1;
  }

  /**
   * From 0 up to 1 in a straight line, and then 1.
   *
   * @param warmup steps on the way up
   */
  static Schedule constant(long warmup) {
    return warmup(warmup, constant());
  }

  /**
   * From 0 up to 1 in a straight line, and from there down to 0, as {@code
   * get_linear_schedule_with_warmup}.
   *
   * @param warmup steps on the way up
   * @param total all steps
   */
  static Schedule linear(long warmup, long total) {
    return warmup(
        warmup, step -> Math.max(0, (double) (total - step) / Math.max(1, total - warmup)));
  }

  /**
   * From 0 up to 1 in a straight line, and from there down to 0 on half a wave of the cosine, as
   * {@code get_cosine_schedule_with_warmup} (Loshchilov and Hutter 2017).
   *
   * @param warmup steps on the way up
   * @param total all steps; beyond them the factor is 0
   */
  static Schedule cosine(long warmup, long total) {
    return warmup(
        warmup,
        step -> {
          double progress = (double) (step - warmup) / Math.max(1, total - warmup);
          return progress >= 1 ? 0 : 0.5 * (1 + Math.cos(Math.PI * progress));
        });
  }

  private static Schedule warmup(long warmup, Schedule then) {
    if (warmup < 0) {
      throw new IllegalArgumentException(
          "schedule: expected 0 or more warm-up steps, got " + warmup);
    }
    return step -> step < warmup ? (double) step / warmup : then.factor(step);
  }
}

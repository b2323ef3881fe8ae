package dev.bantam.kd.train;

import java.time.Duration;

/**
 * How a model is trained. The defaults are the recipe that BERT's authors and those after them use
 * (Devlin et al. 2018).
 *
 * <pre>{@code
 * TrainingOptions options = TrainingOptions.defaults().withEpochs(3).withSeed(1);
 * }</pre>
 *
 * @param epochs how often each example is seen
 * @param batchSize examples in a batch
 * @param accumulation batches whose gradients are added up for one step
 * @param tokenBudget tokens that are computed at a time at most, which bounds memory: a batch that
 *     has more goes in parts, whose gradients add up to those of the whole
 * @param recompute whether of each layer only the result is kept for the way back, and the rest
 *     computed again: much less memory for a third more time, and the same bits
 * @param maxLength tokens of the longest text; what is longer is cut, of a pair the longer text. A
 *     classifier says so in its tokenizer's files, so that it is used as it was trained
 * @param learningRate the highest
 * @param warmup share of the steps in which the learning rate rises to it; from there it falls to 0
 * @param weightDecay λ of AdamW, for all but biases and LayerNorm
 * @param maxGradientNorm the gradient is scaled down to this norm
 * @param seed of everything that is random: same seed, same model, to the bit
 * @param evaluationSteps steps between evaluations; 0 to evaluate after each epoch
 * @param patience evaluations without a better result after which training stops; 0 for never
 * @param checkpointInterval time between checkpoints; there is one after each evaluation too
 */
public record TrainingOptions(
    int epochs,
    int batchSize,
    int accumulation,
    int tokenBudget,
    boolean recompute,
    int maxLength,
    double learningRate,
    double warmup,
    double weightDecay,
    double maxGradientNorm,
    long seed,
    int evaluationSteps,
    int patience,
    Duration checkpointInterval) {

  private static final TrainingOptions DEFAULTS =
      new TrainingOptions(
          2, 32, 1, 4096, false, 128, 5e-5, 0.06, 0.01, 1.0, 0, 0, 0, Duration.ofMinutes(5));

  /** Checks all numbers. */
  public TrainingOptions {
    atLeast(1, "epochs", epochs);
    atLeast(1, "batchSize", batchSize);
    atLeast(1, "accumulation", accumulation);
    atLeast(1, "tokenBudget", tokenBudget);
    atLeast(3, "maxLength", maxLength);
    atLeast(0, "evaluationSteps", evaluationSteps);
    atLeast(0, "patience", patience);
    check(
        learningRate > 0 && Double.isFinite(learningRate),
        "learningRate",
        "more than 0",
        learningRate);
    check(warmup >= 0 && warmup <= 1, "warmup", "a share from 0 to 1", warmup);
    check(
        weightDecay >= 0 && Double.isFinite(weightDecay), "weightDecay", "0 or more", weightDecay);
    check(maxGradientNorm > 0, "maxGradientNorm", "more than 0", maxGradientNorm);
    check(!checkpointInterval.isNegative(), "checkpointInterval", "0 or more", checkpointInterval);
  }

  private static void atLeast(int least, String name, int value) {
    check(value >= least, name, least + " or more", value);
  }

  private static void check(boolean holds, String name, String expected, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(
          "%s: expected %s, got %s".formatted(name, expected, value));
    }
  }

  /** The recipe. */
  public static TrainingOptions defaults() {
    return DEFAULTS;
  }

  /** With another {@link #epochs}. */
  public TrainingOptions withEpochs(int value) {
    return new TrainingOptions(
        value,
        batchSize,
        accumulation,
        tokenBudget,
        recompute,
        maxLength,
        learningRate,
        warmup,
        weightDecay,
        maxGradientNorm,
        seed,
        evaluationSteps,
        patience,
        checkpointInterval);
  }

  /** With another {@link #batchSize}. */
  public TrainingOptions withBatchSize(int value) {
    return new TrainingOptions(
        epochs,
        value,
        accumulation,
        tokenBudget,
        recompute,
        maxLength,
        learningRate,
        warmup,
        weightDecay,
        maxGradientNorm,
        seed,
        evaluationSteps,
        patience,
        checkpointInterval);
  }

  /** With another {@link #accumulation}. */
  public TrainingOptions withAccumulation(int value) {
    return new TrainingOptions(
        epochs,
        batchSize,
        value,
        tokenBudget,
        recompute,
        maxLength,
        learningRate,
        warmup,
        weightDecay,
        maxGradientNorm,
        seed,
        evaluationSteps,
        patience,
        checkpointInterval);
  }

  /** With another {@link #tokenBudget}. */
  public TrainingOptions withTokenBudget(int value) {
    return new TrainingOptions(
        epochs,
        batchSize,
        accumulation,
        value,
        recompute,
        maxLength,
        learningRate,
        warmup,
        weightDecay,
        maxGradientNorm,
        seed,
        evaluationSteps,
        patience,
        checkpointInterval);
  }

  /** With another {@link #recompute}. */
  public TrainingOptions withRecompute(boolean value) {
    return new TrainingOptions(
        epochs,
        batchSize,
        accumulation,
        tokenBudget,
        value,
        maxLength,
        learningRate,
        warmup,
        weightDecay,
        maxGradientNorm,
        seed,
        evaluationSteps,
        patience,
        checkpointInterval);
  }

  /** With another {@link #maxLength}. */
  public TrainingOptions withMaxLength(int value) {
    return new TrainingOptions(
        epochs,
        batchSize,
        accumulation,
        tokenBudget,
        recompute,
        value,
        learningRate,
        warmup,
        weightDecay,
        maxGradientNorm,
        seed,
        evaluationSteps,
        patience,
        checkpointInterval);
  }

  /** With another {@link #learningRate}. */
  public TrainingOptions withLearningRate(double value) {
    return new TrainingOptions(
        epochs,
        batchSize,
        accumulation,
        tokenBudget,
        recompute,
        maxLength,
        value,
        warmup,
        weightDecay,
        maxGradientNorm,
        seed,
        evaluationSteps,
        patience,
        checkpointInterval);
  }

  /** With another {@link #warmup}. */
  public TrainingOptions withWarmup(double value) {
    return new TrainingOptions(
        epochs,
        batchSize,
        accumulation,
        tokenBudget,
        recompute,
        maxLength,
        learningRate,
        value,
        weightDecay,
        maxGradientNorm,
        seed,
        evaluationSteps,
        patience,
        checkpointInterval);
  }

  /** With another {@link #weightDecay}. */
  public TrainingOptions withWeightDecay(double value) {
    return new TrainingOptions(
        epochs,
        batchSize,
        accumulation,
        tokenBudget,
        recompute,
        maxLength,
        learningRate,
        warmup,
        value,
        maxGradientNorm,
        seed,
        evaluationSteps,
        patience,
        checkpointInterval);
  }

  /** With another {@link #maxGradientNorm}. */
  public TrainingOptions withMaxGradientNorm(double value) {
    return new TrainingOptions(
        epochs,
        batchSize,
        accumulation,
        tokenBudget,
        recompute,
        maxLength,
        learningRate,
        warmup,
        weightDecay,
        value,
        seed,
        evaluationSteps,
        patience,
        checkpointInterval);
  }

  /** With another {@link #seed}. */
  public TrainingOptions withSeed(long value) {
    return new TrainingOptions(
        epochs,
        batchSize,
        accumulation,
        tokenBudget,
        recompute,
        maxLength,
        learningRate,
        warmup,
        weightDecay,
        maxGradientNorm,
        value,
        evaluationSteps,
        patience,
        checkpointInterval);
  }

  /** With another {@link #evaluationSteps}. */
  public TrainingOptions withEvaluationSteps(int value) {
    return new TrainingOptions(
        epochs,
        batchSize,
        accumulation,
        tokenBudget,
        recompute,
        maxLength,
        learningRate,
        warmup,
        weightDecay,
        maxGradientNorm,
        seed,
        value,
        patience,
        checkpointInterval);
  }

  /** With another {@link #patience}. */
  public TrainingOptions withPatience(int value) {
    return new TrainingOptions(
        epochs,
        batchSize,
        accumulation,
        tokenBudget,
        recompute,
        maxLength,
        learningRate,
        warmup,
        weightDecay,
        maxGradientNorm,
        seed,
        evaluationSteps,
        value,
        checkpointInterval);
  }

  /** With another {@link #checkpointInterval}. */
  public TrainingOptions withCheckpointInterval(Duration value) {
    return new TrainingOptions(
        epochs,
        batchSize,
        accumulation,
        tokenBudget,
        recompute,
        maxLength,
        learningRate,
        warmup,
        weightDecay,
        maxGradientNorm,
        seed,
        evaluationSteps,
        patience,
        value);
  }
}

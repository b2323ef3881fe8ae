package dev.bantam.kd.cli;

import dev.bantam.kd.train.TrainingOptions;
import picocli.CommandLine.Option;

/** How to train. */
final class RecipeOptions {
  private static final TrainingOptions DEFAULTS = TrainingOptions.defaults();

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Times that each example is seen; ${DEFAULT-VALUE}.")
  private int epochs = DEFAULTS.epochs();

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Examples in a batch; ${DEFAULT-VALUE}.")
  private int batchSize = DEFAULTS.batchSize();

  @Option(
      names = "--accumulate",
      paramLabel = "N",
      description = "Batches whose gradients make one step; ${DEFAULT-VALUE}.")
  private int accumulation = DEFAULTS.accumulation();

  @Option(
      names = "--token-budget",
      paramLabel = "N",
      description = "Tokens computed at a time, which bounds memory; ${DEFAULT-VALUE}.")
  private int tokenBudget = DEFAULTS.tokenBudget();

  @Option(
      names = "--recompute",
      description = "Keep less for the way back and compute it again: less memory, more time.")
  private boolean recompute = DEFAULTS.recompute();

  @Option(
      names = "--max-length",
      paramLabel = "N",
      description =
          "Tokens of the longest text; others are cut, by the trained model too; ${DEFAULT-VALUE}.")
  private int maxLength = DEFAULTS.maxLength();

  @Option(
      names = "--lr",
      paramLabel = "X",
      description = "Highest learning rate; ${DEFAULT-VALUE}.")
  private double learningRate = DEFAULTS.learningRate();

  @Option(
      names = "--warmup",
      paramLabel = "X",
      description = "Share of the steps in which it rises; ${DEFAULT-VALUE}.")
  private double warmup = DEFAULTS.warmup();

  @Option(
      names = "--weight-decay",
      paramLabel = "X",
      description = "Of all but biases and LayerNorm; ${DEFAULT-VALUE}.")
  private double weightDecay = DEFAULTS.weightDecay();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Same seed, same model, at any number of threads; ${DEFAULT-VALUE}.")
  private long seed = DEFAULTS.seed();

  @Option(
      names = "--eval-every",
      paramLabel = "N",
      description = "Steps between evaluations; as many as an epoch has without.")
  private int evaluationSteps = DEFAULTS.evaluationSteps();

  @Option(
      names = "--patience",
      paramLabel = "N",
      description = "Stop after N evaluations without a better result; never without.")
  private int patience = DEFAULTS.patience();

  /** The recipe. */
  TrainingOptions options(Subcommand command) {
    try {
      return DEFAULTS
          .withEpochs(epochs)
          .withBatchSize(batchSize)
          .withAccumulation(accumulation)
          .withTokenBudget(tokenBudget)
          .withRecompute(recompute)
          .withMaxLength(maxLength)
          .withLearningRate(learningRate)
          .withWarmup(warmup)
          .withWeightDecay(weightDecay)
          .withSeed(seed)
          .withEvaluationSteps(evaluationSteps)
          .withPatience(patience);
    } catch (IllegalArgumentException e) {
      throw command.usage(String.valueOf(e.getMessage()));
    }
  }
}

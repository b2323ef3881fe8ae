package dev.bantam.kd.cli;

import dev.bantam.kd.train.TrainingOptions;
import java.util.function.Function;
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
    TrainingOptions o = DEFAULTS.withRecompute(recompute).withSeed(seed);
    o = checked(command, "--epochs", epochs, o::withEpochs);
    o = checked(command, "--batch-size", batchSize, o::withBatchSize);
    o = checked(command, "--accumulate", accumulation, o::withAccumulation);
    o = checked(command, "--token-budget", tokenBudget, o::withTokenBudget);
    o = checked(command, "--max-length", maxLength, o::withMaxLength);
    o = checked(command, "--lr", learningRate, o::withLearningRate);
    o = checked(command, "--warmup", warmup, o::withWarmup);
    o = checked(command, "--weight-decay", weightDecay, o::withWeightDecay);
    o = checked(command, "--eval-every", evaluationSteps, o::withEvaluationSteps);
    return checked(command, "--patience", patience, o::withPatience);
  }

  /** Changes a setting; an error names the option that it was given by. */
  private static <T> TrainingOptions checked(
      Subcommand command, String option, T value, Function<T, TrainingOptions> set) {
    try {
      return set.apply(value);
    } catch (IllegalArgumentException e) { // "epochs: expected 1 or more, got 0"
      throw command.usage(String.valueOf(e.getMessage()).replaceFirst("^\\w+", option));
    }
  }
}

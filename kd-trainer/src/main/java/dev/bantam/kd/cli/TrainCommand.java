package dev.bantam.kd.cli;

import dev.bantam.bert.Device;
import dev.bantam.kd.data.Corpus;
import dev.bantam.kd.train.Trainer;
import dev.bantam.kd.train.TrainingOptions;
import dev.bantam.kd.train.TrainingResult;
import dev.bantam.tensor.parallel.WorkerPool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bantam train}. */
@Command(
    name = "train",
    header = "Train a model for a task.",
    description = {
      "",
      "Writes the model that does best on the dev split as a Hugging Face folder, and a log of",
      "every step. Ctrl-C leaves a checkpoint; the same command with --resume goes on with it.",
      ""
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  bantam train --task SST-2 --data glue/SST-2 --output sst2-model",
      "  bantam train --data reviews.csv --text-column text --label-column stars --output stars"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the required options
final class TrainCommand extends Subcommand {
  private static final TrainingOptions DEFAULTS = TrainingOptions.defaults();

  @Mixin private final TrainingData data = new TrainingData();
  @Mixin private final ModelOptions model = new ModelOptions();

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Folder for the model, made if there is none.")
  private Path output;

  @Option(
      names = "--masked-lm",
      description = "Learn to fill in masked tokens, from texts without labels.")
  private boolean maskedLm;

  @Option(names = "--resume", description = "Go on with the unfinished training in --output.")
  private boolean resume;

  @Option(names = "--epochs", paramLabel = "N", description = "Times each example is seen; 2.")
  private int epochs = DEFAULTS.epochs();

  @Option(names = "--batch-size", paramLabel = "N", description = "Examples in a batch; 32.")
  private int batchSize = DEFAULTS.batchSize();

  @Option(
      names = "--accumulate",
      paramLabel = "N",
      description = "Batches whose gradients make one step; 1.")
  private int accumulation = DEFAULTS.accumulation();

  @Option(
      names = "--token-budget",
      paramLabel = "N",
      description = "Tokens computed at a time at most, which bounds memory; 4096.")
  private int tokenBudget = DEFAULTS.tokenBudget();

  @Option(
      names = "--max-length",
      paramLabel = "N",
      description = "Tokens of the longest text; longer ones are cut; 128.")
  private int maxLength = DEFAULTS.maxLength();

  @Option(names = "--lr", paramLabel = "X", description = "Highest learning rate; 5e-5.")
  private double learningRate = DEFAULTS.learningRate();

  @Option(
      names = "--warmup",
      paramLabel = "X",
      description = "Share of the steps in which the learning rate rises; 0.06.")
  private double warmup = DEFAULTS.warmup();

  @Option(
      names = "--weight-decay",
      paramLabel = "X",
      description = "Of all but biases and LayerNorm; 0.01.")
  private double weightDecay = DEFAULTS.weightDecay();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Same seed, same model, at any number of threads; 0.")
  private long seed = DEFAULTS.seed();

  @Option(
      names = "--eval-every",
      paramLabel = "N",
      description = "Steps between evaluations; an epoch without.")
  private int evaluationSteps = DEFAULTS.evaluationSteps();

  @Option(
      names = "--patience",
      paramLabel = "N",
      description = "Stop after N evaluations without a better result; never without.")
  private int patience = DEFAULTS.patience();

  @Option(names = "--json", description = "Print a JSON object, with all digits.")
  private boolean json;

  @Override
  void run() throws IOException {
    TrainingOptions options = options();
    Corpus corpus = maskedLm ? data.texts(this) : data.corpus(this);
    if (!resume && Trainer.isUnfinished(output)) {
      throw new BadInputException(
          output + ": there is an unfinished training here; --resume goes on with it");
    }
    Path folder = model.folder(this);
    TrainingResult result;
    try (WorkerPool pool = model.pool(this);
        StopSignal stop = new StopSignal();
        TrainingProgress progress = new TrainingProgress(terminal(), quiet())) {
      Trainer trainer =
          (maskedLm ? Trainer.ofMaskedLM(options) : Trainer.of(options))
              .withDevice(Device.on(pool))
              .withListener(progress)
              .withStop(stop::isRaised);
      result =
          resume ? trainer.resume(folder, corpus, output) : trainer.train(folder, corpus, output);
      if (result.end() == TrainingResult.End.INTERRUPTED) {
        terminal()
            .err()
            .printf(
                Locale.ROOT,
                "bantam: stopped after step %,d; the same command with --resume goes on%n",
                result.step());
      }
    }
    if (result.end() != TrainingResult.End.INTERRUPTED) {
      terminal().print(json ? json(corpus, result) : table(result));
    }
  }

  private TrainingOptions options() {
    try {
      return DEFAULTS
          .withEpochs(epochs)
          .withBatchSize(batchSize)
          .withAccumulation(accumulation)
          .withTokenBudget(tokenBudget)
          .withMaxLength(maxLength)
          .withLearningRate(learningRate)
          .withWarmup(warmup)
          .withWeightDecay(weightDecay)
          .withSeed(seed)
          .withEvaluationSteps(evaluationSteps)
          .withPatience(patience);
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private static String json(Corpus corpus, TrainingResult result) {
    StringBuilder out = new StringBuilder("{\"task\": ");
    Quoting.json(out, corpus.task().name());
    out.append(", \"steps\": ").append(result.step());
    result
        .best()
        .ifPresent(
            best -> {
              out.append(", \"best_step\": ").append(best.step());
              out.append(", \"examples\": ").append(best.examples());
              best.metrics()
                  .forEach(
                      (name, value) ->
                          out.append(", \"")
                              .append(name)
                              .append("\": ")
                              .append(Double.isFinite(value) ? 100 * value : null));
            });
    out.append(", \"tokens\": ").append(result.tokens());
    return out.append(", \"seconds\": ").append(result.seconds()).append("}\n").toString();
  }

  private static String table(TrainingResult result) {
    StringBuilder out = new StringBuilder();
    out.append(String.format(Locale.ROOT, "%-9s %,7d%n", "steps", result.step()));
    result
        .best()
        .ifPresent(
            best -> {
              out.append(String.format(Locale.ROOT, "%-9s %,7d%n", "best step", best.step()));
              best.metrics()
                  .forEach(
                      (name, value) ->
                          out.append(
                              String.format(Locale.ROOT, "%-9s %7.2f%n", name, 100 * value)));
            });
    return out.toString();
  }
}

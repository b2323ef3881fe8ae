package dev.bantam.kd.train;

import dev.bantam.bert.BertConfig;
import dev.bantam.bert.Device;
import dev.bantam.bert.tokenizer.BertTokenizer;
import dev.bantam.kd.data.Corpus;
import dev.bantam.kd.data.IndexedDataset;
import dev.bantam.kd.data.Split;
import dev.bantam.kd.data.Task;
import dev.bantam.nn.NnModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Trains a model: for classification of texts or pairs, for regression, or to fill in masked
 * tokens.
 *
 * <pre>{@code
 * Corpus data = GlueTask.SST_2.in(folder);
 * Trainer trainer = Trainer.of(TrainingOptions.defaults().withSeed(1));
 * TrainingResult result = trainer.train(model, data, output);
 * }</pre>
 *
 * <p>The output folder holds the model that was the best on the dev split so far, as a Hugging Face
 * folder; {@code training.jsonl}, a log of every step and evaluation; and, until training is over,
 * {@code checkpoint}, from which an interrupted training {@linkplain #resume goes on}.
 *
 * <p>The same seed gives the same weights, bit for bit, at any number of threads, and whether or
 * not training was interrupted. Immutable.
 */
public final class Trainer {
  private final ObjectiveFactory objectives;
  private final TrainingOptions options;
  private final Device device;
  private final TrainingListener listener;
  private final BooleanSupplier stop;
  private final Preparation preparation;

  private Trainer(
      ObjectiveFactory objectives,
      TrainingOptions options,
      Device device,
      TrainingListener listener,
      BooleanSupplier stop,
      Preparation preparation) {
    this.objectives = objectives;
    this.options = options;
    this.device = device;
    this.listener = listener;
    this.stop = stop;
    this.preparation = preparation;
  }

  /**
   * What is done to a model before it is trained.
   *
   * @param name what it is, with all that matters to it: a training is only resumed with the same
   * @param change adds parametrizations to its weights
   */
  public record Preparation(String name, Consumer<NnModule> change) {
    /** Nothing. */
    public static Preparation none() {
      return new Preparation("", _ -> {});
    }
  }

  /** Makes the model that is trained. */
  @FunctionalInterface
  private interface ObjectiveFactory {
    Objective make(Path folder, BertTokenizer tokenizer, Task task, Device device, long seed)
        throws IOException;
  }

  private static Trainer of(ObjectiveFactory objectives, TrainingOptions options) {
    return new Trainer(
        objectives,
        options,
        Device.shared(),
        new TrainingListener() {},
        () -> false,
        Preparation.none());
  }

  /**
   * A trainer for classification by cross-entropy, or regression by squared error, as the task
   * says. It uses all processors of the machine.
   */
  public static Trainer of(TrainingOptions options) {
    return of(
        (folder, _, task, device, seed) -> new SequenceObjective(folder, task, device, seed),
        options);
  }

  /**
   * A trainer for masked language modelling (Devlin et al. 2018): 15 % of the tokens of a text are
   * hidden, and the model learns to tell them; labels are not looked at. The best model is that of
   * the lowest loss on the dev split, the logarithm of its perplexity. It uses all processors of
   * the machine.
   */
  public static Trainer ofMaskedLM(TrainingOptions options) {
    return of(
        (folder, tokenizer, _, device, seed) ->
            new MaskedLanguageObjective(folder, tokenizer, device, seed),
        options);
  }

  /** The same, computing with something else. */
  public Trainer withDevice(Device device) {
    return new Trainer(objectives, options, device, listener, stop, preparation);
  }

  /** The same, telling how it goes. */
  public Trainer withListener(TrainingListener listener) {
    return new Trainer(objectives, options, device, listener, stop, preparation);
  }

  /**
   * The same, but it may be interrupted.
   *
   * @param stop asked after every step whether to leave a checkpoint and return; from any thread
   */
  public Trainer withStop(BooleanSupplier stop) {
    return new Trainer(objectives, options, device, listener, stop, preparation);
  }

  /** The same, with a model that is changed first: weights that are seen quantized, or pruned. */
  public Trainer withPreparation(Preparation preparation) {
    return new Trainer(objectives, options, device, listener, stop, preparation);
  }

  /** Whether there is a training in a folder that can be {@linkplain #resume resumed}. */
  public static boolean isUnfinished(Path output) {
    return new CheckpointFolder(output).exists();
  }

  /**
   * Trains a model.
   *
   * @param model a Hugging Face model folder to start from
   * @param data what to learn; without a dev split, the last model is kept
   * @param output folder for the result, made if there is none
   * @throws TrainingSetupException if there is a model or an unfinished training in the output
   *     folder, another training is writing there, or there is nothing to learn
   * @throws DivergedException if a loss or a gradient is not finite
   */
  public TrainingResult train(Path model, Corpus data, Path output) throws IOException {
    if (isUnfinished(output)) {
      throw new TrainingSetupException(
          output + ": there is an unfinished training here; resume it, or name another folder");
    }
    if (Files.exists(output.resolve(BertConfig.FILE)) && !new CheckpointFolder(output).isBegun()) {
      throw new TrainingSetupException(
          output + ": there is a model here already; name another folder, or remove it");
    }
    return run(model, data, output, false);
  }

  /**
   * Goes on with a training that was interrupted.
   *
   * @param model as it was
   * @param data as it was
   * @param output as it was
   * @throws TrainingSetupException if there is no unfinished training in the output folder, or one
   *     of another kind
   * @throws DivergedException if a loss or a gradient is not finite
   */
  public TrainingResult resume(Path model, Corpus data, Path output) throws IOException {
    if (!isUnfinished(output)) {
      throw new TrainingSetupException(
          output
              + (new CheckpointFolder(output).isBegun()
                  ? ": the training here ended before its first checkpoint; begin it anew"
                  : ": there is no unfinished training here"));
    }
    return run(model, data, output, true);
  }

  private TrainingResult run(Path folder, Corpus data, Path output, boolean resume)
      throws IOException {
    if (Files.exists(output) && !Files.isDirectory(output)) {
      throw new NotDirectoryException(output.toString());
    }
    BertConfig.load(folder); // who gave no model's folder is told so, rather than what it lacks
    BertTokenizer tokenizer = BertTokenizer.load(folder);
    try (Objective objective =
            objectives.make(folder, tokenizer, data.task(), device, options.seed());
        IndexedDataset train = data.split(Split.TRAIN).index()) {
      preparation.change().accept(objective.model());
      int maxLength = Math.min(options.maxLength(), objective.config().maxPositionEmbeddings());
      Samples samples = new Samples(train, tokenizer, maxLength, objective);
      if (samples.size() == 0) {
        throw new TrainingSetupException(
            data.task().name() + ": the train split has no examples to learn from");
      }
      DevSplit dev = DevSplit.NONE;
      if (data.has(Split.DEV)) {
        try (IndexedDataset index = data.split(Split.DEV).index()) {
          Samples all = new Samples(index, tokenizer, maxLength, objective);
          dev = new DevSplit(all.batchesByLength(options.tokenBudget()), all.checksum());
        }
        if (dev.batches().isEmpty()) {
          throw new TrainingSetupException(
              data.task().name() + ": the dev split has no examples to choose a model by");
        }
      }
      Files.createDirectories(output);
      TrainingRun run =
          new TrainingRun(
              data.task(),
              preparation.name(),
              options,
              device,
              objective,
              samples,
              dev,
              output,
              listener,
              stop);
      return run.run(resume);
    }
  }
}

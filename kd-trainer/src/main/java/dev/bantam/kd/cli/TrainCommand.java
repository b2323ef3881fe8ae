package dev.bantam.kd.cli;

import dev.bantam.bert.Device;
import dev.bantam.kd.data.Corpus;
import dev.bantam.kd.train.Evaluation;
import dev.bantam.kd.train.Trainer;
import dev.bantam.kd.train.TrainingOptions;
import dev.bantam.kd.train.TrainingResult;
import dev.bantam.tensor.parallel.WorkerPool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bantam train}. */
@Command(
    name = "train",
    header = "Train a model for a task.",
    description = {
      "",
      "Writes the model that is best on the dev split as a Hugging Face folder, with a log of all",
      "steps. Ctrl-C leaves a checkpoint there; the same command with --resume goes on with it.",
      ""
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  bantam train --task SST-2 --data glue/SST-2 --output sst2-model",
      "  bantam train --model sst2-model --quantize int4 --lr 1e-5 --task SST-2 --data glue/SST-2"
          + " --output sst2-int4",
      "  bantam train --data all.csv --text-column text --label-column topic --output topic-model"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the required options
final class TrainCommand extends Subcommand {
  @Mixin private final TrainingData data = new TrainingData();

  @Option(
      names = "--masked-lm",
      description = "Learn to fill in masked tokens, from texts without labels.")
  private boolean maskedLm;

  @Mixin private final ModelOptions model = new ModelOptions();

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Folder for the model, made if there is none.")
  private Path output;

  @Option(names = "--resume", description = "Go on with the unfinished training in --output.")
  private boolean resume;

  @Mixin private final RecipeOptions recipe = new RecipeOptions();
  @Mixin private final QatOptions quantization = new QatOptions();

  @Option(names = "--json", description = "Print a JSON object, with all digits.")
  private boolean json;

  @Override
  void run() throws IOException {
    Folders.checkNamed("--output", output);
    TrainingOptions options = recipe.options(this);
    Corpus corpus = maskedLm ? data.texts(this) : data.corpus(this);
    if (!resume && Trainer.isUnfinished(output)) {
      throw new BadInputException(
          output
              + ": there is an unfinished training here; --resume goes on with it, or name another"
              + " folder");
    }
    Path folder = model.folder(this);
    try (WorkerPool pool = model.pool(this);
        StopSignal stop = new StopSignal()) {
      Trainer trainer =
          (maskedLm ? Trainer.ofMaskedLM(options) : Trainer.of(options))
              .withDevice(Device.on(pool))
              .withPreparation(quantization.preparation(this))
              .withStop(stop::isRaised);
      TrainingResult result = train(trainer, folder, corpus);
      if (result.end() == TrainingResult.End.INTERRUPTED) {
        say(
            "stopped after step %,d; the same command with --resume goes on"
                .formatted(result.step()));
      } else {
        terminal().print(json ? json(corpus, result) : table(result));
      }
    }
  }

  private TrainingResult train(Trainer trainer, Path folder, Corpus corpus) throws IOException {
    try (TrainingProgress progress = new TrainingProgress(terminal(), quiet())) {
      Trainer told = trainer.withListener(progress);
      return resume ? told.resume(folder, corpus, output) : told.train(folder, corpus, output);
    }
  }

  private void say(String message) {
    if (!quiet()) {
      terminal().err().println("bantam: " + message);
    }
  }

  /** The metrics by name, as {@code evaluate} prints them: times 100. */
  private static String json(Corpus corpus, TrainingResult result) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("steps", result.step());
    if (result.best().isPresent()) {
      Evaluation best = result.best().get();
      fields.put("best_step", best.step());
      fields.put("examples", best.examples());
      fields.put("loss", best.loss());
      best.metrics().forEach((name, value) -> fields.put(name, 100 * value));
    }
    fields.put("tokens", result.tokens());
    fields.put("seconds", result.seconds());
    StringBuilder out = new StringBuilder("{\"task\": ");
    Quoting.json(out, corpus.task().name());
    fields.forEach(
        (name, value) -> {
          boolean isNumber = !(value instanceof Double d) || Double.isFinite(d);
          out.append(", \"").append(name).append("\": ").append(isNumber ? value : null);
        });
    return out.append("}\n").toString();
  }

  private static String table(TrainingResult result) {
    StringBuilder out = new StringBuilder();
    out.append(String.format(Locale.ROOT, "%-15s %,9d%n", "steps", result.step()));
    if (result.best().isPresent()) {
      Evaluation best = result.best().get();
      out.append(String.format(Locale.ROOT, "%-15s %,9d%n", "best step", best.step()));
      out.append(String.format(Locale.ROOT, "%-15s %9.4f%n", "dev loss", best.loss()));
      best.metrics()
          .forEach(
              (name, value) ->
                  out.append(String.format(Locale.ROOT, "%-15s %9.2f%n", name, 100 * value)));
    }
    return out.toString();
  }
}

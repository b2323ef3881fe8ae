package dev.bantam.kd.cli;

import dev.bantam.bert.Device;
import dev.bantam.bert.TextClassifier;
import dev.bantam.bert.TextEncoder;
import dev.bantam.kd.data.Dataset;
import dev.bantam.kd.data.Task;
import dev.bantam.kd.data.TaskType;
import dev.bantam.kd.eval.Comparison;
import dev.bantam.kd.eval.Predictions;
import dev.bantam.tensor.parallel.WorkerPool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bantam evaluate}. */
@Command(
    name = "evaluate",
    header = "Measure a model on a task.",
    description = {
      "",
      "Prints the metrics of the task, times 100, with 95 %% bootstrap intervals. A model with no",
      "head is measured on pairs with scores, as STS-B has them, by the cosines of their vectors.",
      ""
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  bantam evaluate --task STS-B --data glue/STS-B --split test",
      "  bantam evaluate --model sst2-model --task SST-2 --data glue/SST-2",
      "  bantam evaluate --model stars --data dev.csv --text-column text --label-column stars"
    })
final class EvaluateCommand extends Subcommand {
  @Mixin private final EvaluationData data = new EvaluationData();
  @Mixin private final ModelOptions model = new ModelOptions();

  @Option(
      names = "--compare",
      paramLabel = "DIR",
      description = "A second model: is it better, or is that chance?")
  private @Nullable String compare;

  @Option(
      names = "--predictions",
      paramLabel = "FILE",
      description = "Write what the model says of each example, as JSONL.")
  private @Nullable Path predictions;

  @Option(names = "--json", description = "Print a JSON object, with all digits.")
  private boolean json;

  @Override
  void run() throws IOException {
    Dataset dataset = data.dataset(this);
    Task task = dataset.task();
    if (!model.isNamed() && !isForCosines(task)) {
      throw usage("--model is missing; the default model has no head for " + task.name());
    }
    Path folder = model.folder(this);
    Path other = compare == null ? null : new Models(this).folder(compare);
    Report report;
    try (WorkerPool pool = model.pool(this)) {
      Predictions first;
      try (PredictionsFile file = PredictionsFile.of(predictions)) {
        first = predict(folder, dataset, pool, file);
        file.commit();
      }
      report =
          other == null
              ? new MetricsReport(first, TextClassifier.isIn(folder))
              : new ComparisonReport(
                  new Comparison(first, predict(other, dataset, pool, PredictionsFile.of(null))));
    }
    terminal().print(json ? report.json() : report.text());
  }

  private Predictions predict(Path folder, Dataset dataset, WorkerPool pool, PredictionsFile file)
      throws IOException {
    Predictions result;
    Task task = dataset.task();
    try (Progress progress =
        new Progress(terminal(), quiet(), task.isPaired() ? "pairs" : "texts")) {
      LongAdder done = new LongAdder();
      Predictions.Listener listener =
          (prediction, fraction) -> {
            file.write(prediction);
            done.increment();
            progress.update(done.sum(), fraction);
          };
      if (TextClassifier.isIn(folder)) {
        try (TextClassifier classifier = TextClassifier.load(folder, Device.on(pool))) {
          result = Predictions.of(checked(classifier, folder, task), dataset, listener);
        }
      } else if (isForCosines(task)) {
        try (TextEncoder encoder =
            TextEncoder.load(folder, TextEncoder.Options.defaults().withDevice(Device.on(pool)))) {
          result = Predictions.ofCosines(encoder, dataset, listener);
        }
      } else {
        throw ModelOptions.headless(folder);
      }
    }
    int least = task.type() == TaskType.REGRESSION ? 2 : 1;
    if (result.size() < least) {
      throw new BadInputException(
          "%s: %d examples, expected at least %d"
              .formatted(data.name(dataset), result.size(), least));
    }
    warnBelowChance(folder, result);
    return result;
  }

  private TextClassifier checked(TextClassifier classifier, Path folder, Task task)
      throws BadInputException {
    if (data.tellsAllLabels() && classifier.labels().size() != task.outputs()) {
      throw new BadInputException(
          "%s: the outputs are %s, expected %s for %s"
              .formatted(
                  folder,
                  classifier.labels(),
                  task.type() == TaskType.REGRESSION ? "a score" : task.labels(),
                  task.name()));
    }
    return classifier;
  }

  private static boolean isForCosines(Task task) {
    return task.type() == TaskType.REGRESSION && task.isPaired();
  }

  private void warnBelowChance(Path folder, Predictions result) {
    if (result.task().type() == TaskType.REGRESSION || quiet()) {
      return;
    }
    double accuracy = result.confusion().accuracy();
    double chance = 1.0 / result.labels().size();
    if (accuracy < chance) {
      terminal()
          .err()
          .printf(
              Locale.ROOT,
              "bantam: %s: accuracy %.2f is below chance, %.2f; are labels swapped in its"
                  + " config.json?%n",
              folder,
              100 * accuracy,
              100 * chance);
    }
  }
}

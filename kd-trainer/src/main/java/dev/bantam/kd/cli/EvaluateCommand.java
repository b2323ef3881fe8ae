package dev.bantam.kd.cli;

import dev.bantam.bert.Device;
import dev.bantam.bert.TextEncoder;
import dev.bantam.kd.data.Dataset;
import dev.bantam.kd.data.Example;
import dev.bantam.kd.data.GlueTask;
import dev.bantam.kd.data.Split;
import dev.bantam.kd.metrics.Correlation;
import dev.bantam.kd.metrics.CosineSimilarity;
import dev.bantam.tensor.parallel.WorkerPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
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
      "STS-B: Pearson's and Spearman's correlation, times 100, of the cosines of the vectors of",
      "sentence pairs with the similarity that people gave them.",
      ""
    },
    sortOptions = false,
    footer = {"", "Example:", "  bantam evaluate --task STS-B --data glue/STS-B --split test"})
@SuppressWarnings("NullAway.Init") // picocli sets the required options
final class EvaluateCommand extends Subcommand {
  private static final int BATCH_PAIRS = 128;

  @Option(names = "--task", required = true, paramLabel = "NAME", description = "STS-B.")
  private String task;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR_OR_FILE",
      description = "Folder with train.tsv, dev.tsv and test.tsv, or one such file.")
  private Path data;

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description = "${COMPLETION-CANDIDATES}; dev without.")
  private @Nullable Split split;

  @Mixin private final ModelOptions model = new ModelOptions();

  @Option(names = "--json", description = "Print a JSON object, with all digits.")
  private boolean json;

  @Override
  void run() throws IOException {
    GlueTask glue = GlueTask.STS_B;
    if (!GlueTask.byName(task).equals(Optional.of(glue))) {
      throw usage("--task: '%s' is not known; known: [%s]".formatted(task, glue));
    }
    List<Example> examples = dataset(glue).readAll();
    if (examples.size() < 2) {
      throw new BadInputException(
          "%s: %d examples, expected at least 2".formatted(data, examples.size()));
    }
    if (!examples.getFirst().hasLabel()) {
      throw new BadInputException(
          "%s: the examples have no scores, expected some to compare with".formatted(data));
    }
    double[] scores = examples.stream().mapToDouble(Example::label).toArray();
    double[] cosines = cosines(examples);
    SequencedMap<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("pearson", 100 * Correlation.pearson(cosines, scores));
    metrics.put("spearman", 100 * Correlation.spearman(cosines, scores));
    terminal().print(json ? json(glue, examples.size(), metrics) : table(examples.size(), metrics));
  }

  private Dataset dataset(GlueTask glue) throws IOException {
    if (Files.isDirectory(data)) {
      return glue.in(data).split(split == null ? Split.DEV : split);
    }
    if (split != null) {
      throw usage("--split chooses a file of a folder, and --data is not a folder");
    }
    return glue.open(data);
  }

  private double[] cosines(List<Example> examples) throws IOException {
    double[] cosines = new double[examples.size()];
    try (WorkerPool pool = model.pool(this);
        TextEncoder encoder =
            TextEncoder.load(
                model.folder(this), TextEncoder.Options.defaults().withDevice(Device.on(pool)));
        Progress progress = new Progress(terminal(), quiet(), "pairs")) {
      for (int from = 0; from < examples.size(); from += BATCH_PAIRS) {
        int to = Math.min(from + BATCH_PAIRS, examples.size());
        List<String> sentences = new ArrayList<>();
        for (Example pair : examples.subList(from, to)) {
          sentences.add(pair.text());
          sentences.add(Objects.requireNonNull(pair.pair()));
        }
        float[][] vectors = encoder.embed(sentences);
        for (int i = from; i < to; i++) {
          cosines[i] = CosineSimilarity.of(vectors[2 * (i - from)], vectors[2 * (i - from) + 1]);
        }
        progress.update(to, (double) to / examples.size());
      }
    }
    return cosines;
  }

  private static String json(GlueTask glue, int examples, SequencedMap<String, Double> metrics) {
    StringBuilder out = new StringBuilder("{\"task\": ");
    Quoting.json(out, glue.toString());
    out.append(", \"examples\": ").append(examples);
    metrics.forEach(
        (name, value) ->
            out.append(", \"")
                .append(name)
                .append("\": ")
                .append(Double.isFinite(value) ? value.toString() : "null"));
    return out.append("}\n").toString();
  }

  private static String table(int examples, SequencedMap<String, Double> metrics) {
    StringBuilder out = new StringBuilder();
    out.append(String.format(Locale.ROOT, "%-9s %,7d%n", "examples", examples));
    metrics.forEach(
        (name, value) -> out.append(String.format(Locale.ROOT, "%-9s %7.2f%n", name, value)));
    return out.toString();
  }
}

package dev.bantam.kd.data;

import dev.bantam.kd.metrics.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of the GLUE benchmark (Wang et al. 2018), read from the files that it distributes.
 * Labels have the names and the order that checkpoints of the Hugging Face hub have for them.
 */
@SuppressWarnings("ImmutableEnumChecker") // the lists are copies that nobody can change
public enum GlueTask {
  /** Is a sentence acceptable English? (Warstadt et al. 2019). */
  COLA(
      "CoLA",
      columns("sentence", null, "label"),
      labels("unacceptable", "acceptable").written("0", "1"),
      Metric.MATTHEWS),
  /** Is a phrase or a sentence of a film review positive? (Socher et al. 2013). */
  SST_2(
      "SST-2",
      columns("sentence", null, "label"),
      labels("negative", "positive").written("0", "1"),
      Metric.ACCURACY),
  /** Are two sentences paraphrases? (Dolan and Brockett 2005). */
  MRPC(
      "MRPC",
      columns("#1 String", "#2 String", "Quality"),
      labels("not_equivalent", "equivalent").written("0", "1"),
      Metric.ACCURACY,
      Metric.F1),
  /** How similar are two sentences, from 0 to 5? The STS benchmark (Cer et al. 2017). */
  STS_B("STS-B", columns("sentence1", "sentence2", "score"), null, Metric.PEARSON, Metric.SPEARMAN),
  /** Do two questions ask the same? A few rows of the files are broken; they are passed over. */
  QQP(
      "QQP",
      columns("question1", "question2", "is_duplicate"),
      labels("not_duplicate", "duplicate").written("0", "1"),
      Metric.ACCURACY,
      Metric.F1),
  /** Does a premise entail a hypothesis? (Williams et al. 2018), in the genres of the training. */
  MNLI(
      "MNLI",
      columns("sentence1", "sentence2", "gold_label"),
      labels("entailment", "neutral", "contradiction"),
      Metric.ACCURACY),
  /** The same, evaluated in other genres. */
  MNLI_MISMATCHED("MNLI-mm", MNLI.columns, MNLI.labels, Metric.ACCURACY),
  /** Does a sentence hold the answer to a question? (Rajpurkar et al. 2016). */
  QNLI(
      "QNLI",
      columns("question", "sentence", "label"),
      labels("entailment", "not_entailment"),
      Metric.ACCURACY),
  /** Does one sentence entail another? */
  RTE(
      "RTE",
      columns("sentence1", "sentence2", "label"),
      labels("entailment", "not_entailment"),
      Metric.ACCURACY);

  private final Columns columns;
  private final @Nullable Labels labels;
  private final Task task;

  GlueTask(String name, Columns columns, @Nullable Labels labels, Metric... metrics) {
    this.columns = columns;
    this.labels = labels;
    this.task =
        new Task(
            name,
            labels == null ? TaskType.REGRESSION : TaskType.CLASSIFICATION,
            columns.texts(),
            labels == null ? List.of() : labels.names,
            List.of(metrics));
  }

  /** What labels are called, and what the files have for them. */
  private record Labels(List<String> names, List<String> written) {
    Labels written(String... others) {
      return new Labels(names, List.of(others));
    }
  }

  private static Labels labels(String... names) {
    return new Labels(List.of(names), List.of(names));
  }

  private static Columns columns(String text, @Nullable String pair, String label) {
    return new Columns(text, pair, label, true);
  }

  /** The task of this name, upper or lower case. */
  public static Optional<GlueTask> byName(String name) {
    return Arrays.stream(values()).filter(t -> t.task.name().equalsIgnoreCase(name)).findAny();
  }

  /** The name in the benchmark, for example {@code STS-B}. */
  @Override
  public String toString() {
    return task.name();
  }

  /** What is asked. */
  public Task task() {
    return task;
  }

  /**
   * The splits in a folder as GLUE has it: {@code train.tsv}, {@code dev.tsv} and {@code test.tsv},
   * or {@code dev_matched.tsv}, {@code dev_mismatched.tsv} and so on for MNLI. A test split may
   * come without labels.
   */
  public Corpus in(Path folder) {
    return new Corpus() {
      @Override
      public Task task() {
        return task;
      }

      @Override
      public boolean has(Split split) {
        return Files.exists(folder.resolve(fileName(split)));
      }

      @Override
      public Dataset split(Split split) throws IOException {
        return open(
            folder.resolve(fileName(split)),
            split == Split.TEST ? columns.withLabelOptional() : columns);
      }
    };
  }

  /**
   * The examples of one file, all with labels: as GLUE has it, or a CSV or JSONL file with the same
   * columns.
   *
   * @throws NoSuchFileException if it does not exist
   */
  public Dataset open(Path file) throws IOException {
    return open(file, columns);
  }

  private Dataset open(Path file, Columns wanted) throws IOException {
    return new FileDataset(
        file,
        task,
        opener(file),
        wanted,
        labels == null ? LabelReader.scores() : LabelReader.names(labels.written));
  }

  /** As the name of the file says; else it is one of GLUE. */
  private FileDataset.Opener opener(Path file) {
    return RowFormat.of(file)
        .filter(format -> format == RowFormat.CSV || format == RowFormat.JSONL)
        .<FileDataset.Opener>map(format -> format::open)
        .orElse(this::rows);
  }

  private Rows rows(Lines lines, Columns wanted) throws IOException {
    List<String> headerless =
        this == COLA ? List.of("source", "label", "annotation", "sentence") : null;
    return TableRows.open(lines, RowFormat::splitAtTabs, wanted, headerless, this == QQP);
  }

  private String fileName(Split split) {
    String genres =
        switch (this) {
          case MNLI -> "_matched";
          case MNLI_MISMATCHED -> "_mismatched";
          default -> "";
        };
    return split + (split == Split.TRAIN ? "" : genres) + ".tsv";
  }
}

package dev.bantam.kd.data;

import dev.bantam.kd.metrics.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Examples of one's own, in files of rows: {@code .tsv} with a header and fields split at tabs,
 * where quotes are text; {@code .csv} with a header and quotes as RFC 4180 has them; {@code .jsonl}
 * with an object a line; {@code .txt} with a text a line, in a column {@code text}. All are UTF-8.
 */
public final class Tables {
  /** Beyond this, a column is taken for one that holds no labels. */
  private static final int MOST_LABELS = 10_000;

  private static final Predicate<String> INTEGER =
      Pattern.compile("-?[0-9]{1,18}").asMatchPredicate();

  private Tables() {}

  /**
   * The examples of one file.
   *
   * @throws NoSuchFileException if it does not exist
   * @throws DataFormatException if it is not what it should be
   */
  public static Dataset open(Path file, TableOptions options) throws IOException {
    return dataset(file, task(file, options), options);
  }

  /**
   * The splits in a folder: {@code train}, {@code dev} and {@code test}, each with the extension of
   * a format.
   *
   * @throws NoSuchFileException if there is none
   * @throws DataFormatException if a split is there twice, or the file that tells the labels is not
   *     what it should be
   */
  public static Corpus in(Path folder, TableOptions options) throws IOException {
    Map<Split, Path> files = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      List<Path> found =
          Arrays.stream(RowFormat.values())
              .map(format -> folder.resolve(split + format.extension()))
              .filter(Files::exists)
              .toList();
      if (found.size() > 1) {
        throw new DataFormatException(
            "%s: %s and %s, expected one of them"
                .formatted(folder, found.get(0).getFileName(), found.get(1).getFileName()));
      }
      found.forEach(file -> files.put(split, file));
    }
    if (files.isEmpty()) {
      throw new NoSuchFileException(
          folder.toString(),
          null,
          "expected a train, dev or test file, .tsv, .csv, .jsonl or .txt");
    }
    return of(files, options);
  }

  /**
   * Splits in files of their own. Labels that are not given in the options are those of the
   * training split, or of the first there is; all splits have the same.
   *
   * @throws NoSuchFileException if a file does not exist
   * @throws DataFormatException if the file that tells the labels is not what it should be
   */
  public static Corpus of(Map<Split, Path> files, TableOptions options) throws IOException {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("no file of any split");
    }
    Map<Split, Path> ordered = new EnumMap<>(files);
    Task task = task(ordered.values().iterator().next(), options);
    Map<Split, Dataset> splits = new EnumMap<>(Split.class);
    for (Map.Entry<Split, Path> file : ordered.entrySet()) {
      splits.put(file.getKey(), dataset(file.getValue(), task, options));
    }
    return new SplitCorpus(task, splits);
  }

  private static Dataset dataset(Path file, Task task, TableOptions options) throws IOException {
    LabelReader labels =
        task.type() == TaskType.REGRESSION
            ? LabelReader.scores()
            : LabelReader.names(task.labels());
    return new FileDataset(file, task, format(file)::open, options.columns(), labels);
  }

  private static Task task(Path file, TableOptions options) throws IOException {
    boolean classes = options.type() == TaskType.CLASSIFICATION;
    return new Task(
        String.valueOf(file.getFileName()),
        options.type(),
        options.columns().texts(),
        classes ? labels(file, options) : List.of(),
        classes
            ? List.of(Metric.ACCURACY, Metric.MACRO_F1)
            : List.of(Metric.PEARSON, Metric.SPEARMAN));
  }

  private static RowFormat format(Path file) throws DataFormatException {
    return RowFormat.of(file)
        .orElseThrow(
            () ->
                new DataFormatException(
                    file + ": expected a name that ends in .tsv, .csv, .jsonl or .txt"));
  }

  private static List<String> labels(Path file, TableOptions options) throws IOException {
    if (options.labels().isPresent()) {
      return options.labels().get();
    }
    Set<String> labels = new HashSet<>();
    try (Lines lines = new Lines(file.toString(), Files.newInputStream(file))) {
      Rows rows = format(file).open(lines, options.columns());
      while (labels.size() <= MOST_LABELS && rows.next() instanceof Row row) {
        if (row.label() instanceof String label) {
          labels.add(checked(label, file, row, options));
        }
      }
    }
    if (labels.isEmpty() && options.columns().label() != null) {
      throw new DataFormatException(file + ": no rows; expected some, to tell the labels");
    }
    if (labels.size() > MOST_LABELS) {
      throw new DataFormatException(
          "%s: column '%s' has more than %,d labels; are they scores?"
              .formatted(file, options.columns().label(), MOST_LABELS));
    }
    return sorted(labels);
  }

  private static String checked(String label, Path file, Row row, TableOptions options)
      throws DataFormatException {
    if (label.isBlank()) {
      throw new DataFormatException(
          "%s: line %d: no label in column '%s'"
              .formatted(file, row.line(), options.columns().label()));
    }
    return label;
  }

  /** By number if all are numbers, else by character. */
  private static List<String> sorted(Set<String> labels) {
    Comparator<String> order =
        labels.stream().allMatch(INTEGER)
            ? Comparator.comparingLong(Long::parseLong)
            : Comparator.naturalOrder();
    return labels.stream().sorted(order).collect(Collectors.toUnmodifiableList());
  }
}

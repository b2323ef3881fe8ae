package dev.bantam.kd.cli;

import dev.bantam.kd.data.Corpus;
import dev.bantam.kd.data.GlueTask;
import dev.bantam.kd.data.Split;
import dev.bantam.kd.data.TableOptions;
import dev.bantam.kd.data.Tables;
import dev.bantam.kd.data.WordNetTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What to learn: a task by name, or tables of the user's own. */
final class TrainingData {
  @Option(
      names = "--task",
      paramLabel = "NAME",
      description = "A task of GLUE or WordNet; wordnet-nouns without.")
  private @Nullable String task;

  @Option(
      names = "--data",
      paramLabel = "DIR_OR_FILE",
      description = "Folder with train and dev files, or a train file: .tsv, .csv, .jsonl, .txt.")
  private @Nullable Path data;

  @Option(names = "--dev", paramLabel = "FILE", description = "Dev file, where --data is a file.")
  private @Nullable Path dev;

  @Option(
      names = "--text-column",
      paramLabel = "NAME",
      description = "Column of the text, or of the first of two.")
  private @Nullable String textColumn;

  @Option(names = "--pair-column", paramLabel = "NAME", description = "Column of the second text.")
  private @Nullable String pairColumn;

  @Option(names = "--label-column", paramLabel = "NAME", description = "Column of the label.")
  private @Nullable String labelColumn;

  @Option(
      names = "--score-column",
      paramLabel = "NAME",
      description = "Column of a number to predict, in place of a label.")
  private @Nullable String scoreColumn;

  /** The splits, whose labels are not asked for. */
  Corpus texts(Subcommand command) throws IOException {
    if (labelColumn != null || scoreColumn != null) {
      throw command.usage("--masked-lm learns from texts alone; expected no column of labels");
    }
    if (task != null || data == null) {
      return corpus(command);
    }
    TableOptions options = TableOptions.ofText(textColumn == null ? "text" : textColumn);
    return tables(command, data, pairColumn == null ? options : options.withPair(pairColumn));
  }

  /** The splits. */
  Corpus corpus(Subcommand command) throws IOException {
    if (textColumn != null || labelColumn != null || scoreColumn != null || pairColumn != null) {
      return tables(command);
    }
    if (dev != null) {
      throw command.usage("--dev is for --data FILE with --text-column");
    }
    String name = task;
    if (name == null) {
      if (data != null) {
        throw command.usage(
            "--data: expected --task NAME too, or --text-column with --label-column");
      }
      return new DefaultData(command).corpus(WordNetTask.NOUNS);
    }
    Optional<WordNetTask> wordNet = WordNetTask.byName(name);
    if (wordNet.isPresent()) {
      if (data != null) {
        throw command.usage("--data: " + wordNet.get() + " needs none");
      }
      return new DefaultData(command).corpus(wordNet.get());
    }
    GlueTask glue =
        GlueTask.byName(name)
            .orElseThrow(
                () ->
                    command.usage("--task: '%s' is not known; known: %s".formatted(name, known())));
    if (data == null) {
      throw command.usage("--data is missing: the folder with the files of " + glue);
    }
    return glue.in(data);
  }

  private static String known() {
    return Stream.concat(Arrays.stream(GlueTask.values()), Arrays.stream(WordNetTask.values()))
        .map(Object::toString)
        .collect(Collectors.joining(", "));
  }

  private Corpus tables(Subcommand command) throws IOException {
    if (task != null) {
      throw command.usage("--task knows its columns; expected no others");
    }
    if (data == null || textColumn == null || (labelColumn == null) == (scoreColumn == null)) {
      throw command.usage(
          "expected --data, --text-column, and one of --label-column and --score-column");
    }
    TableOptions options = TableOptions.ofText(textColumn);
    if (pairColumn != null) {
      options = options.withPair(pairColumn);
    }
    if (labelColumn != null) {
      options = options.withLabel(labelColumn);
    }
    if (scoreColumn != null) {
      options = options.withScore(scoreColumn);
    }
    return tables(command, data, options);
  }

  private Corpus tables(Subcommand command, Path data, TableOptions options) throws IOException {
    if (Files.isDirectory(data)) {
      if (dev != null) {
        throw command.usage("--dev is for --data FILE; in a folder it is the file dev");
      }
      return Tables.in(data, options);
    }
    Map<Split, Path> files = new EnumMap<>(Split.class);
    files.put(Split.TRAIN, data);
    if (dev != null) {
      files.put(Split.DEV, dev);
    }
    return Tables.of(files, options);
  }
}

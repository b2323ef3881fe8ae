package dev.bantam.kd.cli;

import dev.bantam.kd.data.GlueTask;
import dev.bantam.kd.data.TableOptions;
import dev.bantam.kd.data.WordNetTask;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is asked of a model: a task by name, or columns of the user's own tables. */
final class TaskOptions {
  @Option(
      names = "--task",
      paramLabel = "NAME",
      description = "A task of GLUE or WordNet; wordnet-nouns without.")
  private @Nullable String task;

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

  /** Whether columns were named, so that the data are tables. */
  boolean hasColumns() {
    return textColumn != null || pairColumn != null || hasLabels();
  }

  /** Whether a column of labels or scores was named. */
  boolean hasLabels() {
    return labelColumn != null || scoreColumn != null;
  }

  /** Whether a task was named. */
  boolean isNamed() {
    return task != null;
  }

  /**
   * Checks that there are tables, and that it was said where their texts and labels are.
   *
   * @param data what {@code --data} says
   */
  Path tables(Subcommand command, @Nullable Path data) {
    if (task != null) {
      throw command.usage("--task knows its columns; expected no others");
    }
    if (data == null || textColumn == null || (labelColumn == null) == (scoreColumn == null)) {
      throw command.usage(
          "expected --data, --text-column, and one of --label-column and --score-column");
    }
    return data;
  }

  /** The columns. */
  TableOptions columns() {
    TableOptions options = textColumns();
    if (labelColumn != null) {
      options = options.withLabel(labelColumn);
    }
    return scoreColumn == null ? options : options.withScore(scoreColumn);
  }

  /** The columns of texts, the first called {@code text} unless it was named. */
  TableOptions textColumns() {
    TableOptions options = TableOptions.ofText(textColumn == null ? "text" : textColumn);
    return pairColumn == null ? options : options.withPair(pairColumn);
  }

  /**
   * The task of GLUE that was named; empty if it is {@link #wordNet} that was meant.
   *
   * @param data what {@code --data} says, which GLUE needs and WordNet does not
   */
  Optional<GlueTask> glue(Subcommand command, @Nullable Path data) {
    if (task == null && data != null) {
      throw command.usage("--data: expected --task NAME too, or --text-column with --label-column");
    }
    Optional<GlueTask> glue = task == null ? Optional.empty() : GlueTask.byName(task);
    if (glue.isPresent() && data == null) {
      throw command.usage("--data is missing: the folder with the files of " + glue.get());
    }
    String name = task;
    if (glue.isEmpty() && name != null) {
      WordNetTask wordNet = WordNetTask.byName(name).orElseThrow(() -> unknown(command, name));
      if (data != null) {
        throw command.usage("--data: " + wordNet + " needs none");
      }
    }
    return glue;
  }

  private static RuntimeException unknown(Subcommand command, String name) {
    String known =
        Stream.concat(Arrays.stream(GlueTask.values()), Arrays.stream(WordNetTask.values()))
            .map(Object::toString)
            .collect(Collectors.joining(", "));
    return command.usage("--task: '%s' is not known; known: %s".formatted(name, known));
  }

  /** The task of WordNet that was named, or the default. */
  WordNetTask wordNet() {
    return Optional.ofNullable(task).flatMap(WordNetTask::byName).orElse(WordNetTask.NOUNS);
  }
}

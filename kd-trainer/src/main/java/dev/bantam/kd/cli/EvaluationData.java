package dev.bantam.kd.cli;

import dev.bantam.kd.data.Dataset;
import dev.bantam.kd.data.GlueTask;
import dev.bantam.kd.data.Split;
import dev.bantam.kd.data.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What to measure a model by: a split of a task, or of tables of the user's own. */
final class EvaluationData {
  @Mixin private final TaskOptions task = new TaskOptions();

  @Option(
      names = "--data",
      paramLabel = "DIR_OR_FILE",
      description = "Folder with a file for each split, or one file: .tsv, .csv, .jsonl.")
  private @Nullable Path data;

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description = "${COMPLETION-CANDIDATES}; dev without.")
  private @Nullable Split split;

  /**
   * Whether the task tells all labels that there are; a table has only those of its rows, and a
   * model may well have more.
   */
  boolean tellsAllLabels() {
    return !task.hasColumns();
  }

  /** The examples. */
  Dataset dataset(Subcommand command) throws IOException {
    if (task.hasColumns()) {
      Path tables = task.tables(command, data);
      return isFolder(command, tables)
          ? Tables.in(tables, task.columns()).split(chosen())
          : Tables.open(tables, task.columns());
    }
    Optional<GlueTask> glue = task.glue(command, data);
    if (glue.isEmpty()) {
      return new DefaultData(command).corpus(task.wordNet()).split(chosen());
    }
    Path files = Objects.requireNonNull(data);
    return isFolder(command, files) ? glue.get().in(files).split(chosen()) : glue.get().open(files);
  }

  private Split chosen() {
    return split == null ? Split.DEV : split;
  }

  private boolean isFolder(Subcommand command, Path path) {
    boolean folder = Files.isDirectory(path);
    if (!folder && split != null) {
      throw command.usage("--split chooses a file of a folder, and --data is not a folder");
    }
    return folder;
  }

  /** What an error message calls the examples. */
  String name(Dataset dataset) {
    return data == null ? dataset.task().name() : data.toString();
  }
}

package dev.bantam.kd.cli;

import dev.bantam.kd.data.Corpus;
import dev.bantam.kd.data.GlueTask;
import dev.bantam.kd.data.Split;
import dev.bantam.kd.data.TableOptions;
import dev.bantam.kd.data.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What to learn: a task by name, or tables of the user's own. */
final class TrainingData {
  @Mixin private final TaskOptions task = new TaskOptions();

  @Option(
      names = "--data",
      paramLabel = "DIR_OR_FILE",
      description = "Folder of train and dev files, or a train file, .tsv, .csv, .jsonl, .txt.")
  private @Nullable Path data;

  @Option(names = "--dev", paramLabel = "FILE", description = "Dev file, where --data is a file.")
  private @Nullable Path dev;

  /** The splits, whose labels are not asked for. */
  Corpus texts(Subcommand command) throws IOException {
    if (task.hasLabels()) {
      throw command.usage("only texts are wanted; expected no column of labels");
    }
    return task.isNamed() || data == null
        ? corpus(command)
        : tables(command, data, task.textColumns());
  }

  /** The splits. */
  Corpus corpus(Subcommand command) throws IOException {
    if (task.hasColumns()) {
      return tables(command, task.tables(command, data), task.columns());
    }
    if (dev != null) {
      throw command.usage("--dev is for --data FILE with --text-column");
    }
    Optional<GlueTask> glue = task.glue(command, data);
    return glue.isPresent()
        ? glue.get().in(Objects.requireNonNull(data))
        : new DefaultData(command).corpus(task.wordNet());
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

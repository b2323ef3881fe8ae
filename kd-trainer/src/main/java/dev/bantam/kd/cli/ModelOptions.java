package dev.bantam.kd.cli;

import dev.bantam.bert.Device;
import dev.bantam.bert.TextClassifier;
import dev.bantam.tensor.parallel.WorkerPool;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model, and on how many threads. */
final class ModelOptions {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Model folder, or org/name when fetched before; all-MiniLM-L6-v2 without.")
  private @Nullable String model;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that compute; as many as processors without.")
  private @Nullable Integer threads;

  /** Whether a model was named. */
  boolean isNamed() {
    return model != null;
  }

  /** The folder of the model. */
  Path folder(Subcommand command) throws IOException {
    return new Models(command).folder(model);
  }

  /** The threads, for the caller to close. */
  WorkerPool pool(Subcommand command) {
    if (threads == null) {
      return WorkerPool.shared();
    }
    if (threads < 1) {
      throw command.usage("--threads: expected 1 or more, got " + threads);
    }
    return WorkerPool.of(threads);
  }

  /** The model, which has to have a classification head. */
  TextClassifier classifier(Subcommand command, WorkerPool pool) throws IOException {
    Path folder = folder(command);
    if (!TextClassifier.isIn(folder)) {
      throw headless(folder);
    }
    return TextClassifier.load(folder, Device.on(pool));
  }

  /** The error for a model that cannot tell labels or scores. */
  static BadInputException headless(Path folder) {
    return new BadInputException(
        folder + ": the model has no classification head; expected one trained for a task");
  }
}

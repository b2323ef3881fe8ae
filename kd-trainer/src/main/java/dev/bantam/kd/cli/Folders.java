package dev.bantam.kd.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What is done with folders. */
final class Folders {
  private Folders() {}

  /** Refuses a path without a name, which a variable that is not set leaves. */
  static void checkNamed(String option, Path folder) throws BadInputException {
    if (folder.toString().isEmpty()) {
      throw new BadInputException(option + ": expected a folder, got ''");
    }
  }

  /** Deletes a folder and what is in it; nothing when it does not exist. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> inner;
    try (Stream<Path> all = Files.walk(folder)) {
      inner = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : inner) {
      Files.delete(file);
    }
  }
}

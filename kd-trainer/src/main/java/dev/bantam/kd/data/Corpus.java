package dev.bantam.kd.data;

import java.io.IOException;
import java.nio.file.NoSuchFileException;

/** A task and its splits. */
public interface Corpus {
  /** What the examples are examples of; the same for all splits. */
  Task task();

  /** Whether there is such a split. */
  boolean has(Split split);

  /**
   * The examples of a split.
   *
   * @throws NoSuchFileException if there is none
   */
  Dataset split(Split split) throws IOException;
}

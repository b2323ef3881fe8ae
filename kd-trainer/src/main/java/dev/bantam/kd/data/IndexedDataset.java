package dev.bantam.kd.data;

import java.io.Closeable;
import java.io.IOException;

/** Examples in any order. Threads may read at the same time. */
public interface IndexedDataset extends Closeable {
  /** What the examples are examples of. */
  Task task();

  /** How many there are. */
  int size();

  /**
   * One example.
   *
   * @param row from 0, in the order of the file
   */
  Example get(int row) throws IOException;
}

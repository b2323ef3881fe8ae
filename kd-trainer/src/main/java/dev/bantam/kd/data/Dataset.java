package dev.bantam.kd.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The examples of one split: read in order as often as one likes, one example in memory at a time;
 * or {@linkplain #index() indexed}, to be read in any order.
 */
public interface Dataset {
  /** What the examples are examples of. */
  Task task();

  /**
   * Starts to read from the first example.
   *
   * @throws DataFormatException if the file is not what it should be
   */
  ExampleReader read() throws IOException;

  /**
   * Reads all examples once to find out where each is. Of a file, 8 bytes an example are kept, and
   * none of its text.
   *
   * @throws DataFormatException if the file is not what it should be
   */
  IndexedDataset index() throws IOException;

  /** All examples, for splits that fit in memory. */
  default List<Example> readAll() throws IOException {
    List<Example> examples = new ArrayList<>();
    try (ExampleReader reader = read()) {
      while (reader.next() instanceof Example example) {
        examples.add(example);
      }
    }
    return examples;
  }

  /**
   * The same examples, labelled with the indices of a model: labels are matched by name, never by
   * position. Names match in lower case too. A model whose names are only {@code LABEL_0}, {@code
   * LABEL_1}, ..., which is what one is given that was trained without names, takes the order of
   * the task if it has as many.
   *
   * @param labels {@code id2label} of the model in the order of the ids; it may have more
   * @throws DataFormatException if a label of the task is not among them
   * @throws IllegalStateException if the task is a regression
   */
  default Dataset withLabels(List<String> labels) throws DataFormatException {
    return RelabelledDataset.of(this, labels);
  }

  /** Examples that are in memory. */
  static Dataset of(Task task, List<Example> examples) {
    return new MemoryDataset(task, List.copyOf(examples));
  }
}

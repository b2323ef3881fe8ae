package dev.bantam.kd.data;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Examples whose label indices are those of a model.
 *
 * @param task with the model's labels
 * @param indices the model's index for each of the original's
 */
record RelabelledDataset(Dataset original, Task task, int[] indices) implements Dataset {
  static Dataset of(Dataset original, List<String> labels) throws DataFormatException {
    Task task = original.task();
    if (task.type() != TaskType.CLASSIFICATION) {
      throw new IllegalStateException(task.name() + ": a regression has no labels to match");
    }
    if (task.labels().equals(labels)) {
      return original;
    }
    return new RelabelledDataset(original, task.withLabels(labels), match(task, labels));
  }

  private static int[] match(Task task, List<String> labels) throws DataFormatException {
    int[] indices = new int[task.labels().size()];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = find(task.labels().get(i), labels);
    }
    if (IntStream.of(indices).allMatch(i -> i < 0) && isNameless(labels, indices.length)) {
      return IntStream.range(0, indices.length).toArray();
    }
    for (int i = 0; i < indices.length; i++) {
      if (indices[i] < 0) {
        throw new DataFormatException(
            "%s: label '%s' is none of the model's %s"
                .formatted(task.name(), task.labels().get(i), labels));
      }
      for (int j = 0; j < i; j++) {
        if (indices[i] == indices[j]) {
          throw new DataFormatException(
              "%s: labels '%s' and '%s' are both '%s' among the model's %s"
                  .formatted(
                      task.name(),
                      task.labels().get(j),
                      task.labels().get(i),
                      labels.get(indices[i]),
                      labels));
        }
      }
    }
    return indices;
  }

  /** The same name, else the only one that differs in case alone; -1 if there is none. */
  private static int find(String name, List<String> labels) {
    if (labels.contains(name)) {
      return labels.indexOf(name);
    }
    int[] found =
        IntStream.range(0, labels.size())
            .filter(i -> labels.get(i).equalsIgnoreCase(name))
            .toArray();
    return found.length == 1 ? found[0] : -1;
  }

  private static boolean isNameless(List<String> labels, int size) {
    return labels.size() == size
        && IntStream.range(0, size).allMatch(i -> labels.get(i).equals("LABEL_" + i));
  }

  private Example relabel(Example example) {
    return example.hasLabel() ? example.withLabel(indices[example.labelIndex()]) : example;
  }

  @Override
  public ExampleReader read() throws IOException {
    ExampleReader reader = original.read();
    return new ExampleReader() {
      @Override
      public @Nullable Example next() throws IOException {
        return reader.next() instanceof Example example ? relabel(example) : null;
      }

      @Override
      public double fraction() {
        return reader.fraction();
      }

      @Override
      public void close() throws IOException {
        reader.close();
      }
    };
  }

  @Override
  public IndexedDataset index() throws IOException {
    IndexedDataset index = original.index();
    return new IndexedDataset() {
      @Override
      public Task task() {
        return task;
      }

      @Override
      public int size() {
        return index.size();
      }

      @Override
      public Example get(int row) throws IOException {
        return relabel(index.get(row));
      }

      @Override
      public void close() throws IOException {
        index.close();
      }
    };
  }
}

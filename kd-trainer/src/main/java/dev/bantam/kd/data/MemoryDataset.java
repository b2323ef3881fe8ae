package dev.bantam.kd.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Examples in memory. */
record MemoryDataset(Task task, List<Example> examples) implements Dataset {
  @Override
  public ExampleReader read() {
    return new ExampleReader() {
      private int read;

      @Override
      public @Nullable Example next() {
        return read < examples.size() ? examples.get(read++) : null;
      }

      @Override
      public double fraction() {
        return examples.isEmpty() ? 1 : (double) read / examples.size();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public IndexedDataset index() {
    return new IndexedDataset() {
      @Override
      public Task task() {
        return task;
      }

      @Override
      public int size() {
        return examples.size();
      }

      @Override
      public Example get(int row) {
        return examples.get(row);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public List<Example> readAll() {
    return examples;
  }
}

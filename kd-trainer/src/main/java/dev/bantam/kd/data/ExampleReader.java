package dev.bantam.kd.data;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Examples one after the other. For one thread at a time. */
public interface ExampleReader extends Closeable {
  /**
   * The next example, or null after the last.
   *
   * @throws DataFormatException if what was read is not what it should be
   */
  @Nullable Example next() throws IOException;

  /**
   * As many examples as are worth computing at once: some 8,192 tokens of English. None after the
   * last.
   *
   * @throws DataFormatException if what was read is not what it should be
   */
  default List<Example> nextBatch() throws IOException {
    List<Example> batch = new ArrayList<>();
    int chars = 0;
    while (batch.size() < 256 && chars < 32_768 && next() instanceof Example example) {
      batch.add(example);
      chars += example.text().length();
      chars += example.pair() instanceof String pair ? pair.length() : 0;
    }
    return batch;
  }

  /** How much has been read, from 0 to 1. */
  double fraction();
}

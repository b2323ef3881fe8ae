package dev.bantam.kd.data;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Examples one after the other. For one thread at a time. */
public interface ExampleReader extends Closeable {
  /**
   * The next example, or null after the last.
   *
   * @throws DataFormatException if what was read is not what it should be
   */
  @Nullable Example next() throws IOException;

  /** How much has been read, from 0 to 1. */
  double fraction();
}

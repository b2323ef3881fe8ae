package dev.bantam.kd.data;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A data file is not what it should be. The message is one line: file, line, what was expected. */
public final class DataFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Says what was found and what was expected. */
  public DataFormatException(String message) {
    super(message);
  }

  /** Says what was found and what was expected, keeping the lower-level failure. */
  public DataFormatException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

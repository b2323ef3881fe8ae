package dev.bantam.kd.data;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Rows one after the other. */
sealed interface Rows permits TableRows, JsonRows {
  /**
   * The next row, or null after the last. Blank lines are passed over.
   *
   * @throws DataFormatException if it is not what it should be
   */
  @Nullable Row next() throws IOException;

  /** The same, of lines that were cut out of the same file, from the start of a row. */
  Rows on(Lines lines);

  /** Which malformed rows were left out. */
  default Skipped skipped() {
    return Skipped.NONE;
  }

  /**
   * Rows left out.
   *
   * @param count how many
   * @param firstLine where the first was; 0 of none
   */
  record Skipped(long count, long firstLine) {
    static final Skipped NONE = new Skipped(0, 0);

    Skipped and(long line) {
      return new Skipped(count + 1, count == 0 ? line : firstLine);
    }
  }
}

package dev.bantam.kd.cli;

import dev.bantam.kd.data.Lines;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Texts to work on, read as they are needed. */
abstract class TextSource implements Closeable {
  private static final int BATCH_TEXTS = 256;

  /** About 8,192 tokens of English. */
  private static final int BATCH_CHARS = 32_768;

  /** The next text, or null after the last. */
  abstract @Nullable String next() throws IOException;

  /** The place of the text read last, for an error message. */
  abstract String where();

  /** How much has been read, from 0 to 1; NaN when that cannot be known. */
  abstract double fraction();

  /** Accepts a text or throws. */
  @FunctionalInterface
  interface Check {
    /** Throws if the text cannot be used; {@code where} is its place. */
    void accept(String text, String where) throws BadInputException;
  }

  /** As many texts as are worth computing at once; none after the last. */
  List<String> nextBatch() throws IOException {
    return nextBatch((text, where) -> {});
  }

  /** The same, of texts that pass a check. */
  List<String> nextBatch(Check check) throws IOException {
    List<String> batch = new ArrayList<>();
    int chars = 0;
    while (batch.size() < BATCH_TEXTS && chars < BATCH_CHARS && next() instanceof String text) {
      check.accept(text, where());
      batch.add(text);
      chars += text.length();
    }
    return batch;
  }

  /** The arguments of a command. */
  static TextSource of(List<String> texts) {
    return new TextSource() {
      private int read;

      @Override
      @Nullable String next() {
        return read < texts.size() ? texts.get(read++) : null;
      }

      @Override
      String where() {
        return "text " + read;
      }

      @Override
      double fraction() {
        return (double) read / texts.size();
      }

      @Override
      public void close() {}
    };
  }

  /**
   * One text a line.
   *
   * @param size bytes of all lines; 0 when that is not known
   */
  static TextSource of(Lines lines, long size) {
    return new LineSource(lines, size) {
      @Override
      @Nullable String next() throws IOException {
        return lines.next();
      }
    };
  }

  /**
   * One JSON object a line, with the text in its field {@code text}; blank lines are passed over.
   *
   * @param size bytes of all lines; 0 when that is not known
   */
  static TextSource ofJson(Lines lines, long size) {
    return new LineSource(lines, size) {
      @Override
      @Nullable String next() throws IOException {
        String line = lines.next();
        while (line != null && line.isBlank()) {
          line = lines.next();
        }
        return line == null ? null : JsonLine.text(line, where());
      }
    };
  }

  private abstract static class LineSource extends TextSource {
    private final Lines lines;
    private final long size;

    LineSource(Lines lines, long size) {
      this.lines = lines;
      this.size = size;
    }

    @Override
    String where() {
      return lines.where();
    }

    @Override
    double fraction() {
      return size == 0 ? Double.NaN : Math.min(1, (double) lines.bytes() / size);
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }
}

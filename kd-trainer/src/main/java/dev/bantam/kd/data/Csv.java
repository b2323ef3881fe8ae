package dev.bantam.kd.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Comma-separated values as RFC 4180 has them: a field in quotes may hold commas, line ends and
 * quotes, which are doubled. A quote inside a field that does not begin with one is text.
 */
final class Csv {
  /** A quote that is never closed would take the rest of the file for one field. */
  private static final int LONGEST_FIELD = 1 << 24;

  private final Lines lines;
  private final List<String> fields = new ArrayList<>();
  private final long firstLine;

  /** The line being read, and the place in it. */
  private String line;

  private int at;

  private Csv(Lines lines, String line) {
    this.lines = lines;
    this.line = line;
    this.firstLine = lines.number();
  }

  /** The fields of the next row, none of a blank one; null after the last. */
  static @Nullable List<String> next(Lines lines) throws IOException {
    String line = lines.next();
    return line == null ? null : line.isEmpty() ? List.of() : new Csv(lines, line).row();
  }

  private List<String> row() throws IOException {
    while (true) {
      fields.add(at < line.length() && line.charAt(at) == '"' ? quoted() : plain());
      if (at == line.length()) {
        return fields;
      }
      if (line.charAt(at) != ',') {
        throw error(fields.size(), "text after the closing quote, expected a comma");
      }
      at++;
    }
  }

  private String plain() {
    int comma = line.indexOf(',', at);
    int from = at;
    at = comma < 0 ? line.length() : comma;
    return line.substring(from, at);
  }

  private String quoted() throws IOException {
    StringBuilder field = new StringBuilder();
    at++;
    while (true) {
      int quote = line.indexOf('"', at);
      if (quote < 0) {
        field.append(line, at, line.length()).append(lines.end());
        nextLine(field.length());
        continue;
      }
      field.append(line, at, quote);
      at = quote + 1;
      if (at == line.length() || line.charAt(at) != '"') {
        return field.toString();
      }
      field.append('"');
      at++;
    }
  }

  private void nextLine(int length) throws IOException {
    String next = length > LONGEST_FIELD ? null : lines.next();
    if (next == null) {
      throw error(fields.size() + 1, "a quote is opened and not closed");
    }
    line = next;
    at = 0;
  }

  private DataFormatException error(int field, String message) {
    return new DataFormatException(
        "%s: line %d: field %d: %s".formatted(lines.name(), firstLine, field, message));
  }
}

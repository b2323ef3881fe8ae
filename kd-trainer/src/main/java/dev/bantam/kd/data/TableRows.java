package dev.bantam.kd.data;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of fields, whose columns a header names. */
final class TableRows implements Rows {
  private final Lines lines;
  private final Splitter splitter;
  private final Positions positions;
  private final boolean lenient;
  private Skipped skipped = Skipped.NONE;

  /** What was read when a header was looked for, and is none. */
  private @Nullable List<String> pending;

  /**
   * Takes the next row apart, which is a line or more: no field if it is blank; null at the end.
   */
  @FunctionalInterface
  interface Splitter {
    @Nullable List<String> next(Lines lines) throws IOException;
  }

  /** Indices of the columns; -1 of those that are not there. */
  private record Positions(int fields, int text, int pair, int label) {}

  private TableRows(Lines lines, Splitter splitter, Positions positions, boolean lenient) {
    this.lines = lines;
    this.splitter = splitter;
    this.positions = positions;
    this.lenient = lenient;
  }

  /**
   * Reads the header.
   *
   * @param names of the columns of a file that comes without a header; if its first row names the
   *     columns of the texts, that is a header all the same. Null where there has to be one
   * @param lenient whether rows of more or fewer fields are passed over, else they are refused
   */
  static TableRows open(
      Lines lines,
      Splitter splitter,
      Columns columns,
      @Nullable List<String> names,
      boolean lenient)
      throws IOException {
    List<String> first = splitter.next(lines);
    if (first == null) {
      throw new DataFormatException(
          "%s: empty; expected %s"
              .formatted(lines.name(), names == null ? "a header and rows" : "rows"));
    }
    boolean headed = names == null || first.containsAll(columns.texts());
    List<String> header = names == null || headed ? first : names;
    TableRows rows =
        new TableRows(lines, splitter, positions(lines.name(), header, columns), lenient);
    rows.pending = headed ? null : first;
    return rows;
  }

  private static Positions positions(String file, List<String> header, Columns columns)
      throws DataFormatException {
    return new Positions(
        header.size(),
        position(file, header, columns.text(), true),
        position(file, header, columns.pair(), true),
        position(file, header, columns.label(), columns.labelRequired()));
  }

  private static int position(
      String file, List<String> header, @Nullable String column, boolean required)
      throws DataFormatException {
    if (column == null) {
      return -1;
    }
    int position = header.indexOf(column);
    if (position < 0 && required) {
      throw new DataFormatException(
          "%s: no column '%s'; the header has %s".formatted(file, column, header));
    }
    if (position != header.lastIndexOf(column)) {
      throw new DataFormatException(
          "%s: column '%s' is there twice; the header has %s".formatted(file, column, header));
    }
    return position;
  }

  @Override
  public @Nullable Row next() throws IOException {
    while (true) {
      long start = pending == null ? lines.bytes() : 0;
      long line = pending == null ? lines.number() + 1 : 1;
      List<String> fields = pending == null ? splitter.next(lines) : pending;
      pending = null;
      if (fields == null) {
        return null;
      }
      if (fields.isEmpty()) {
        continue;
      }
      if (fields.size() == positions.fields) {
        return row(start, line, fields);
      }
      refuse(line, fields.size());
    }
  }

  private Row row(long start, long line, List<String> fields) {
    return new Row(
        start,
        line,
        fields.get(positions.text),
        positions.pair < 0 ? null : fields.get(positions.pair),
        positions.label < 0 ? null : fields.get(positions.label));
  }

  private void refuse(long line, int fields) throws DataFormatException {
    if (!lenient) {
      throw new DataFormatException(
          "%s: line %d: %d fields, expected %d"
              .formatted(lines.name(), line, fields, positions.fields));
    }
    skipped = skipped.and(line);
  }

  @Override
  public Rows on(Lines cut) {
    return new TableRows(cut, splitter, positions, lenient);
  }

  @Override
  public Skipped skipped() {
    return skipped;
  }
}

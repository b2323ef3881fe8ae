package dev.bantam.kd.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How rows are written. */
enum RowFormat {
  /** A row a line, fields split at tabs; quotes are text like any other. */
  TSV {
    @Override
    Rows open(Lines lines, Columns columns) throws IOException {
      return TableRows.open(lines, RowFormat::splitAtTabs, columns, null, false);
    }
  },
  /** See {@link Csv}. */
  CSV {
    @Override
    Rows open(Lines lines, Columns columns) throws IOException {
      return TableRows.open(lines, Csv::next, columns, null, false);
    }
  },
  /** A text a line, in a column {@code text}. */
  TXT {
    @Override
    Rows open(Lines lines, Columns columns) throws IOException {
      return TableRows.open(lines, RowFormat::wholeLine, columns, List.of("text"), false);
    }
  },
  /** See {@link JsonRows}. */
  JSONL {
    @Override
    Rows open(Lines lines, Columns columns) {
      return new JsonRows(lines, columns);
    }
  };

  /** Gets ready to read the first row. */
  abstract Rows open(Lines lines, Columns columns) throws IOException;

  /** What the names of files end in. */
  String extension() {
    return "." + name().toLowerCase(Locale.ROOT);
  }

  /** The format that the name of a file tells. */
  static Optional<RowFormat> of(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return Arrays.stream(values()).filter(f -> name.endsWith(f.extension())).findAny();
  }

  static @Nullable List<String> wholeLine(Lines lines) throws IOException {
    String line = lines.next();
    return line == null ? null : line.isEmpty() ? List.of() : List.of(line);
  }

  static @Nullable List<String> splitAtTabs(Lines lines) throws IOException {
    String line = lines.next();
    return line == null ? null : line.isEmpty() ? List.of() : List.of(line.split("\t", -1));
  }
}

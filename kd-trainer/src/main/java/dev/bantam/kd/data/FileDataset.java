package dev.bantam.kd.data;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The rows of a file. */
final class FileDataset implements Dataset {
  private static final Logger LOG = System.getLogger(FileDataset.class.getName());

  private final Path file;
  private final Task task;
  private final Opener opener;
  private final Columns columns;
  private final LabelReader labels;
  private final AtomicBoolean warned = new AtomicBoolean();

  /** How the file is written. */
  @FunctionalInterface
  interface Opener {
    Rows open(Lines lines, Columns columns) throws IOException;
  }

  FileDataset(Path file, Task task, Opener opener, Columns columns, LabelReader labels)
      throws NoSuchFileException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString(), null, "expected a file of " + task.name());
    }
    this.file = file;
    this.task = task;
    this.opener = opener;
    this.columns = columns;
    this.labels = labels;
  }

  @Override
  public Task task() {
    return task;
  }

  @Override
  public RowReader read() throws IOException {
    return new RowReader();
  }

  @Override
  public IndexedDataset index() throws IOException {
    try (RowReader reader = read()) {
      return FileIndex.of(this, file, reader);
    }
  }

  /**
   * Makes an example of a row.
   *
   * @throws DataFormatException if the label is not known
   */
  Example example(Row row) throws DataFormatException {
    return new Example(row.text(), row.pair(), row.label() == null ? Example.NO_LABEL : label(row));
  }

  private double label(Row row) throws DataFormatException {
    String field = String.valueOf(row.label());
    try {
      return labels.read(field);
    } catch (IllegalArgumentException e) {
      throw new DataFormatException(
          "%s: line %d: '%s' in column '%s', %s"
              .formatted(file, row.line(), field, columns.label(), e.getMessage()),
          e);
    }
  }

  /** Reads examples and remembers their rows. */
  final class RowReader implements ExampleReader {
    private final long size = Files.size(file);
    private final Lines lines = new Lines(file.toString(), Files.newInputStream(file));
    private final Rows rows;
    private @Nullable Row row;

    private RowReader() throws IOException {
      try {
        rows = opener.open(lines, columns);
      } catch (IOException e) {
        lines.close();
        throw e;
      }
    }

    @Override
    public @Nullable Example next() throws IOException {
      row = rows.next();
      if (row == null) {
        warn(rows.skipped());
        return null;
      }
      return example(row);
    }

    /** The row that was read last; null before the first and after the last. */
    @Nullable Row row() {
      return row;
    }

    /** How many bytes were read. */
    long bytes() {
      return lines.bytes();
    }

    /** All rows, by which others are read too. */
    Rows rows() {
      return rows;
    }

    @Override
    public double fraction() {
      return size == 0 ? 1 : Math.min(1, (double) lines.bytes() / size);
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }

  private void warn(Rows.Skipped skipped) {
    if (skipped.count() > 0 && !warned.getAndSet(true)) {
      LOG.log(
          Level.WARNING,
          "{0}: passed over {1} malformed rows, the first in line {2}",
          file,
          Long.toString(skipped.count()),
          Long.toString(skipped.firstLine()));
    }
  }
}

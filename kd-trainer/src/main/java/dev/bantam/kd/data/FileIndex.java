package dev.bantam.kd.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where the rows of a file begin, so that any can be read. */
final class FileIndex implements IndexedDataset {
  private final FileDataset dataset;
  private final Path file;
  private final FileChannel channel;
  private final Rows rows;
  private final int size;

  /** Offsets in bytes of the rows' starts, and of the end of the last one. */
  private final long[] starts;

  private FileIndex(FileDataset dataset, Path file, Rows rows, int size, long[] starts)
      throws IOException {
    this.dataset = dataset;
    this.file = file;
    this.rows = rows;
    this.size = size;
    this.starts = starts;
    this.channel = FileChannel.open(file);
  }

  /** Reads all rows once. */
  static FileIndex of(FileDataset dataset, Path file, FileDataset.RowReader reader)
      throws IOException {
    long[] starts = new long[1024];
    int size = 0;
    while (reader.next() != null) {
      if (size + 1 == starts.length) {
        starts = Arrays.copyOf(starts, Math.addExact(size, (size >> 1) + 2));
      }
      starts[size++] = Objects.requireNonNull(reader.row()).start();
    }
    starts[size] = reader.bytes();
    return new FileIndex(dataset, file, reader.rows(), size, Arrays.copyOf(starts, size + 1));
  }

  @Override
  public Task task() {
    return dataset.task();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Example get(int row) throws IOException {
    long start = starts[Objects.checkIndex(row, size)];
    byte[] bytes = new byte[Math.toIntExact(starts[row + 1] - start)];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, start + buffer.position()) < 0) {
        throw changed(null);
      }
    }
    // Only the first line of a file may begin with a byte order mark.
    Lines lines = new Lines(file.toString(), bytes, start == 0 ? 0 : 1);
    try {
      if (rows.on(lines).next() instanceof Row read) {
        return dataset.example(read);
      }
    } catch (DataFormatException e) {
      throw changed(e);
    }
    throw changed(null);
  }

  /** All rows were well when the index was made. */
  private DataFormatException changed(@Nullable Throwable cause) {
    return new DataFormatException(file + ": was changed while it was in use", cause);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

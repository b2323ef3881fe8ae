package dev.bantam.kd.cli;

import dev.bantam.safetensors.internal.AtomicFiles;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a command writes. A file is written under another, hidden name beside its own and appears
 * when {@link #commit} is called; without that, also when the process is ended from outside,
 * nothing is left behind. Standard output, and what is no regular file, is written as it comes.
 */
final class OutputTarget implements Closeable {
  private static final int BUFFER = 1 << 16;

  private final OutputStream stream;
  private final @Nullable FileChannel channel;
  private final @Nullable Path temporary;
  private final @Nullable Path file;

  private OutputTarget(
      OutputStream stream,
      @Nullable FileChannel channel,
      @Nullable Path temporary,
      @Nullable Path file) {
    this.stream = new BufferedOutputStream(stream, BUFFER);
    this.channel = channel;
    this.temporary = temporary;
    this.file = file;
  }

  /** Standard output. */
  static OutputTarget of(Terminal terminal) {
    return new OutputTarget(terminal.out(), null, null, null);
  }

  /**
   * A file, which is replaced if it exists.
   *
   * @throws BadInputException if there can be no file of this name
   */
  static OutputTarget of(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new BadInputException(file + ": is a folder; expected the name of a file");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      return new OutputTarget(
          Files.newOutputStream(file, StandardOpenOption.WRITE), null, null, null);
    }
    // Through a link, so that the move replaces what it points at.
    Path real = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    if (real.getParent() instanceof Path folder && !Files.isDirectory(folder)) {
      throw new BadInputException(file + ": its folder does not exist");
    }
    Path temporary =
        real.resolveSibling("." + real.getFileName() + "." + UUID.randomUUID() + ".tmp");
    FileChannel channel;
    try {
      channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileSystemException e) {
      String reason = e.getReason() == null ? "no new files in its folder" : e.getReason();
      throw new BadInputException(file + ": cannot be written: " + reason, e);
    }
    temporary.toFile().deleteOnExit();
    return new OutputTarget(Channels.newOutputStream(channel), channel, temporary, real);
  }

  /** Buffered. */
  OutputStream stream() {
    return stream;
  }

  /** Whether {@link #overwriteStart} can be called. */
  boolean isSeekable() {
    return channel != null;
  }

  /** Replaces the first bytes, when their final values are known. */
  void overwriteStart(byte[] bytes) throws IOException {
    if (channel == null) {
      throw new IllegalStateException("not a regular file");
    }
    stream.flush();
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer, buffer.position());
    }
  }

  /** Makes the file appear under its name. */
  void commit() throws IOException {
    stream.flush();
    if (channel == null || temporary == null || file == null) {
      return;
    }
    channel.force(true);
    channel.close();
    AtomicFiles.move(temporary, file);
  }

  @Override
  public void close() throws IOException {
    if (channel != null && temporary != null) {
      channel.close();
      Files.deleteIfExists(temporary);
    }
  }
}

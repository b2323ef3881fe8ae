package dev.bantam.safetensors.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Files and folders that appear under their name only when they are complete. */
public final class AtomicFiles {
  /** Fills a file. */
  @FunctionalInterface
  public interface FileContent {
    /** Writes everything to {@code channel}. */
    void writeTo(FileChannel channel) throws IOException;
  }

  /** Fills a folder. */
  @FunctionalInterface
  public interface FolderContent {
    /** Writes everything below {@code folder}. */
    void writeTo(Path folder) throws IOException;
  }

  /** What {@link #temporary} makes. */
  private static final Pattern TEMPORARY =
      Pattern.compile("\\..+\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp");

  private AtomicFiles() {}

  /** Writes a file beside {@code target}, forces it to disk, and moves it there. */
  public static void write(Path target, FileContent content) throws IOException {
    Path temporary = temporary(target);
    if (temporary.getParent() instanceof Path folder && !Files.isDirectory(folder)) {
      throw new NoSuchFileException(target.toString(), null, "its folder does not exist");
    }
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        channel.force(true);
      }
      move(temporary, target);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Fills a folder beside {@code target} and moves it there.
   *
   * @throws FileAlreadyExistsException if there are files in {@code target} by then
   */
  public static void writeFolder(Path target, FolderContent content) throws IOException {
    Path temporary = temporary(target);
    try {
      Files.createDirectories(temporary);
      content.writeTo(temporary);
      try {
        if (Files.isDirectory(target)) {
          Files.delete(target);
        }
      } catch (DirectoryNotEmptyException e) {
        throw new FileAlreadyExistsException(target.toString(), null, "it appeared meanwhile");
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      deleteRecursively(temporary);
    }
  }

  /** Writes all bytes. */
  public static void writeFully(FileChannel channel, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** A hidden name of its own in the folder of {@code target}, so that a move stays atomic. */
  private static Path temporary(Path target) {
    return target
        .toAbsolutePath()
        .resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
  }

  /**
   * Moves a file, replacing the target, whose permissions it gets; in one step wherever the file
   * system can.
   */
  public static void move(Path source, Path target) throws IOException {
    var before = Files.getFileAttributeView(target, PosixFileAttributeView.class);
    if (before != null && Files.exists(target)) {
      Files.setPosixFilePermissions(source, before.readAttributes().permissions());
    }
    try {
      Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(source, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /**
   * Deletes the unfinished files that a process left which was killed.
   *
   * @param folder where it was writing; nobody may be writing there now
   */
  public static void deleteLeftovers(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(AtomicFiles::isTemporary).toList()) {
        deleteRecursively(file);
      }
    }
  }

  private static boolean isTemporary(Path file) {
    return TEMPORARY.matcher(String.valueOf(file.getFileName())).matches();
  }

  /** Deletes a folder and what is in it; nothing when it does not exist. */
  public static void deleteRecursively(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure)
              throws IOException {
            Files.delete(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}

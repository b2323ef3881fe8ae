package dev.bantam.kd.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** What was fetched once and is kept. */
final class Cache {
  private final Subcommand command;

  Cache(Subcommand command) {
    this.command = command;
  }

  /** Makes what is missing. */
  @FunctionalInterface
  interface Maker {
    /**
     * Makes it.
     *
     * @param staging an empty folder to work in, removed afterwards
     * @return what is to be kept, in that folder
     */
    Path make(Path staging) throws IOException;
  }

  /** {@code BANTAM_CACHE}, else {@code bantam} in {@code XDG_CACHE_HOME} or {@code ~/.cache}. */
  static Path home(Map<String, String> environment) {
    String own = environment.getOrDefault("BANTAM_CACHE", "");
    if (!own.isBlank()) {
      return Path.of(own);
    }
    String caches = environment.getOrDefault("XDG_CACHE_HOME", "");
    return (caches.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(caches))
        .resolve("bantam");
  }

  /**
   * A file or folder of the cache, after it was made if it was not there.
   *
   * @param kind folder in the cache
   * @param name in that folder
   * @param size of what is fetched, for the user
   */
  Path get(String kind, String name, String size, Maker maker) throws IOException {
    Path folder = home(System.getenv()).resolve(kind);
    Path target = folder.resolve(name);
    if (!Files.exists(target)) {
      Files.createDirectories(folder);
      make(folder, target, size, maker);
    }
    return target;
  }

  /** Only one process at a time fetches; the others wait and find it there. */
  private void make(Path folder, Path target, String size, Maker maker) throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve("." + target.getFileName() + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (!lock.isValid() || Files.exists(target)) {
        return;
      }
      if (!command.quiet()) {
        command
            .terminal()
            .err()
            .printf(
                "bantam: fetching %s (once, %s) through Maven to %s%n",
                target.getFileName(), size, target);
      }
      // Of a fixed name, so that the next run removes what an interrupted one left behind.
      Path staging = folder.resolve("." + target.getFileName() + ".tmp");
      Folders.delete(staging);
      try {
        Path made = maker.make(Files.createDirectory(staging));
        Files.move(made, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Folders.delete(staging);
      }
    }
  }
}

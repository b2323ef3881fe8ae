package dev.bantam.safetensors;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;
import java.util.SequencedSet;

/** One memory-mapped safetensors file. */
final class SafetensorsFile implements Checkpoint {
  private final Path path;
  private final SafetensorsHeader header;
  private final Arena arena;
  private final MemorySegment data;

  private SafetensorsFile(Path path, SafetensorsHeader header, Arena arena, MemorySegment data) {
    this.path = path;
    this.header = header;
    this.arena = arena;
    this.data = data;
  }

  static SafetensorsFile open(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw new ModelFormatException(path + ": is a folder; expected a safetensors file");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      SafetensorsHeader header = SafetensorsHeader.read(path, channel);
      Arena arena = Arena.ofShared();
      try {
        // The mapping starts at 0 because the system wants page-aligned offsets anyway.
        long end = header.dataStart() + header.dataSize();
        MemorySegment file = channel.map(MapMode.READ_ONLY, 0, end, arena);
        return new SafetensorsFile(path, header, arena, file.asSlice(header.dataStart()));
      } catch (IOException | RuntimeException e) {
        arena.close();
        throw e;
      }
    }
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public SequencedSet<String> names() {
    return Collections.unmodifiableSequencedSet(header.tensors().sequencedKeySet());
  }

  @Override
  public Map<String, String> metadata() {
    return header.metadata();
  }

  @Override
  public TensorInfo info(String name) throws ModelFormatException {
    TensorInfo info = header.tensors().get(name);
    if (info == null) {
      throw NearestName.notFound(path, name, names());
    }
    return info;
  }

  @Override
  public MemorySegment segment(String name) throws ModelFormatException {
    TensorInfo info = info(name);
    checkOpen();
    return data.asSlice(info.begin(), info.bytes());
  }

  @Override
  public void unload() {
    checkOpen();
    data.unload();
  }

  private void checkOpen() {
    if (!arena.scope().isAlive()) {
      throw new IllegalStateException(path + ": checkpoint is closed");
    }
  }

  @Override
  public synchronized void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}

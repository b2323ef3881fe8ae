package dev.bantam.safetensors;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SequencedSet;

/**
 * The named tensors of one model, read from a safetensors file or from several shards of one.
 *
 * <p>Opening maps the files and reads their headers; no tensor is touched until it is asked for. A
 * checkpoint is immutable and may be used by several threads. {@link #close} unmaps the files:
 * every segment handed out, and every method that reads data, throws {@link IllegalStateException}
 * from then on, while names, shapes and metadata stay readable. Arrays handed out are copies and
 * stay valid.
 *
 * <pre>{@code
 * try (Checkpoint checkpoint = Checkpoint.open(folder)) {
 *   WeightReader layer = checkpoint.pp("encoder").pp("layer.3");
 *   float[] weight = layer.get("output.dense.weight", hidden, intermediate);
 * }
 * }</pre>
 */
public sealed interface Checkpoint extends AutoCloseable
    permits SafetensorsFile, ShardedCheckpoint {
  /** Name of the single weight file of a Hugging Face folder. */
  String SINGLE_FILE = "model.safetensors";

  /** Name of the file that lists the shards of a Hugging Face folder. */
  String INDEX_FILE = "model.safetensors.index.json";

  /**
   * Opens a {@code .safetensors} file, a {@code .index.json} file beside its shards, or a folder
   * with {@code model.safetensors} or {@code model.safetensors.index.json} (in that order).
   *
   * @throws NoSuchFileException if nothing is there
   * @throws ModelFormatException if the folder holds no checkpoint, or a file breaks the format
   * @throws IOException if a file cannot be read
   */
  static Checkpoint open(Path fileOrFolder) throws IOException {
    if (Files.isDirectory(fileOrFolder)) {
      Path single = fileOrFolder.resolve(SINGLE_FILE);
      if (Files.exists(single)) {
        return SafetensorsFile.open(single);
      }
      Path index = fileOrFolder.resolve(INDEX_FILE);
      if (Files.exists(index)) {
        return ShardedCheckpoint.open(index);
      }
      throw new ModelFormatException(
          "%s: neither %s nor %s in this folder".formatted(fileOrFolder, SINGLE_FILE, INDEX_FILE));
    }
    if (!Files.exists(fileOrFolder)) {
      throw new NoSuchFileException(
          fileOrFolder.toString(), null, "expected a .safetensors file or a model folder");
    }
    return fileOrFolder.toString().endsWith(".index.json")
        ? ShardedCheckpoint.open(fileOrFolder)
        : SafetensorsFile.open(fileOrFolder);
  }

  /** The file that was opened: the safetensors file itself, or the index of the shards. */
  Path path();

  /** Names of all tensors in the order of their data, shard after shard. Unmodifiable. */
  SequencedSet<String> names();

  /** The string-to-string metadata of the file; of shards, all of theirs together. Unmodifiable. */
  Map<String, String> metadata();

  /**
   * Type, shape and position of a tensor.
   *
   * @throws ModelFormatException if there is no such tensor; the message offers the nearest name
   */
  TensorInfo info(String name) throws ModelFormatException;

  /**
   * The mapped bytes of a tensor: read-only, little-endian, not copied. The format does not promise
   * alignment, so read it with the {@code _UNALIGNED} layouts.
   *
   * @throws ModelFormatException if there is no such tensor
   * @throws IllegalStateException after {@link #close}
   */
  MemorySegment segment(String name) throws ModelFormatException;

  /**
   * Lets go of the memory that what was read takes; whatever is read again comes from the file
   * again. For after most tensors were copied.
   *
   * @throws IllegalStateException after {@link #close}
   */
  void unload();

  /** Unmaps the files. Closing twice is harmless. */
  @Override
  void close();

  /** Whether there is a tensor of this name. */
  default boolean contains(String name) {
    return names().contains(name);
  }

  /**
   * A floating-point tensor as {@code float} values in row-major order. F32, F16 and BF16 are
   * exact; F64 is rounded to nearest.
   *
   * @throws ModelFormatException if there is no such tensor, or it holds integers
   * @throws IllegalStateException after {@link #close}
   */
  default float[] floats(String name) throws ModelFormatException {
    float[] values = new float[Elements.count(path(), info(name))];
    copyFloats(name, values, 0);
    return values;
  }

  /**
   * Copies a floating-point tensor, as {@link #floats} would return it, to {@code dst[offset..]}.
   *
   * @throws ModelFormatException if there is no such tensor, or it holds integers
   * @throws IndexOutOfBoundsException if {@code dst} is too short
   * @throws IllegalStateException after {@link #close}
   */
  default void copyFloats(String name, float[] dst, int offset) throws ModelFormatException {
    Elements.copyFloats(path(), info(name), segment(name), dst, offset);
  }

  /**
   * An integer tensor (I64, I32, I16, I8, U8 or BOOL), widened.
   *
   * @throws ModelFormatException if there is no such tensor, or it holds floating-point numbers
   * @throws IllegalStateException after {@link #close}
   */
  default long[] longs(String name) throws ModelFormatException {
    return Elements.longs(path(), info(name), segment(name));
  }

  /**
   * An integer tensor of at most 32 bits (I32, I16, I8, U8 or BOOL), widened.
   *
   * @throws ModelFormatException if there is no such tensor, or its type does not fit
   * @throws IllegalStateException after {@link #close}
   */
  default int[] ints(String name) throws ModelFormatException {
    return Elements.ints(path(), info(name), segment(name));
  }

  /**
   * The bytes of a one-byte tensor (I8, U8 or BOOL). A U8 value above 127 comes out negative.
   *
   * @throws ModelFormatException if there is no such tensor, or its type is wider
   * @throws IllegalStateException after {@link #close}
   */
  default byte[] bytes(String name) throws ModelFormatException {
    return Elements.bytes(path(), info(name), segment(name));
  }

  /** All weights, for reading with shape checks. */
  default WeightReader weights() {
    return new WeightReader(this, "");
  }

  /** The weights whose names start with {@code prefix} and a dot; "pp" is for "push prefix". */
  default WeightReader pp(String prefix) {
    return weights().pp(prefix);
  }
}

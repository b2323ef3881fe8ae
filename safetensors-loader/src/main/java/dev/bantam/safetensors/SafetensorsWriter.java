package dev.bantam.safetensors;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.bantam.safetensors.internal.AtomicFiles;
import dev.bantam.safetensors.internal.Json;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes a safetensors file: collects what the tensors are, then streams their data. Nothing but
 * the header is held in memory.
 *
 * <pre>{@code
 * new SafetensorsWriter()
 *     .metadata("format", "pt")
 *     .add("pooler.dense.weight", weight, 768, 768)
 *     .write(folder.resolve("model.safetensors"));
 * }</pre>
 *
 * <p>The file is, byte for byte, the one the reference implementation writes for the same tensors:
 * wide types first, then by name, and a header padded with spaces to a multiple of 8 bytes, so that
 * every tensor is aligned to its element size. (Metadata keep the order in which they were given.)
 */
public final class SafetensorsWriter {
  /** Wide types first; names by their UTF-8 bytes, which is the order of their code points. */
  private static final Comparator<Entry> FILE_ORDER =
      Comparator.comparing(Entry::dtype)
          .reversed()
          .thenComparing(
              entry -> entry.name().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<Entry> entries = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  private record Entry(String name, DType dtype, List<Long> shape, TensorData data) {
    long bytes() {
      return TensorInfo.byteSize(dtype, shape);
    }
  }

  /** A file without tensors and metadata, to begin with. */
  public SafetensorsWriter() {}

  /** Adds or replaces an entry of {@code __metadata__}. */
  public SafetensorsWriter metadata(String key, String value) {
    metadata.put(unicode(key), unicode(value));
    return this;
  }

  /** Adds all entries to {@code __metadata__}. */
  public SafetensorsWriter metadata(Map<String, String> entries) {
    entries.forEach(this::metadata);
    return this;
  }

  /**
   * Adds a tensor.
   *
   * @param shape sizes, outermost first; empty for a scalar
   * @param data called once, by {@link #write}
   * @throws IllegalArgumentException if the name is taken or reserved, or the shape is not one
   */
  public SafetensorsWriter add(String name, DType dtype, List<Long> shape, TensorData data) {
    if (name.equals(SafetensorsHeader.METADATA)) {
      throw new IllegalArgumentException("tensor name '" + name + "' is reserved");
    }
    Entry entry = new Entry(unicode(name), dtype, List.copyOf(shape), data);
    bytes(entry);
    if (!names.add(name)) {
      throw new IllegalArgumentException("tensor '" + name + "' was added before");
    }
    entries.add(entry);
    return this;
  }

  private static long bytes(Entry entry) {
    try {
      return entry.bytes();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "tensor '%s': %s %s takes more than 2^63 - 1 bytes"
              .formatted(entry.name(), entry.dtype(), entry.shape()),
          e);
    }
  }

  /**
   * Adds an F32 tensor.
   *
   * @param shape sizes, outermost first; none for a scalar
   * @throws IllegalArgumentException if the name is taken, or the shape does not fit the values
   */
  public SafetensorsWriter add(String name, float[] values, long... shape) {
    List<Long> sizes = Arrays.stream(shape).boxed().toList();
    Entry entry = new Entry(name, DType.F32, sizes, TensorData.of(values));
    if (bytes(entry) != (long) values.length * Float.BYTES) {
      throw new IllegalArgumentException(
          "tensor '%s': shape %s does not hold %d values".formatted(name, sizes, values.length));
    }
    return add(name, DType.F32, sizes, TensorData.of(values));
  }

  /** Adds a tensor of an open checkpoint, under its own name, as it is stored. */
  public SafetensorsWriter add(Checkpoint checkpoint, String name) throws ModelFormatException {
    TensorInfo info = checkpoint.info(name);
    return add(name, info.dtype(), info.shape(), TensorData.of(checkpoint.segment(name)));
  }

  /**
   * Writes the file. It appears under its name only when it is complete and on disk; a file of that
   * name is replaced.
   *
   * @throws IOException if writing fails; the target is then as it was
   * @throws IllegalStateException if a tensor's data is not as long as its type and shape say
   */
  public void write(Path target) throws IOException {
    List<Entry> ordered = entries.stream().sorted(FILE_ORDER).toList();
    ByteBuffer header = header(ordered);
    AtomicFiles.write(
        target,
        channel -> {
          while (header.hasRemaining()) {
            channel.write(header);
          }
          for (Entry entry : ordered) {
            writeTensor(entry, channel);
          }
        });
  }

  private static void writeTensor(Entry entry, FileChannel channel) throws IOException {
    long begin = channel.position();
    entry.data().writeTo(new NonClosing(channel));
    long written = channel.position() - begin;
    if (written != entry.bytes()) {
      throw new IllegalStateException(
          "tensor '%s': %s %s takes %d bytes, its data wrote %d"
              .formatted(entry.name(), entry.dtype(), entry.shape(), entry.bytes(), written));
    }
  }

  /** The length and the JSON, padded so that the data starts at a multiple of 8. */
  private ByteBuffer header(List<Entry> ordered) throws IOException {
    // Through characters: to bytes, Jackson would escape what lies outside the basic plane.
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = Json.streams().createGenerator(text)) {
      generator.writeStartObject();
      if (!metadata.isEmpty()) {
        generator.writeObjectFieldStart(SafetensorsHeader.METADATA);
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          generator.writeStringField(entry.getKey(), entry.getValue());
        }
        generator.writeEndObject();
      }
      long position = 0;
      for (Entry entry : ordered) {
        generator.writeObjectFieldStart(entry.name());
        generator.writeStringField("dtype", entry.dtype().name());
        generator.writeArrayFieldStart("shape");
        for (long size : entry.shape()) {
          generator.writeNumber(size);
        }
        generator.writeEndArray();
        generator.writeArrayFieldStart("data_offsets");
        generator.writeNumber(position);
        position = Math.addExact(position, entry.bytes());
        generator.writeNumber(position);
        generator.writeEndArray();
        generator.writeEndObject();
      }
      generator.writeEndObject();
    }
    byte[] json = text.toString().getBytes(StandardCharsets.UTF_8);
    int length = Math.ceilDiv(json.length, Long.BYTES) * Long.BYTES;
    if (length > SafetensorsHeader.MAX_BYTES) {
      throw new IOException(
          "header of %d tensors takes %d bytes, the format allows %d"
              .formatted(ordered.size(), length, SafetensorsHeader.MAX_BYTES));
    }
    byte[] padded = Arrays.copyOf(json, length);
    Arrays.fill(padded, json.length, length, (byte) ' ');
    return ByteBuffer.allocate(Long.BYTES + length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(padded)
        .flip();
  }

  private static String unicode(String text) {
    if (!SafetensorsHeader.isWellFormed(text)) {
      throw new IllegalArgumentException("lone surrogate in '" + text + "'");
    }
    return text;
  }

  /** Lends the file to a tensor's data, which may write to it and nothing else. */
  private record NonClosing(FileChannel channel) implements WritableByteChannel {
    @Override
    public int write(ByteBuffer src) throws IOException {
      return channel.write(src);
    }

    @Override
    public boolean isOpen() {
      return channel.isOpen();
    }

    @Override
    public void close() {}
  }
}

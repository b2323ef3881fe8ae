package dev.bantam.quant.model;

import dev.bantam.nn.StoredLayer;
import dev.bantam.nn.StoredWeight;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A compressed layer in memory, as a checkpoint would give it, that can be spoilt. */
final class MemoryLayer implements StoredLayer {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Map<String, Object> scheme = new HashMap<>();
  private final Map<String, StoredWeight.Part> parts = new LinkedHashMap<>();

  /** What was stored of a weight, with the bias of its layer if it has one. */
  static MemoryLayer of(StoredWeight stored, float @Nullable [] bias) {
    MemoryLayer layer = new MemoryLayer();
    stored.scheme().forEach(layer::say);
    stored.tensors().forEach(part -> layer.parts.put(part.name(), part));
    return bias == null ? layer : layer.put("bias", bias, bias.length);
  }

  /** Changes what {@code config.json} says; null takes it away. */
  MemoryLayer say(String field, @Nullable Object value) {
    if (value == null) {
      scheme.remove(field);
    } else {
      scheme.put(field, value instanceof Integer n ? n.longValue() : value); // as JSON has it
    }
    return this;
  }

  MemoryLayer put(String tensor, String dtype, byte[] data, long... shape) {
    List<Long> sizes = Arrays.stream(shape).boxed().toList();
    parts.put(tensor, new StoredWeight.Part(tensor, dtype, sizes, data));
    return this;
  }

  MemoryLayer put(String tensor, float[] values, long... shape) {
    MemorySegment data = MemorySegment.ofArray(new byte[values.length * Float.BYTES]);
    MemorySegment.copy(values, 0, data, FLOAT, 0, values.length);
    return put(tensor, "F32", data.toArray(ValueLayout.JAVA_BYTE), shape);
  }

  MemoryLayer remove(String tensor) {
    parts.remove(tensor);
    return this;
  }

  @Override
  public String name() {
    return "encoder.dense";
  }

  @Override
  public Map<String, Object> scheme() {
    return Map.copyOf(scheme);
  }

  @Override
  public boolean has(String tensor) {
    return parts.containsKey(tensor);
  }

  @Override
  public float[] floats(String tensor, long... shape) throws IOException {
    StoredWeight.Part part = part(tensor, shape);
    MemorySegment data = MemorySegment.ofArray(part.data());
    return switch (part.dtype()) {
      case "F32" -> data.toArray(FLOAT);
      case "F16" -> {
        short[] halves = data.toArray(HALF);
        float[] values = new float[halves.length];
        for (int i = 0; i < values.length; i++) {
          values[i] = Float.float16ToFloat(halves[i]);
        }
        yield values;
      }
      default -> throw error("tensor '%s' is %s, expected F32".formatted(tensor, part.dtype()));
    };
  }

  @Override
  public MemorySegment bytes(String tensor, String dtype, long... shape) throws IOException {
    StoredWeight.Part part = part(tensor, shape);
    if (!part.dtype().equals(dtype)) {
      throw error("tensor '%s' is %s, expected %s".formatted(tensor, part.dtype(), dtype));
    }
    return MemorySegment.ofArray(part.data()).asReadOnly();
  }

  private StoredWeight.Part part(String tensor, long... shape) throws IOException {
    StoredWeight.Part part = parts.get(tensor);
    if (part == null) {
      throw error("tensor '%s' not found".formatted(tensor));
    }
    List<Long> expected = Arrays.stream(shape).boxed().toList();
    if (!part.shape().equals(expected)) {
      throw error(
          "tensor '%s': expected shape %s, got %s".formatted(tensor, expected, part.shape()));
    }
    return part;
  }

  @Override
  public IOException error(String message) {
    return new IOException("'%s': %s".formatted(name(), message));
  }
}

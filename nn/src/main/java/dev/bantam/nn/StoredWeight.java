package dev.bantam.nn;

import java.util.List;
import java.util.Map;

/**
 * The compressed form in which a weight is written to a checkpoint.
 *
 * @param format name of the {@link CompressedFormat} that reads it
 * @param scheme what the format has to know, for {@code config.json}: strings, numbers, booleans
 * @param tensors what takes the place of the weight
 */
public record StoredWeight(String format, Map<String, Object> scheme, List<Part> tensors) {

  /** Copies the collections. */
  public StoredWeight {
    scheme = Map.copyOf(scheme);
    tensors = List.copyOf(tensors);
  }

  /**
   * A tensor.
   *
   * @param name below the layer: {@code "weight"}, {@code "weight_scale"}
   * @param dtype type of its elements, by its name in the safetensors format
   * @param shape its extents
   * @param data its elements, little-endian
   */
  public record Part(String name, String dtype, List<Long> shape, byte[] data) {
    /** Copies the shape. */
    public Part {
      shape = List.copyOf(shape);
    }
  }
}

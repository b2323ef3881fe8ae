package dev.bantam.nn;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/** One layer of a compressed checkpoint, as a {@link CompressedFormat} sees it. */
public interface StoredLayer {

  /** Name in the checkpoint: {@code "bert.encoder.layer.3.output.dense"}. */
  String name();

  /** What {@code config.json} says of it: strings, longs, doubles, booleans. */
  Map<String, Object> scheme();

  /** Whether it has a tensor: {@code "bias"}. */
  boolean has(String tensor);

  /**
   * The elements of a floating-point tensor of at least 16 bits.
   *
   * @param shape the shape it must have
   * @throws IOException if it is missing, or not of this type and shape
   */
  float[] floats(String tensor, long... shape) throws IOException;

  /**
   * The bytes of a tensor, mapped: to be copied, or read as long as the model is open.
   *
   * @param dtype the type it must have, by its name in the safetensors format
   * @param shape the shape it must have
   * @throws IOException if it is missing, or not of this type and shape
   */
  MemorySegment bytes(String tensor, String dtype, long... shape) throws IOException;

  /** The error for a layer that is not what its format expects. */
  IOException error(String message);
}

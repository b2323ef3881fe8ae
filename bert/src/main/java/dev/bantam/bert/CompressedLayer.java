package dev.bantam.bert;

import dev.bantam.safetensors.ModelFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A layer that a model folder keeps in compressed form, as its {@code config.json} has it.
 *
 * @param name in the checkpoint: {@code "bert.encoder.layer.3.output.dense"}
 * @param scheme what is said of it: strings, longs, doubles, booleans
 * @param description the scheme, for people: {@code "int8 per channel, input dynamic"}
 */
public record CompressedLayer(String name, Map<String, Object> scheme, String description) {

  /** Copies the scheme. */
  public CompressedLayer {
    scheme = Map.copyOf(scheme);
  }

  /**
   * The compressed layers of a model folder, without their weights; none if it is not compressed.
   *
   * @throws ModelFormatException if {@code config.json} is malformed, or nothing on the path reads
   *     one of the layers
   * @throws IOException if reading fails
   */
  public static List<CompressedLayer> list(Path folder) throws IOException {
    return Compression.read(folder).layers();
  }
}

package dev.bantam.bert;

import dev.bantam.bert.internal.JsonObject;
import dev.bantam.nn.CompressedFormat;
import dev.bantam.nn.StoredLayer;
import dev.bantam.safetensors.Checkpoint;
import dev.bantam.safetensors.ModelFormatException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * The {@code compression} block of a {@code config.json}: which layers of the checkpoint are
 * compressed, and how.
 *
 * <pre>{@code
 * "compression": {
 *   "version": 1,
 *   "layers": {
 *     "bert.encoder.layer.0.attention.self.query": {"format": "quantized", "weight": "int8", ...}
 *   }
 * }
 * }</pre>
 */
final class Compression {
  static final String BLOCK = "compression";
  static final String LAYERS = "layers";
  static final String FORMAT = "format";
  static final String VERSION = "version";

  /** The version that this library writes, and the newest it reads. */
  static final int CURRENT_VERSION = 1;

  /** Who reads a format; for the error where it is missing. */
  private static final Map<String, String> ARTIFACTS =
      Map.of(
          "quantized", "dev.bantam:bantam-quant-int8-int4", "sparse", "dev.bantam:bantam-sparse");

  private final Map<String, JsonObject> layers;
  private final Map<String, CompressedFormat> formats = new HashMap<>();

  private Compression(Map<String, JsonObject> layers) {
    this.layers = layers;
  }

  /** Reads the block in a model folder; it has no layers if there is none. */
  static Compression read(Path folder) throws IOException {
    Path file = folder.resolve(BertConfig.FILE);
    Map<String, JsonObject> layers = new LinkedHashMap<>();
    JsonObject block = Files.exists(file) ? JsonObject.read(file).object(BLOCK) : null;
    JsonObject listed = block == null ? null : block.object(LAYERS);
    if (block != null && block.size(VERSION, 0) > CURRENT_VERSION) {
      throw block.error(VERSION, "at most " + CURRENT_VERSION, block.get(VERSION));
    }
    if (listed != null) {
      for (String name : listed.names()) {
        JsonObject layer = listed.object(name);
        if (layer != null) {
          layers.put(name, layer);
        }
      }
    }
    Compression compression = new Compression(layers);
    compression.findFormats();
    return compression;
  }

  /** Finds a format for every layer, before anything is loaded. */
  private void findFormats() throws ModelFormatException {
    if (layers.isEmpty()) {
      return;
    }
    for (CompressedFormat format :
        ServiceLoader.load(CompressedFormat.class, Compression.class.getClassLoader())) {
      formats.putIfAbsent(format.name(), format);
    }
    for (JsonObject layer : layers.values()) {
      String format = layer.string(FORMAT, "");
      if (!formats.containsKey(format)) {
        String artifact = ARTIFACTS.get(format);
        throw new ModelFormatException(
            "%s%s: nothing on the path reads '%s'%s"
                .formatted(
                    layer.where(),
                    FORMAT,
                    format,
                    artifact == null ? "" : "; add the artifact " + artifact));
      }
    }
  }

  /** Whether some layer is compressed. */
  boolean isPresent() {
    return !layers.isEmpty();
  }

  /** The layers, in the order of the file. */
  List<CompressedLayer> layers() throws ModelFormatException {
    List<CompressedLayer> all = new ArrayList<>();
    for (var layer : layers.entrySet()) {
      Map<String, Object> scheme = scheme(layer.getValue());
      String format = layer.getValue().string(FORMAT, "");
      CompressedFormat reader = formats.get(format);
      all.add(
          new CompressedLayer(
              layer.getKey(), scheme, reader == null ? format : reader.describe(scheme)));
    }
    return all;
  }

  private static Map<String, Object> scheme(JsonObject json) {
    Map<String, Object> scheme = new HashMap<>();
    for (String field : json.names()) {
      Object value = json.get(field);
      if (value != null) {
        scheme.put(field, value);
      }
    }
    return Map.copyOf(scheme);
  }

  /** A compressed layer with what reads it. */
  record Layer(CompressedFormat format, StoredLayer stored) {}

  /** The layer of this name in the checkpoint, if it is compressed. */
  Optional<Layer> layer(Checkpoint checkpoint, String name) throws ModelFormatException {
    JsonObject json = layers.get(name);
    if (json == null) {
      return Optional.empty();
    }
    CompressedFormat format = formats.get(json.string(FORMAT, ""));
    return Optional.ofNullable(format)
        .map(f -> new Layer(f, new CheckpointLayer(checkpoint, name, scheme(json))));
  }

  private record CheckpointLayer(Checkpoint checkpoint, String name, Map<String, Object> scheme)
      implements StoredLayer {

    @Override
    public boolean has(String tensor) {
      return checkpoint.contains(name + "." + tensor);
    }

    @Override
    public float[] floats(String tensor, long... shape) throws IOException {
      return checkpoint.pp(name).get(tensor, shape);
    }

    @Override
    public MemorySegment bytes(String tensor, String dtype, long... shape) throws IOException {
      String stored = checkpoint.pp(name).info(tensor).dtype().name();
      if (!stored.equals(dtype)) {
        throw error("tensor '%s' is %s, expected %s".formatted(tensor, stored, dtype));
      }
      return checkpoint.pp(name).segment(tensor, shape);
    }

    @Override
    public IOException error(String message) {
      return new ModelFormatException(
          "%s: compressed layer '%s': %s".formatted(checkpoint.path(), name, message));
    }
  }
}

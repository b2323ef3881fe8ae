package dev.bantam.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.safetensors.internal.Json;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Map.Entry;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;

/**
 * Several safetensors files in one folder that hold one model together. {@code
 * model.safetensors.index.json} says which file has which tensor:
 *
 * <pre>{@code
 * {"metadata": {"total_size": 438}, "weight_map": {"a.weight": "model-00001-of-00002.safetensors"}}
 * }</pre>
 */
final class ShardedCheckpoint implements Checkpoint {
  private final Path index;
  private final SequencedMap<String, SafetensorsFile> shardOf;
  private final Map<String, String> metadata;

  private ShardedCheckpoint(
      Path index, SequencedMap<String, SafetensorsFile> shardOf, Map<String, String> metadata) {
    this.index = index;
    this.shardOf = shardOf;
    this.metadata = metadata;
  }

  static ShardedCheckpoint open(Path index) throws IOException {
    Map<String, Set<String>> namesByShard = readIndex(index);
    SequencedMap<String, SafetensorsFile> shardOf = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    Map<String, SafetensorsFile> opened = new HashMap<>();
    try {
      for (Entry<String, Set<String>> entry : namesByShard.entrySet()) {
        Path path = index.resolveSibling(entry.getKey());
        if (!Files.exists(path)) {
          throw new ModelFormatException(
              "%s: shard '%s' is missing from the folder".formatted(index, entry.getKey()));
        }
        SafetensorsFile shard = SafetensorsFile.open(path);
        opened.put(entry.getKey(), shard);
        for (String name : entry.getValue()) {
          if (!shard.contains(name)) {
            throw new ModelFormatException(
                "%s: tensor '%s' should be in shard '%s', which does not have it"
                    .formatted(index, name, entry.getKey()));
          }
        }
        for (String name : shard.names()) {
          if (entry.getValue().contains(name)) {
            shardOf.put(name, shard);
          }
        }
        shard.metadata().forEach(metadata::putIfAbsent);
      }
    } catch (IOException | RuntimeException e) {
      opened.values().forEach(SafetensorsFile::close);
      throw e;
    }
    return new ShardedCheckpoint(index, shardOf, Collections.unmodifiableMap(metadata));
  }

  /** The tensor names of each shard, shards in the order of their names. */
  private static Map<String, Set<String>> readIndex(Path index) throws IOException {
    JsonNode root;
    try {
      root = Json.mapper().readTree(Json.utf8(index.toString(), Files.readAllBytes(index)));
    } catch (JsonProcessingException e) {
      throw Json.invalid(index, e);
    }
    JsonNode weightMap = root.path("weight_map");
    if (!weightMap.isObject()) {
      throw new ModelFormatException(index + ": expected an object 'weight_map'");
    }
    Map<String, Set<String>> namesByShard = new TreeMap<>();
    for (Entry<String, JsonNode> entry : weightMap.properties()) {
      String shard = entry.getValue().asText();
      if (!entry.getValue().isTextual() || !isFileName(shard)) {
        throw new ModelFormatException(
            "%s: tensor '%s' is mapped to %s, expected the name of a file in the same folder"
                .formatted(index, entry.getKey(), entry.getValue()));
      }
      namesByShard.computeIfAbsent(shard, key -> new LinkedHashSet<>()).add(entry.getKey());
    }
    return namesByShard;
  }

  /** Whether the name cannot lead out of its folder, on any operating system. */
  private static boolean isFileName(String name) {
    return !name.isEmpty()
        && !name.equals(".")
        && !name.equals("..")
        && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ');
  }

  @Override
  public Path path() {
    return index;
  }

  @Override
  public SequencedSet<String> names() {
    return Collections.unmodifiableSequencedSet(shardOf.sequencedKeySet());
  }

  @Override
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public TensorInfo info(String name) throws ModelFormatException {
    return shard(name).info(name);
  }

  @Override
  public MemorySegment segment(String name) throws ModelFormatException {
    return shard(name).segment(name);
  }

  private SafetensorsFile shard(String name) throws ModelFormatException {
    SafetensorsFile shard = shardOf.get(name);
    if (shard == null) {
      throw NearestName.notFound(index, name, names());
    }
    return shard;
  }

  @Override
  public void unload() {
    new LinkedHashSet<>(shardOf.values()).forEach(SafetensorsFile::unload);
  }

  @Override
  public void close() {
    new LinkedHashSet<>(shardOf.values()).forEach(SafetensorsFile::close);
  }

  @Override
  public String toString() {
    return index.toString();
  }
}

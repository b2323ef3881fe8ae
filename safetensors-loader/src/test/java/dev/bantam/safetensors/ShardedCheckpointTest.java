package dev.bantam.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardedCheckpointTest {
  private static final String FIRST = "model-00001-of-00002.safetensors";
  private static final String SECOND = "model-00002-of-00002.safetensors";

  @TempDir Path folder;
  private Path index;

  @BeforeEach
  void writeShards() throws IOException {
    index = folder.resolve("model.safetensors.index.json");
    new SafetensorsWriter()
        .metadata("format", "pt")
        .add("a", new float[] {1, 2}, 2)
        .add("d", new float[] {3}, 1)
        .write(folder.resolve(FIRST));
    new SafetensorsWriter()
        .metadata(Map.of("format", "pt", "shard", "2"))
        .add("b", new float[] {4}, 1)
        .add("unlisted", new float[] {5}, 1)
        .write(folder.resolve(SECOND));
  }

  private void writeIndex(String weightMap) throws IOException {
    Files.writeString(
        index, "{\"metadata\": {\"total_size\": 16}, \"weight_map\": {" + weightMap + "}}");
  }

  private void assertRefused(String... messageParts) {
    assertThatThrownBy(() -> Checkpoint.open(folder).close())
        .isInstanceOf(ModelFormatException.class)
        .hasMessageStartingWith(index + ": ")
        .hasMessageContainingAll(messageParts);
  }

  @Test
  void tensors_of_all_shards_are_one_checkpoint() throws IOException {
    writeIndex("\"b\": \"%s\", \"a\": \"%s\", \"d\": \"%s\"".formatted(SECOND, FIRST, FIRST));
    Checkpoint checkpoint = Checkpoint.open(folder);
    try (checkpoint) {
      assertThat(checkpoint.names()).containsExactly("a", "d", "b");
      assertThat(checkpoint.floats("a")).containsExactly(1, 2);
      assertThat(checkpoint.weights().get("b", 1)).containsExactly(4);
      assertThat(checkpoint.metadata()).containsEntry("format", "pt").containsEntry("shard", "2");
      assertThat(checkpoint.path()).isEqualTo(index);
      assertThatThrownBy(() -> checkpoint.floats("unlisted"))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("tensor 'unlisted' not found");
    }
    assertThatThrownBy(() -> checkpoint.floats("b")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void the_index_itself_can_be_opened() throws IOException {
    writeIndex("\"b\": \"%s\"".formatted(SECOND));
    try (Checkpoint checkpoint = Checkpoint.open(index)) {
      assertThat(checkpoint.names()).containsExactly("b");
    }
  }

  @Test
  void a_missing_shard_is_named() throws IOException {
    writeIndex("\"a\": \"%s\", \"z\": \"model-3.safetensors\"".formatted(FIRST));
    assertRefused("shard 'model-3.safetensors' is missing");
  }

  @Test
  void a_tensor_missing_from_its_shard_is_named() throws IOException {
    writeIndex("\"a\": \"%s\"".formatted(SECOND));
    assertRefused("tensor 'a' should be in shard '" + SECOND + "'");
  }

  @Test
  void a_shard_that_is_a_folder_is_named() throws IOException {
    writeIndex("\"a\": \"" + FIRST + "\", \"b\": \"folder\"");
    Path shard = Files.createDirectory(folder.resolve("folder"));
    assertThatThrownBy(() -> Checkpoint.open(folder).close())
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(shard + ": is a folder; expected a safetensors file");
  }

  @Test
  void a_broken_shard_is_named() throws IOException {
    writeIndex("\"a\": \"%s\"".formatted(FIRST));
    Path shard = folder.resolve(FIRST);
    byte[] bytes = Files.readAllBytes(shard);
    Files.write(shard, Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageStartingWith(shard + ": the file is truncated");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../secret.safetensors",
        "sub/x.safetensors",
        "sub\\\\x.safetensors",
        "/etc/passwd",
        "C:x",
        "..",
        ".",
        "",
        "a\\u0000b"
      })
  void a_shard_outside_of_the_folder_is_refused(String shard) throws IOException {
    writeIndex("\"a\": \"" + shard + "\"");
    assertRefused("tensor 'a' is mapped to", "expected the name of a file in the same folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "1", "", "{\"weight_map\": []}", "{\"weight_map\": null}"})
  void an_index_without_a_weight_map_is_refused(String json) throws IOException {
    Files.writeString(index, json);
    assertRefused("weight_map");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "{} {}", "{\"weight_map\": {}, \"weight_map\": {}}"})
  void an_index_that_is_not_JSON_is_refused(String json) throws IOException {
    Files.writeString(index, json);
    assertRefused("not valid JSON");
  }

  @Test
  void a_shard_name_that_is_no_string_is_refused() throws IOException {
    writeIndex("\"a\": 1");
    assertRefused("tensor 'a' is mapped to 1");
  }
}

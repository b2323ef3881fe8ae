package dev.bantam.safetensors;

import static dev.bantam.safetensors.Fixtures.golden;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  @TempDir Path folder;
  private Path target;

  @BeforeEach
  void nameTarget() {
    target = folder.resolve("model.safetensors");
  }

  @Test
  void a_file_is_the_reference_s_byte_for_byte_whatever_the_order_of_adding() throws IOException {
    try (Checkpoint golden = Checkpoint.open(golden("dtypes.safetensors"))) {
      List<String> names = new ArrayList<>(golden.names());
      Collections.shuffle(names, new Random(1));
      SafetensorsWriter writer = new SafetensorsWriter().metadata(golden.metadata());
      for (String name : names) {
        writer.add(golden, name);
      }
      writer.write(target);
    }
    assertThat(target).hasSameBinaryContentAs(golden("dtypes.safetensors"));
  }

  @Test
  void values_come_back_bit_for_bit() throws IOException {
    // Longer than the chunk in which arrays are written, and not a multiple of it.
    float[] values = new float[50_001];
    Random random = new Random(2);
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt());
    }
    new SafetensorsWriter()
        .add("w", values, 3, 16_667)
        .add("scalar", new float[] {-0f})
        .add("q", DType.I8, List.of(2L), TensorData.of(new byte[] {-1, 1}))
        .write(target);
    try (Checkpoint checkpoint = Checkpoint.open(target)) {
      assertThat(checkpoint.names()).containsExactly("scalar", "w", "q");
      assertThat(checkpoint.floats("w")).isEqualTo(values);
      assertThat(checkpoint.floats("scalar")).containsExactly(-0f);
      assertThat(checkpoint.bytes("q")).containsExactly(-1, 1);
      assertThat(checkpoint.metadata()).isEmpty();
    }
  }

  @Test
  void names_are_ordered_by_code_point() throws IOException {
    // As UTF-16 the pair \ud83d\ude00 would come before \uff5e.
    new SafetensorsWriter()
        .add("\ud83d\ude00", new float[1], 1)
        .add("\uff5e", new float[1], 1)
        .write(target);
    try (Checkpoint checkpoint = Checkpoint.open(target)) {
      assertThat(checkpoint.names()).containsExactly("\uff5e", "\ud83d\ude00");
    }
  }

  @Test
  void a_file_without_tensors_is_valid() throws IOException {
    new SafetensorsWriter().write(target);
    assertThat(target)
        .hasBinaryContent(new byte[] {8, 0, 0, 0, 0, 0, 0, 0, '{', '}', 32, 32, 32, 32, 32, 32});
    Checkpoint.open(target).close();
  }

  @Test
  void a_failure_leaves_the_old_file_and_nothing_else() throws IOException {
    Files.writeString(target, "old");
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .add("a", new float[4], 4)
            .add(
                "b",
                DType.F32,
                List.of(4L),
                channel -> {
                  throw new IOException("disk on fire");
                });
    assertThatThrownBy(() -> writer.write(target)).hasMessage("disk on fire");
    assertThat(target).hasContent("old");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(target);
    }
  }

  @Test
  void data_of_another_length_is_refused() {
    SafetensorsWriter writer =
        new SafetensorsWriter().add("a", DType.F32, List.of(2L), TensorData.of(new byte[7]));
    assertThatThrownBy(() -> writer.write(target))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("tensor 'a': F32 [2] takes 8 bytes, its data wrote 7");
    assertThat(target).doesNotExist();
  }

  @Test
  void names_and_shapes_are_checked_when_they_are_added() {
    SafetensorsWriter writer = new SafetensorsWriter().add("a", new float[1], 1);
    assertThatThrownBy(() -> writer.add("a", new float[1], 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tensor 'a' was added before");
    assertThatThrownBy(() -> writer.add("__metadata__", new float[1], 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("reserved");
    assertThatThrownBy(() -> writer.add("b", new float[5], 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tensor 'b': shape [2, 3] does not hold 5 values");
    assertThatThrownBy(() -> writer.add("c", DType.F32, List.of(-1L), TensorData.of(new float[0])))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> writer.add("d", DType.F64, List.of(1L << 61, 2L), TensorData.of(new float[0])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2^63 - 1 bytes");
    assertThatThrownBy(() -> writer.add("e", new float[1], Long.MAX_VALUE, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2^63 - 1 bytes");
    assertThatThrownBy(() -> writer.add("\ud800", new float[1], 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lone surrogate");
  }

  @Test
  void a_missing_folder_is_named() {
    Path nowhere = folder.resolve("nowhere").resolve("model.safetensors");
    assertThatThrownBy(() -> new SafetensorsWriter().write(nowhere))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(nowhere.toString());
  }
}

package dev.bantam.safetensors;

import static dev.bantam.safetensors.Fixtures.file;
import static dev.bantam.safetensors.Fixtures.golden;
import static dev.bantam.safetensors.Fixtures.tensor;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
  @TempDir Path folder;

  @Test
  void every_type_is_read_as_the_reference_wrote_it() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(golden("dtypes.safetensors"))) {
      assertThat(checkpoint.floats("f64"))
          .containsExactly(1f, -0.1f, Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY);
      assertThat(checkpoint.floats("f32"))
          .containsExactly(
              0.1f, -2.5f, Float.MAX_VALUE, Float.MIN_VALUE, Float.NEGATIVE_INFINITY, Float.NaN);
      assertThat(checkpoint.floats("f16")).containsExactly(1f, -65504f, 0x1p-24f);
      assertThat(checkpoint.floats("bf16")).containsExactly(1f, -0x1.fep127f, 0x1p-133f);
      assertThat(checkpoint.longs("i64")).containsExactly(Long.MIN_VALUE, Long.MAX_VALUE);
      assertThat(checkpoint.ints("i32")).containsExactly(Integer.MIN_VALUE, Integer.MAX_VALUE);
      assertThat(checkpoint.ints("i16")).containsExactly(Short.MIN_VALUE, Short.MAX_VALUE);
      assertThat(checkpoint.bytes("i8")).containsExactly(-128, 127, 3);
      assertThat(checkpoint.ints("u8")).containsExactly(0, 255, 3);
      assertThat(checkpoint.bytes("bool")).containsExactly(1, 0, 1);
      assertThat(checkpoint.bytes("e4m3")).containsExactly(0x38, 0xFE, 0x01);
      assertThat(checkpoint.bytes("e5m2")).containsExactly(0x3C, 0xFB, 0x01);
      assertThat(checkpoint.longs("i8")).containsExactly(-128, 127, 3);
      assertThat(checkpoint.longs("i32")).containsExactly(Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
  }

  @Test
  void headers_are_read_as_the_reference_wrote_them() throws IOException {
    String unicode = "name \"quoted\" \\ \u00e9 \u4e16\u754c \ud83d\ude00 \uff5e";
    try (Checkpoint checkpoint = Checkpoint.open(golden("dtypes.safetensors"))) {
      assertThat(checkpoint.metadata()).containsExactly(Map.entry("format", "pt"));
      assertThat(checkpoint.names())
          .containsExactly(
              "i64",
              "f64",
              "empty",
              "empty.matrix",
              "f32",
              unicode,
              "scalar",
              "i32",
              "bf16",
              "f16",
              "i16",
              "e4m3",
              "e5m2",
              "i8",
              "u8",
              "bool");
      assertThat(checkpoint.info("f64"))
          .isEqualTo(new TensorInfo("f64", DType.F64, List.of(2L, 2L), 16, 48));
      assertThat(checkpoint.info("empty.matrix").shape()).containsExactly(3L, 0L, 2L);
      assertThat(checkpoint.info("scalar").rank()).isZero();
      assertThat(checkpoint.floats("scalar")).containsExactly(7.5f);
      assertThat(checkpoint.floats(unicode)).containsExactly(2.5f);
    }
  }

  @Test
  void all_65536_values_of_F16_are_exact() throws IOException {
    float[] values = allBitPatterns("F16");
    for (int bits = 0; bits < values.length; bits++) {
      int exponent = (bits >> 10) & 31;
      int fraction = bits & 1023;
      double magnitude =
          switch (exponent) {
            case 0 -> fraction * 0x1p-24;
            case 31 -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            default -> (1024 + fraction) * Math.scalb(1.0, exponent - 25);
          };
      assertThat(values[bits])
          .isEqualTo(Float.valueOf((float) (bits >> 15 == 0 ? magnitude : -magnitude)));
    }
  }

  @Test
  void all_65536_values_of_BF16_are_exact() throws IOException {
    float[] values = allBitPatterns("BF16");
    for (int bits = 0; bits < values.length; bits++) {
      int exponent = (bits >> 7) & 255;
      int fraction = bits & 127;
      double magnitude =
          switch (exponent) {
            case 0 -> fraction * 0x1p-133;
            case 255 -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            default -> (128 + fraction) * Math.scalb(1.0, exponent - 134);
          };
      assertThat(values[bits])
          .isEqualTo(Float.valueOf((float) (bits >> 15 == 0 ? magnitude : -magnitude)));
    }
  }

  /** Reads a tensor of the 16-bit patterns 0, 1, ..., 65535. */
  private float[] allBitPatterns(String dtype) throws IOException {
    Path file = file(folder, "{" + tensor("a", dtype, "[65536]", "[0,131072]") + "}", 131072);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(bytes.limit() - 131072);
    for (int bits = 0; bits < 65536; bits++) {
      bytes.putShort((short) bits);
    }
    Files.write(file, bytes.array());
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      return checkpoint.floats("a");
    }
  }

  @Test
  void segments_are_views_of_the_file() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(golden("dtypes.safetensors"))) {
      MemorySegment segment = checkpoint.segment("i32");
      assertThat(segment.isMapped()).isTrue();
      assertThat(segment.isReadOnly()).isTrue();
      assertThat(segment.toArray(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN)))
          .containsExactly(Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
  }

  @Test
  void copying_to_an_array_leaves_the_rest_of_it_alone() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(golden("dtypes.safetensors"))) {
      float[] dst = new float[5];
      checkpoint.copyFloats("f16", dst, 1);
      assertThat(dst).containsExactly(0, 1f, -65504f, 0x1p-24f, 0);
      assertThatThrownBy(() -> checkpoint.copyFloats("f16", dst, 3))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void a_wrong_type_is_refused_with_both_types() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(golden("dtypes.safetensors"))) {
      assertThatThrownBy(() -> checkpoint.floats("i64"))
          .isInstanceOf(ModelFormatException.class)
          .hasMessage(checkpoint.path() + ": tensor 'i64' is I64, expected F64, F32, F16 or BF16");
      assertThatThrownBy(() -> checkpoint.longs("f16"))
          .hasMessageContaining("is F16, expected I64");
      assertThatThrownBy(() -> checkpoint.ints("i64")).hasMessageContaining("is I64, expected I32");
      assertThatThrownBy(() -> checkpoint.ints("f32")).hasMessageContaining("is F32, expected I32");
      assertThatThrownBy(() -> checkpoint.bytes("i16"))
          .hasMessageContaining("is I16, expected a type of one byte");
    }
  }

  @ParameterizedTest
  @CsvSource({"e4m3, F8_E4M3", "e5m2, F8_E5M2"})
  void floats_of_8_bits_are_bytes_and_nothing_else(String name, DType type) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(golden("dtypes.safetensors"))) {
      assertThat(checkpoint.info(name).dtype()).isEqualTo(type);
      assertThat(checkpoint.info(name).shape()).containsExactly(3L);
      assertThat(checkpoint.info(name).bytes()).isEqualTo(3);
      String given = checkpoint.path() + ": tensor '" + name + "' is " + type + ", expected ";
      assertThatThrownBy(() -> checkpoint.floats(name))
          .isInstanceOf(ModelFormatException.class)
          .hasMessage(given + "F64, F32, F16 or BF16");
      assertThatThrownBy(() -> checkpoint.ints(name))
          .isInstanceOf(ModelFormatException.class)
          .hasMessage(given + "I32, I16, I8, U8 or BOOL");
      assertThatThrownBy(() -> checkpoint.longs(name))
          .isInstanceOf(ModelFormatException.class)
          .hasMessage(given + "I64, I32, I16, I8, U8 or BOOL");
    }
  }

  @Test
  void a_missing_tensor_is_refused_with_the_nearest_name() throws IOException {
    Path file =
        file(
            folder,
            "{%s,%s,%s}"
                .formatted(
                    tensor("bert.pooler.dense.bias", "U8", "[1]", "[0,1]"),
                    tensor("bert.pooler.dense.weight", "U8", "[1]", "[1,2]"),
                    tensor("bert.encoder.layer.0.output.dense.weight", "U8", "[1]", "[2,3]")),
            3);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertThat(checkpoint.contains("pooler.dense.weight")).isFalse();
      assertThatThrownBy(() -> checkpoint.floats("pooler.dense.weight"))
          .isInstanceOf(ModelFormatException.class)
          .hasMessage(
              file
                  + ": tensor 'pooler.dense.weight' not found; nearest: 'bert.pooler.dense.weight'"
                  + " (file has 3 tensors)");
      assertThatThrownBy(() -> checkpoint.info("zzz"))
          .hasMessage(file + ": tensor 'zzz' not found (file has 3 tensors)");
    }
  }

  @Test
  void a_prefix_view_mirrors_the_names_and_checks_the_shapes() throws IOException {
    Path file =
        file(
            folder,
            "{%s,%s,%s}"
                .formatted(
                    tensor("encoder.layer.3.dense.weight", "F32", "[2,3]", "[0,24]"),
                    tensor("encoder.layer.3.dense.bias", "F32", "[2]", "[24,32]"),
                    tensor("scale", "F32", "[]", "[32,36]")),
            36);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      WeightReader dense = checkpoint.pp("encoder").pp("layer").pp(3).pp("dense");
      assertThat(dense.get("weight", 2, 3)).hasSize(6);
      assertThat(dense.segment("bias", 2).byteSize()).isEqualTo(8);
      assertThat(dense.contains("bias")).isTrue();
      assertThat(dense.contains("gamma")).isFalse();
      assertThat(dense.info("bias").name()).isEqualTo("encoder.layer.3.dense.bias");
      assertThat(checkpoint.weights().get("scale")).hasSize(1);
      assertThat(checkpoint.pp("encoder").isEmpty()).isFalse();
      assertThat(checkpoint.pp("enc").isEmpty()).isTrue();
      float[] dst = new float[] {1, 1, 1, 1};
      dense.copy("bias", dst, 1, 2);
      assertThat(dst).containsExactly(1, 0, 0, 1);
      assertThatThrownBy(() -> dense.get("weight", 3, 2))
          .isInstanceOf(ModelFormatException.class)
          .hasMessage(
              file + ": tensor 'encoder.layer.3.dense.weight': expected shape [3, 2], got [2, 3]");
      assertThatThrownBy(() -> dense.get("wheight", 2, 3))
          .hasMessageContaining("nearest: 'encoder.layer.3.dense.weight'");
    }
  }

  @Test
  void after_unload_everything_can_be_read_again() throws IOException {
    byte[] bytes = new byte[1 << 20];
    new Random(1).nextBytes(bytes);
    Path file = folder.resolve("large.safetensors");
    new SafetensorsWriter()
        .add("large", DType.U8, List.of((long) bytes.length), TensorData.of(bytes))
        .write(file);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      MemorySegment segment = checkpoint.segment("large");
      assertThat(segment.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(bytes);
      checkpoint.unload();
      assertThat(segment.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(bytes);
    }
  }

  @Test
  void after_close_nothing_can_be_read() throws IOException {
    Checkpoint checkpoint = Checkpoint.open(golden("dtypes.safetensors"));
    MemorySegment segment = checkpoint.segment("i8");
    checkpoint.close();
    checkpoint.close();
    assertThatThrownBy(() -> segment.get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> checkpoint.floats("f32"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> checkpoint.segment("f32")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(checkpoint::unload).isInstanceOf(IllegalStateException.class);
    assertThat(checkpoint.names()).contains("f32");
  }

  @Test
  void files_above_2_GiB_are_mapped_whole() throws IOException {
    long large = (1L << 31) + 16;
    byte[] header =
        "{%s,%s}"
            .formatted(
                tensor("large", "U8", "[" + large + "]", "[0," + large + "]"),
                tensor("last", "F32", "[1]", "[" + large + "," + (large + 4) + "]"))
            .getBytes(UTF_8);
    Path file = file(folder, header.length, header, 0);
    // Written at its end only: the file system stores no zeros for the hole before it.
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
      ByteBuffer one = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, 1f);
      channel.write(one, 8 + header.length + large);
    }
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertThat(checkpoint.floats("last")).containsExactly(1f);
      assertThat(checkpoint.segment("large").byteSize()).isEqualTo(large);
      assertThatThrownBy(() -> checkpoint.bytes("large"))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("has " + large + " elements, an array holds at most");
    }
  }

  @Test
  void a_missing_path_is_named() {
    Path missing = folder.resolve("no-such-model");
    assertThatThrownBy(() -> Checkpoint.open(missing))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContainingAll(
            missing.toString(), "expected a .safetensors file or a model folder");
  }

  @Test
  void a_folder_without_a_checkpoint_is_refused() {
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessage(
            folder + ": neither model.safetensors nor model.safetensors.index.json in this folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "model.safetensors"})
  void a_folder_and_its_file_open_the_same(String path) throws IOException {
    Files.copy(golden("dtypes.safetensors"), folder.resolve("model.safetensors"));
    try (Checkpoint checkpoint = Checkpoint.open(folder.resolve(path))) {
      assertThat(checkpoint.names()).hasSize(16);
    }
  }
}

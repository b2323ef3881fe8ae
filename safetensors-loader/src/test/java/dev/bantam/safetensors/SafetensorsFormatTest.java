package dev.bantam.safetensors;

import static dev.bantam.safetensors.Fixtures.file;
import static dev.bantam.safetensors.Fixtures.tensor;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One test per sentence of the format, and the files that break it. */
class SafetensorsFormatTest {
  @TempDir Path folder;

  /** Opens the file and expects a refusal that names it and says these things. */
  private static void assertRefused(Path file, String... messageParts) {
    assertThatThrownBy(() -> Checkpoint.open(file).close())
        .isInstanceOf(ModelFormatException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContainingAll(messageParts)
        .hasMessageNotContaining("\n");
  }

  private void assertHeaderRefused(String header, int dataBytes, String... messageParts)
      throws IOException {
    assertRefused(file(folder, header, dataBytes), messageParts);
  }

  @Nested
  class HeaderLength {
    @Test
    void an_empty_file_is_refused() throws IOException {
      assertRefused(Files.createFile(folder.resolve("empty.safetensors")), "0 bytes", "8 bytes");
    }

    @Test
    void a_file_shorter_than_the_length_field_is_refused() throws IOException {
      assertRefused(Files.write(folder.resolve("short"), new byte[7]), "7 bytes", "8 bytes");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1})
    void a_length_too_short_for_an_object_is_refused(long length) throws IOException {
      assertRefused(
          file(folder, length, "{}".getBytes(UTF_8), 0), "header length " + length, "at least 2");
    }

    @Test
    void a_length_past_the_end_of_the_file_is_refused() throws IOException {
      assertRefused(
          file(folder, 100, "{}".getBytes(UTF_8), 0), "header length 100", "only 2 bytes follow");
    }

    @Test
    void a_length_above_100_MB_is_refused_before_anything_is_allocated() throws IOException {
      assertRefused(
          file(folder, 100_000_001, "{}".getBytes(UTF_8), 0),
          "header length 100000001",
          "at most 100000000");
    }

    @Test
    void the_length_is_unsigned() throws IOException {
      assertRefused(
          file(folder, -1, "{}".getBytes(UTF_8), 0), "header length 18446744073709551615");
    }
  }

  @Nested
  class HeaderText {
    @Test
    void a_header_without_tensors_is_a_valid_file() throws IOException {
      try (Checkpoint checkpoint = Checkpoint.open(file(folder, "{}", 0))) {
        assertThat(checkpoint.names()).isEmpty();
        assertThat(checkpoint.metadata()).isEmpty();
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {" {}", "[]", "\ufeff{}", "\"{}\""})
    void the_header_must_begin_with_a_brace(String header) throws IOException {
      assertHeaderRefused(header, 0, "header starts with byte 0x", "expected '{'");
    }

    @Test
    void the_header_may_be_padded_with_trailing_spaces() throws IOException {
      try (Checkpoint checkpoint =
          Checkpoint.open(file(folder, "{" + tensor("a", "U8", "[1]", "[0,1]") + "}   ", 1))) {
        assertThat(checkpoint.bytes("a")).containsExactly(0);
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{} {}", "{}]", "{}\0", "{}x"})
    void nothing_else_may_follow_the_object(String header) throws IOException {
      assertHeaderRefused(header, 0, "header");
    }

    @Test
    void the_header_must_be_UTF_8() throws IOException {
      byte[] latin1 = ("{" + tensor("\u00e9", "U8", "[1]", "[0,1]") + "}").getBytes(ISO_8859_1);
      assertRefused(file(folder, latin1.length, latin1, 1), "header is not valid UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"a\"}", "{\"a\":}", "{a:1}", "{'a':1}", "{}//", "{\"a\":01}"})
    void the_header_must_be_JSON(String header) throws IOException {
      assertHeaderRefused(header, 0, "header");
    }

    @Test
    void deep_nesting_is_refused() throws IOException {
      assertHeaderRefused("{\"a\":{\"x\":" + "[".repeat(1_000_000), 0, "not valid JSON", "depth");
    }

    @Test
    void duplicate_tensor_names_are_disallowed() throws IOException {
      assertHeaderRefused(
          "{%s,%s}"
              .formatted(
                  tensor("a", "U8", "[1]", "[0,1]"), tensor("\\u0061", "U8", "[1]", "[1,2]")),
          2,
          "Duplicate field 'a'");
    }

    @Test
    void duplicate_fields_of_a_tensor_are_disallowed() throws IOException {
      assertHeaderRefused(
          "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[0,1]}}",
          1,
          "Duplicate field 'dtype'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud800", "\\udc00", "\\ud800x", "\\ud83d\\ud83d"})
    void a_name_that_is_not_Unicode_is_refused(String name) throws IOException {
      assertHeaderRefused("{" + tensor(name, "U8", "[1]", "[0,1]") + "}", 1, "surrogate");
    }
  }

  @Nested
  class TensorEntries {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "1                                          | is 1, expected an object",
          "[]                                         | is an array, expected an object",
          "null                                       | is null, expected an object",
          "{}                                         | has no dtype",
          "{'dtype':'U8','data_offsets':[0,1]}        | has no shape",
          "{'dtype':'U8','shape':[1]}                 | has no data_offsets",
          "{'dtype':8,'shape':[1]}                    | a dtype that is 8, expected a string",
          "{'dtype':'U8','shape':1}                   | a shape that is 1, expected an array",
          "{'dtype':'U8','shape':['1']}               | a shape with a string",
          "{'dtype':'U8','shape':[1.0]}               | a shape with 1.0",
          "{'dtype':'U8','shape':[1e1]}               | a shape with 1e1",
          "{'dtype':'U8','shape':[[1]]}               | a shape with an array",
          "{'dtype':'U8','shape':[null]}              | a shape with null",
          "{'dtype':'U8','shape':[-1]}                | a shape with -1",
          "{'dtype':'U8','shape':[-0]}                | a shape with -0",
          "{'dtype':'U8','shape':[9223372036854775808]} | a shape with 9223372036854775808",
          "{'dtype':'U8','shape':[1],'data_offsets':{}} | data_offsets that is an object",
          "{'dtype':'U8','shape':[1],'data_offsets':[-1,0]} | data_offsets with -1",
        })
    void every_entry_has_a_dtype_a_shape_and_data_offsets(String entry, String message)
        throws IOException {
      assertHeaderRefused(
          "{\"a\":" + entry.replace('\'', '"') + "}", 1, "tensor 'a'", message, "expected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"F8_E8M0", "F4", "U16", "U32", "U64", "C64", "f32", ""})
    void a_dtype_that_is_not_read_is_named(String dtype) throws IOException {
      assertHeaderRefused(
          "{" + tensor("a", dtype, "[1]", "[0,1]") + "}",
          1,
          "tensor 'a' has dtype '" + dtype + "'",
          "expected one of BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, F16, BF16, I32, F32, F64, I64");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[0]", "[0,1,1]"})
    void data_offsets_are_a_pair(String offsets) throws IOException {
      assertHeaderRefused(
          "{" + tensor("a", "U8", "[1]", offsets) + "}", 1, "tensor 'a' has data_offsets", "begin");
    }

    @Test
    void begin_does_not_exceed_end() throws IOException {
      assertHeaderRefused(
          "{" + tensor("a", "U8", "[1]", "[1,0]") + "}", 1, "data_offsets [1, 0]", "begin <= end");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "F32 | [2,2] | [0,15] | 16 bytes",
          "F64 | [2]   | [0,8]  | 16 bytes",
          "F16 | []    | [0,1]  | 2 bytes",
          "U8  | [0]   | [0,1]  | 0 bytes"
        })
    void the_offsets_span_exactly_the_elements(
        String dtype, String shape, String offsets, String message) throws IOException {
      assertHeaderRefused(
          "{" + tensor("a", dtype, shape, offsets) + "}",
          16,
          "tensor 'a' has data_offsets",
          message);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "[4294967296,4294967296]",
          "[9223372036854775807,2]",
          "[2305843009213693952]",
          "[4294967296,4294967296,0]"
        })
    void a_shape_whose_size_overflows_is_refused(String shape) throws IOException {
      assertHeaderRefused(
          "{" + tensor("a", "F64", shape, "[0,0]") + "}", 0, "tensor 'a' has shape", "2^63 - 1");
    }

    @Test
    void unknown_fields_are_ignored_as_the_reference_does() throws IOException {
      String entry =
          "{\"a\":{\"x\":{\"y\":[1]},\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}";
      try (Checkpoint checkpoint = Checkpoint.open(file(folder, entry, 1))) {
        assertThat(checkpoint.names()).containsExactly("a");
      }
    }
  }

  @Nested
  class Metadata {
    @Test
    void metadata_is_a_map_of_strings() throws IOException {
      try (Checkpoint checkpoint =
          Checkpoint.open(file(folder, "{\"__metadata__\":{\"b\":\"1\",\"a\":\"\"}}", 0))) {
        assertThat(checkpoint.metadata()).containsEntry("b", "1").containsEntry("a", "").hasSize(2);
        assertThat(checkpoint.names()).isEmpty();
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"x\"", "1", "null"})
    void other_metadata_is_refused(String metadata) throws IOException {
      assertHeaderRefused(
          "{\"__metadata__\":" + metadata + "}", 0, "__metadata__ is", "an object of strings");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "null", "{}", "[\"x\"]", "true"})
    void all_values_must_be_strings(String value) throws IOException {
      assertHeaderRefused(
          "{\"__metadata__\":{\"key\":" + value + "}}", 0, "entry 'key'", "expected a string");
    }

    @Test
    void duplicate_metadata_keys_are_disallowed() throws IOException {
      assertHeaderRefused("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0, "Duplicate field 'a'");
      assertHeaderRefused(
          "{\"__metadata__\":{},\"__metadata__\":{}}", 0, "Duplicate field '__metadata__'");
    }
  }

  @Nested
  class Data {
    @Test
    void tensors_must_not_overlap() throws IOException {
      assertHeaderRefused(
          "{%s,%s}".formatted(tensor("a", "U8", "[4]", "[0,4]"), tensor("b", "U8", "[4]", "[3,7]")),
          7,
          "tensor 'b' begins at 3",
          "expected 4, where 'a' ends",
          "overlap");
    }

    @Test
    void the_same_bytes_must_not_be_shared() throws IOException {
      assertHeaderRefused(
          "{%s,%s}".formatted(tensor("a", "U8", "[4]", "[0,4]"), tensor("b", "U8", "[4]", "[0,4]")),
          4,
          "tensor 'b' begins at 0",
          "overlap");
    }

    @Test
    void the_data_must_not_have_holes() throws IOException {
      assertHeaderRefused(
          "{%s,%s}".formatted(tensor("a", "U8", "[4]", "[0,4]"), tensor("b", "U8", "[4]", "[5,9]")),
          9,
          "tensor 'b' begins at 5",
          "expected 4",
          "a hole");
    }

    @Test
    void the_data_must_start_with_a_tensor() throws IOException {
      assertHeaderRefused(
          "{" + tensor("a", "U8", "[4]", "[1,5]") + "}", 5, "begins at 1", "start of the data");
    }

    @Test
    void offsets_past_the_end_of_the_file_are_refused() throws IOException {
      assertHeaderRefused(
          "{" + tensor("a", "U8", "[4]", "[0,4]") + "}", 3, "truncated", "3 bytes", "promises 4");
      assertHeaderRefused(
          "{" + tensor("a", "U8", "[9223372036854775807]", "[0,9223372036854775807]") + "}",
          3,
          "truncated");
    }

    @Test
    void bytes_after_the_last_tensor_are_refused() throws IOException {
      assertHeaderRefused(
          "{" + tensor("a", "U8", "[4]", "[0,4]") + "}", 6, "2 bytes follow the last tensor");
      assertHeaderRefused("{}", 1, "1 bytes follow the last tensor");
    }

    @Test
    void the_order_of_the_header_does_not_matter() throws IOException {
      try (Checkpoint checkpoint =
          Checkpoint.open(
              file(
                  folder,
                  "{%s,%s}"
                      .formatted(
                          tensor("b", "U8", "[4]", "[4,8]"), tensor("a", "U8", "[4]", "[0,4]")),
                  8))) {
        assertThat(checkpoint.names()).containsExactly("a", "b");
      }
    }

    @Test
    void scalars_have_an_empty_shape() throws IOException {
      try (Checkpoint checkpoint =
          Checkpoint.open(file(folder, "{" + tensor("a", "F32", "[]", "[0,4]") + "}", 4))) {
        assertThat(checkpoint.info("a").elements()).isEqualTo(1);
        assertThat(checkpoint.floats("a")).containsExactly(0);
      }
    }

    @Test
    void empty_tensors_are_allowed_between_others_and_at_the_end() throws IOException {
      try (Checkpoint checkpoint =
          Checkpoint.open(
              file(
                  folder,
                  "{%s,%s,%s}"
                      .formatted(
                          tensor("z", "F32", "[0,4294967296,4294967296]", "[4,4]"),
                          tensor("b", "F32", "[2,0]", "[0,0]"),
                          tensor("a", "F32", "[1]", "[0,4]")),
                  4))) {
        assertThat(checkpoint.names()).containsExactly("b", "a", "z");
        assertThat(checkpoint.floats("b")).isEmpty();
        assertThat(checkpoint.segment("z").byteSize()).isZero();
        assertThat(checkpoint.info("z").shape()).isEqualTo(List.of(0L, 1L << 32, 1L << 32));
      }
    }

    @Test
    void tensors_need_not_be_aligned() throws IOException {
      String header =
          "{%s,%s}"
              .formatted(tensor("a", "U8", "[1]", "[0,1]"), tensor("b", "F64", "[2]", "[1,17]"));
      Path file = file(folder, header, 17);
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length - 1] = 0x3f;
      bytes[bytes.length - 2] = (byte) 0xf0;
      Files.write(file, bytes);
      try (Checkpoint checkpoint = Checkpoint.open(file)) {
        assertThat(checkpoint.floats("b")).containsExactly(0, 1);
      }
    }
  }
}

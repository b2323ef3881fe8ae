package dev.bantam.safetensors.onnx;

import static dev.bantam.safetensors.onnx.Proto.in;
import static dev.bantam.safetensors.onnx.Proto.node;
import static dev.bantam.safetensors.onnx.Proto.tensor;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.bantam.safetensors.Checkpoint;
import dev.bantam.safetensors.DType;
import dev.bantam.safetensors.ModelFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The choices that exporters have, and files that are no export of a BERT. */
class OnnxGraphVariantsTest {
  @TempDir Path folder;
  private final TinyBert bert = new TinyBert();
  private Path source;
  private Path target;

  @BeforeEach
  void namePaths() {
    source = folder.resolve("tiny.onnx");
    target = folder.resolve("imported");
  }

  private void assertImported(DType dtype) throws IOException {
    bert.write(source);
    OnnxImporter.importModel(source, target, OnnxImportOptions.defaults());
    try (Checkpoint checkpoint = Checkpoint.open(target)) {
      assertThat(checkpoint.names()).containsExactlyInAnyOrderElementsOf(bert.expected.keySet());
      for (String name : checkpoint.names()) {
        assertThat(checkpoint.info(name).dtype()).isEqualTo(dtype);
        assertThat(checkpoint.floats(name)).as(name).isEqualTo(bert.expected.get(name));
      }
    }
  }

  private void assertRefused(String... messageParts) throws IOException {
    bert.write(source);
    assertFileRefused(messageParts);
  }

  private void assertFileRefused(String... messageParts) {
    assertThatThrownBy(() -> OnnxImporter.importModel(source, target, OnnxImportOptions.defaults()))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageStartingWith(source + ": ")
        .hasMessageContainingAll(messageParts)
        .hasMessageNotContaining("\n");
  }

  static Stream<Named<TinyBert.Encoding>> encodings() {
    return Stream.of(
        Named.of("raw_data", TinyBert.RAW),
        Named.of(
            "float_data, packed",
            (name, values, dims) -> tensor(name, 1, dims).bytes(4, TinyBert.littleEndian(values))),
        Named.of(
            "float_data, not packed",
            (name, values, dims) -> {
              Proto tensor = tensor(name, 1, dims);
              for (float value : values) {
                tensor.float32(4, value);
              }
              return tensor;
            }));
  }

  @ParameterizedTest
  @MethodSource("encodings")
  void float32_is_read_from_every_field(TinyBert.Encoding encoding) throws IOException {
    bert.encoding = encoding;
    bert.build();
    assertImported(DType.F32);
  }

  static Stream<Named<TinyBert.Encoding>> halfEncodings() {
    return Stream.of(
        Named.of(
            "raw_data",
            (name, values, dims) -> {
              ByteBuffer bytes =
                  ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
              for (float value : values) {
                bytes.putShort(Float.floatToFloat16(value));
              }
              return tensor(name, 10, dims).bytes(9, bytes.array());
            }),
        Named.of(
            "int32_data, packed",
            (name, values, dims) -> tensor(name, 10, dims).varints(5, halves(values))),
        Named.of(
            "int32_data, not packed",
            (name, values, dims) -> {
              Proto tensor = tensor(name, 10, dims);
              for (long half : halves(values)) {
                tensor.varint(5, half);
              }
              return tensor;
            }));
  }

  private static long[] halves(float[] values) {
    long[] halves = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      halves[i] = Short.toUnsignedLong(Float.floatToFloat16(values[i]));
    }
    return halves;
  }

  @ParameterizedTest
  @MethodSource("halfEncodings")
  void float16_stays_float16(TinyBert.Encoding encoding) throws IOException {
    bert.encoding = encoding;
    bert.build();
    assertImported(DType.F16);
    assertThat(
            new JsonMapper()
                .readTree(target.resolve("config.json").toFile())
                .path("torch_dtype")
                .asText())
        .isEqualTo("float16");
  }

  @Test
  void float64_is_read_from_double_data() throws IOException {
    bert.encoding =
        (name, values, dims) -> {
          ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
          for (float value : values) {
            bytes.putDouble(value);
          }
          return tensor(name, 11, dims).bytes(10, bytes.array());
        };
    bert.build();
    assertImported(DType.F64);
  }

  @Test
  void external_data_lies_beside_the_model() throws IOException {
    ExternalData data = new ExternalData("tiny.onnx_data");
    bert.encoding = data;
    bert.build();
    Files.write(folder.resolve("tiny.onnx_data"), data.bytes.toByteArray());
    assertImported(DType.F32);
  }

  static Stream<Named<TinyBert.Linear>> linears() {
    return Stream.of(
        Named.of("MatMul in a scope", TinyBert.SCOPED),
        Named.of("MatMul named by its bias only", TinyBert.NUMBERED),
        Named.of(
            "Gemm with transB",
            (bert, layer, weight, in, out) -> {
              String name = bert.anonymous(TinyBert.transposed(weight, in, out), out, in);
              return node(
                  "Gemm",
                  "Gemm_1",
                  in("x", name, layer + ".bias"),
                  layer,
                  Proto.attribute("transB", 1));
            }),
        Named.of(
            "Gemm without transB",
            (bert, layer, weight, in, out) ->
                node(
                    "Gemm",
                    "Gemm_1",
                    in("x", bert.anonymous(weight, in, out), layer + ".bias"),
                    layer)),
        Named.of(
            "Transpose that was not folded, of a named weight",
            (bert, layer, weight, in, out) -> {
              bert.initializers.add(
                  TinyBert.RAW.encode(
                      layer + ".weight", TinyBert.transposed(weight, in, out), out, in));
              bert.nodes.add(node("Transpose", "", in(layer + ".weight"), layer + ".turned"));
              return node("MatMul", "MatMul_1", in("x", layer + ".turned"), layer);
            }),
        Named.of(
            "weight in a Constant node",
            (bert, layer, weight, in, out) -> {
              Proto value = TinyBert.RAW.encode("", weight, in, out);
              bert.nodes.add(
                  node("Constant", "", in(), layer + ".value", Proto.attribute("value", value)));
              return node("MatMul", "MatMul_1", in("x", layer + ".value"), layer);
            }));
  }

  @ParameterizedTest
  @MethodSource("linears")
  void linear_weights_are_found_whatever_the_exporter_made_of_them(TinyBert.Linear linear)
      throws IOException {
    bert.linear = linear;
    bert.build();
    assertImported(DType.F32);
  }

  @Test
  void a_weight_without_any_name_is_refused() throws IOException {
    bert.linear =
        (bert, layer, weight, in, out) ->
            node("MatMul", "MatMul_7", in("x", bert.anonymous(weight, in, out)), "nowhere");
    bert.build();
    assertRefused("neither the name of MatMul 'MatMul_7' nor a bias", "'onnx::MatMul_6'");
  }

  @Test
  void two_weights_of_one_name_are_refused() throws IOException {
    bert.build();
    String again = bert.anonymous(new float[16], 4, 4);
    bert.nodes.add(
        node("MatMul", "/encoder/layer.0/attention/self/query/MatMul_1", in("x", again), "y"));
    assertRefused("use different weights", "'encoder.layer.0.attention.self.query.weight'");
  }

  @ParameterizedTest
  @CsvSource({"Erf, gelu", "Pow Mul Tanh, gelu_new", "Relu, relu", "Gelu, gelu", "Tanh, tanh"})
  void the_activation_is_read_off_the_graph(String operation, String activation)
      throws IOException {
    bert.activation = operation;
    bert.build().write(source);
    OnnxImporter.importModel(source, target, OnnxImportOptions.defaults());
    assertThat(Files.readString(target.resolve("config.json"))).contains("\"" + activation + "\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Sigmoid", "Softplus Tanh Mul", "Relu Pow", "Relu Mul", "Gelu Clip", "Erf Clip"})
  void an_unknown_activation_is_refused(String operations) throws IOException {
    bert.activation = operations;
    bert.build();
    String names = operations.replace(" ", ", ");
    assertRefused("none of gelu, gelu_new, relu and tanh", names);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0,0,2,2", "1,-1,2,2", "-1,7,-1,2"})
  void the_number_of_heads_is_read_off_the_graph(String shape) throws IOException {
    bert.headShape = Arrays.stream(shape.split(",")).mapToLong(Long::parseLong).toArray();
    bert.build().write(source);
    assertThat(headsOfImport(OnnxImportOptions.defaults())).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0,0,4", "0,0,3,2", "0,0,0,0", "0,0,-1,4", "2,2"})
  void the_number_of_heads_must_be_given_when_no_shape_tells_it(String shape) throws IOException {
    bert.headShape = Arrays.stream(shape.split(",")).mapToLong(Long::parseLong).toArray();
    bert.build();
    assertRefused("number of attention heads cannot be read off the graph");
    assertThat(headsOfImport(OnnxImportOptions.defaults().withAttentionHeads(4))).isEqualTo(4);
  }

  private int headsOfImport(OnnxImportOptions options) throws IOException {
    OnnxImporter.importModel(source, target, options);
    return new JsonMapper()
        .readTree(target.resolve("config.json").toFile())
        .path("num_attention_heads")
        .asInt();
  }

  @Test
  void a_given_number_of_heads_that_contradicts_the_graph_is_refused() throws IOException {
    bert.build().write(source);
    assertThatThrownBy(() -> headsOfImport(OnnxImportOptions.defaults().withAttentionHeads(4)))
        .isInstanceOf(ModelFormatException.class)
        .hasMessage(source + ": 4 attention heads given, the graph has 2");
  }

  @Test
  void a_quantized_model_is_refused() throws IOException {
    bert.build().nodes.add(node("MatMulInteger", "m", in("a", "b"), "c"));
    assertRefused("the model is quantized (MatMulInteger 'm')");
  }

  @Test
  void a_model_rewritten_for_a_runtime_is_refused() throws IOException {
    bert.build().nodes.add(node("Attention", "a", in("a"), "c").text(7, "com.microsoft"));
    assertRefused("Attention 'a' is of the domain 'com.microsoft'");
  }

  @Test
  void RoBERTa_is_refused() throws IOException {
    bert.build().nodes.add(node("CumSum", "positions", in("a"), "c"));
    assertRefused("CumSum 'positions'", "RoBERTa", "expected BERT or DistilBERT");
  }

  @Test
  void a_model_without_word_embeddings_is_refused() throws IOException {
    bert.build().initializers.removeFirst();
    assertRefused("no BERT or DistilBERT", "'embeddings.word_embeddings.weight'");
  }

  @Test
  void a_missing_tensor_is_named() throws IOException {
    bert.build().initializers.removeLast();
    assertRefused("tensor 'encoder.layer.0.output.LayerNorm.bias' not found");
  }

  @Test
  void a_tensor_of_the_wrong_shape_is_named() throws IOException {
    bert.build().initializers.removeLast();
    bert.initializers.add(
        TinyBert.RAW.encode("encoder.layer.0.output.LayerNorm.bias", new float[5], 5));
    assertRefused("tensor 'encoder.layer.0.output.LayerNorm.bias': expected shape [4], got [5]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "/etc/passwd", "a/../../x", "..\\x", "", ".", "a\0b"})
  void external_data_outside_of_the_folder_is_refused(String location) throws IOException {
    lastIsExternal(location, "0", "16");
    assertRefused("'encoder.layer.0.output.LayerNorm.bias' is in", "in the folder of the model");
  }

  @Test
  void missing_external_data_is_named() throws IOException {
    lastIsExternal("gone.bin", "0", "16");
    assertRefused("is in 'gone.bin', which does not exist");
  }

  @ParameterizedTest
  @CsvSource({"1, 16", "16, 1", "-1, 16", "17, 0", "0, 9223372036854775807"})
  void external_data_past_the_end_of_its_file_is_refused(String offset, String length)
      throws IOException {
    Files.write(folder.resolve("short.bin"), new byte[16]);
    lastIsExternal("short.bin", offset, length);
    assertRefused("'encoder.layer.0.output.LayerNorm.bias'", "expected");
  }

  @Test
  void an_offset_that_is_no_number_is_refused() throws IOException {
    lastIsExternal("short.bin", "x", "16");
    assertRefused("not a valid ONNX file", "offset 'x'");
  }

  private void lastIsExternal(String location, String offset, String length) {
    bert.build().initializers.removeLast();
    bert.initializers.add(
        ExternalData.tensor("encoder.layer.0.output.LayerNorm.bias", location, offset, length, 4));
  }

  static List<Named<Proto>> brokenTensors() {
    String name = "encoder.layer.0.output.LayerNorm.bias";
    return List.of(
        Named.of("too few raw bytes", tensor(name, 1, 4).bytes(9, new byte[15])),
        Named.of("too many raw bytes", tensor(name, 1, 4).bytes(9, new byte[17])),
        Named.of("no values", tensor(name, 1, 4)),
        Named.of("too few varints", tensor(name, 10, 4).varints(5, 1, 2, 3)),
        Named.of("too many varints", tensor(name, 10, 4).varints(5, 1, 2, 3, 4, 5)),
        Named.of("an unfinished varint", tensor(name, 10, 4).bytes(5, new byte[] {1, 2, 3, -1})),
        Named.of("a string tensor", tensor(name, 8, 4)),
        Named.of("an unknown type", tensor(name, 99, 4).bytes(9, new byte[16])),
        Named.of("both fixed and varint values", tensor(name, 1, 4).varints(5, 1, 2, 3, 4, 5)),
        Named.of("a negative size", tensor(name, 1, -4).bytes(9, new byte[16])),
        Named.of(
            "an overflowing size", tensor(name, 1, 1L << 32, 1L << 32).bytes(9, new byte[16])));
  }

  @ParameterizedTest
  @MethodSource("brokenTensors")
  void a_broken_tensor_is_named(Proto broken) throws IOException {
    bert.build().initializers.removeLast();
    bert.initializers.add(broken);
    assertRefused("'encoder.layer.0.output.LayerNorm.bias'", "expected");
  }

  static List<Named<byte[]>> brokenFiles() {
    byte[] whole = new TinyBert().build().toByteArray();
    return List.of(
        Named.of("empty", new byte[0]),
        Named.of("text", "version https://git-lfs.github.com/spec/v1".getBytes(UTF_8)),
        Named.of("zeros", new byte[100]),
        Named.of("a model without a graph", new Proto().varint(1, 8).toByteArray()),
        Named.of("cut in the middle", Arrays.copyOf(whole, whole.length / 2)),
        Named.of("cut at the end", Arrays.copyOf(whole, whole.length - 1)),
        Named.of("a promise of 2 GiB", new Proto().promise(7, Integer.MAX_VALUE).toByteArray()),
        Named.of(
            "a name that promises 2 GiB",
            new Proto()
                .message(7, new Proto().message(1, new Proto().promise(3, Integer.MAX_VALUE)))
                .toByteArray()));
  }

  @ParameterizedTest
  @MethodSource("brokenFiles")
  void a_file_that_is_no_ONNX_model_is_refused(byte[] bytes) throws IOException {
    Files.write(source, bytes);
    assertFileRefused("ONNX file");
  }

  @Test
  void a_circle_of_nodes_does_not_trap_the_import() throws IOException {
    bert.build();
    bert.nodes.add(node("Identity", "", in("p"), "q"));
    bert.nodes.add(node("Identity", "", in("q"), "p"));
    bert.nodes.add(node("MatMul", "circle", in("p", "p"), "r"));
    assertImported(DType.F32);
  }
}

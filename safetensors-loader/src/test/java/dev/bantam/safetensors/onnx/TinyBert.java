package dev.bantam.safetensors.onnx;

import static dev.bantam.safetensors.onnx.Proto.in;
import static dev.bantam.safetensors.onnx.Proto.node;
import static dev.bantam.safetensors.onnx.Proto.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A hand-made ONNX graph of a BERT with one layer and hidden size 4, with every choice that an
 * exporter has open to the test. It has the nodes that the import looks at and no others.
 */
final class TinyBert {
  /** Writes the values of a tensor as one of the ways ONNX has. */
  interface Encoding {
    Proto encode(String name, float[] values, long... dims);
  }

  /** Writes {@code y = x W^T} of a layer, [in, out] being the shape of {@code weight}. */
  interface Linear {
    Proto matMul(TinyBert bert, String layer, float[] weight, int in, int out);
  }

  static final int HIDDEN = 4;

  /** FLOAT with raw_data. */
  static final Encoding RAW =
      (name, values, dims) -> tensor(name, 1, dims).bytes(9, littleEndian(values));

  /** MatMul with the transposed weight, and the layer in the name of the node. */
  static final Linear SCOPED =
      (bert, layer, weight, in, out) -> {
        String name = bert.anonymous(weight, in, out);
        return node("MatMul", "/" + layer.replace('.', '/') + "/MatMul", in("x", name), layer);
      };

  /** MatMul with the transposed weight, and a number as name of the node. */
  static final Linear NUMBERED =
      (bert, layer, weight, in, out) -> {
        String name = bert.anonymous(weight, in, out);
        return node("MatMul", "MatMul_" + bert.nodes.size(), in("x", name), layer);
      };

  Encoding encoding = RAW;
  Linear linear = SCOPED;

  /** Its operations, one after the other. */
  String activation = "Erf";

  long[] headShape = {0, -1, 2, 2};

  /** What the checkpoint must have. */
  final Map<String, float[]> expected = new LinkedHashMap<>();

  final List<Proto> nodes = new ArrayList<>();
  final List<Proto> initializers = new ArrayList<>();
  private float next;

  /** Adds all weights and nodes. */
  TinyBert build() {
    parameter("embeddings.word_embeddings.weight", 5, HIDDEN);
    parameter("embeddings.position_embeddings.weight", 6, HIDDEN);
    parameter("embeddings.token_type_embeddings.weight", 2, HIDDEN);
    norm("embeddings.LayerNorm");
    linear("encoder.layer.0.attention.self.query", HIDDEN, HIDDEN);
    linear("encoder.layer.0.attention.self.key", HIDDEN, HIDDEN);
    linear("encoder.layer.0.attention.self.value", HIDDEN, HIDDEN);
    linear("encoder.layer.0.attention.output.dense", HIDDEN, HIDDEN);
    norm("encoder.layer.0.attention.output.LayerNorm");
    linear("encoder.layer.0.intermediate.dense", HIDDEN, 3);
    String value = "encoder.layer.0.intermediate.dense.sum";
    for (String operation : activation.split(" ")) {
      String result = value + "." + operation;
      nodes.add(node(operation, "", in(value), result));
      value = result;
    }
    linear("encoder.layer.0.output.dense", 3, HIDDEN);
    norm("encoder.layer.0.output.LayerNorm");
    Proto shape = tensor("", 7, headShape.length).varints(7, headShape);
    nodes.add(node("Constant", "", in(), "shape", Proto.attribute("value", shape)));
    nodes.add(node("Reshape", "", in("x", "shape"), "heads"));
    return this;
  }

  private void norm(String layer) {
    parameter(layer + ".weight", HIDDEN);
    parameter(layer + ".bias", HIDDEN);
  }

  private void parameter(String name, long... dims) {
    float[] values = values((int) Arrays.stream(dims).reduce(1, (a, b) -> a * b));
    expected.put(name, values);
    initializers.add(encoding.encode(name, values, dims));
  }

  private void linear(String layer, int in, int out) {
    parameter(layer + ".bias", out);
    float[] weight = values(in * out);
    expected.put(layer + ".weight", transposed(weight, in, out));
    nodes.add(linear.matMul(this, layer, weight, in, out));
    nodes.add(node("Add", "", in(layer + ".bias", layer), layer + ".sum"));
  }

  /** Adds an initializer with a name that says nothing, and returns that name. */
  String anonymous(float[] values, long... dims) {
    String name = "onnx::MatMul_" + initializers.size();
    initializers.add(encoding.encode(name, values, dims));
    return name;
  }

  /** Small integers, which every float type holds exactly. */
  private float[] values(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = next++ - 50;
    }
    return values;
  }

  static float[] transposed(float[] values, int rows, int columns) {
    float[] result = new float[values.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        result[j * rows + i] = values[i * columns + j];
      }
    }
    return result;
  }

  static byte[] littleEndian(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  byte[] toByteArray() {
    Proto graph = new Proto();
    nodes.forEach(node -> graph.message(1, node));
    initializers.forEach(initializer -> graph.message(5, initializer));
    return new Proto().varint(1, 8).text(2, "test").message(7, graph).toByteArray();
  }

  Path write(Path file) throws IOException {
    return Files.write(file, toByteArray());
  }
}

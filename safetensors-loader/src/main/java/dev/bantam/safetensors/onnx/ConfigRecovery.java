package dev.bantam.safetensors.onnx;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.safetensors.DType;
import dev.bantam.safetensors.ModelFormatException;
import dev.bantam.safetensors.internal.Json;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes the {@code config.json} that an exported model had: sizes from its weights, the rest from
 * its graph.
 */
final class ConfigRecovery {
  private static final double DEFAULT_EPSILON = 1e-12;

  private final OnnxGraph graph;
  private final OnnxValues values;
  private final Map<String, Weight> weights;
  private final Encoder encoder;

  ConfigRecovery(OnnxGraph graph, OnnxValues values, Map<String, Weight> weights, Encoder encoder) {
    this.graph = graph;
    this.values = values;
    this.weights = weights;
    this.encoder = encoder;
  }

  /**
   * The configuration.
   *
   * @param givenHeads number of attention heads, or null to read it off the graph
   */
  ObjectNode config(@Nullable Integer givenHeads) throws IOException {
    refuseRoberta();
    ObjectNode config = Json.mapper().createObjectNode();
    config.putArray("architectures").add(architecture());
    boolean bert = encoder.type() == Encoder.Type.BERT;
    config.put("model_type", bert ? "bert" : "distilbert");
    config.put("vocab_size", encoder.vocabulary());
    config.put("max_position_embeddings", encoder.positions());
    config.put(bert ? "hidden_size" : "dim", encoder.hidden());
    config.put(bert ? "num_hidden_layers" : "n_layers", encoder.layers());
    config.put(bert ? "num_attention_heads" : "n_heads", heads(givenHeads));
    config.put(bert ? "intermediate_size" : "hidden_dim", encoder.intermediate());
    config.put(bert ? "hidden_act" : "activation", activation());
    if (bert) {
      config.put("type_vocab_size", encoder.tokenTypes());
      config.put("layer_norm_eps", epsilon());
    }
    config.put("pad_token_id", 0);
    config.put("torch_dtype", torchDtype());
    Weight classifier = weights.get("classifier.weight");
    if (classifier != null) {
      ObjectNode labels = config.putObject("id2label");
      for (int i = 0; i < classifier.shape().getFirst(); i++) {
        labels.put(Integer.toString(i), "LABEL_" + i);
      }
    }
    return config;
  }

  /** RoBERTa has BERT's names, but counts its positions from the padding id. */
  private void refuseRoberta() throws ModelFormatException {
    for (OnnxNode node : graph.nodes()) {
      if (node.opType().equals("CumSum")) {
        throw new ModelFormatException(
            "%s: positions come from a sum over the mask (%s), as in RoBERTa; expected BERT or"
                    .formatted(graph.file(), node)
                + " DistilBERT");
      }
    }
  }

  private String architecture() {
    String base = encoder.type() == Encoder.Type.BERT ? "Bert" : "DistilBert";
    if (weights.containsKey("classifier.weight")) {
      return base + "ForSequenceClassification";
    }
    return weights.containsKey("cls.predictions.transform.dense.weight")
            || weights.containsKey("vocab_transform.weight")
        ? base + "ForMaskedLM"
        : base + "Model";
  }

  private String torchDtype() throws ModelFormatException {
    DType dtype = values.dtype(encoder.intermediateWeight(weights).tensor());
    return switch (dtype) {
      case F32 -> "float32";
      case F16 -> "float16";
      case BF16 -> "bfloat16";
      case F64 -> "float64";
      case I64, I32, I16, I8, U8, BOOL, F8_E4M3, F8_E5M2 ->
          throw new ModelFormatException(
              "%s: weights are %s, expected floating-point numbers".formatted(graph.file(), dtype));
    };
  }

  private String activation() throws ModelFormatException {
    OnnxNode linear = encoder.intermediateWeight(weights).linear();
    Map<String, OnnxNode> operations = linear == null ? Map.of() : graph.operationsAfter(linear);
    boolean clipped = operations.containsKey("Clip"); // gelu_10
    OnnxNode gelu = operations.get("Gelu");
    if (gelu != null && !clipped) {
      OnnxNode.Attribute approximate = gelu.attributes().get("approximate");
      return approximate != null && approximate.s().equals("tanh") ? "gelu_new" : "gelu";
    }
    if (operations.containsKey("Erf") && !clipped) {
      return "gelu";
    }
    boolean product = operations.containsKey("Mul") || operations.containsKey("Pow");
    if (operations.containsKey("Tanh") && !operations.containsKey("Softplus")) { // which mish has
      return product ? "gelu_new" : "tanh";
    }
    if (operations.containsKey("Relu") && !product) { // not its square
      return "relu";
    }
    throw new ModelFormatException(
        "%s: the activation is none of gelu, gelu_new, relu and tanh; it has %s"
            .formatted(graph.file(), operations.keySet()));
  }

  /** Attribute of LayerNormalization, or the constant that is added before a square root. */
  private double epsilon() throws IOException {
    for (OnnxNode node : graph.nodes()) {
      if (node.opType().equals("LayerNormalization")) {
        OnnxNode.Attribute epsilon = node.attributes().get("epsilon");
        return epsilon == null ? 1e-5 : decimal(epsilon.f());
      }
      if (node.opType().equals("Sqrt")
          && graph.producer(node.input(0)) instanceof OnnxNode sum
          && sum.opType().equals("Add")) {
        for (String input : sum.inputs()) {
          OnnxTensor constant = graph.constant(input);
          if (constant != null && values.dtype(constant) == DType.F32) {
            float[] epsilon = values.floats(constant);
            if (epsilon.length == 1) {
              return decimal(epsilon[0]);
            }
          }
        }
      }
    }
    return DEFAULT_EPSILON;
  }

  /** The shortest decimal number of a float: 1e-12, where the float is 9.99999996e-13. */
  private static double decimal(float value) {
    return Double.parseDouble(Float.toString(value));
  }

  private long heads(@Nullable Integer given) throws IOException {
    OptionalLong found = headsInGraph();
    if (given == null && found.isEmpty()) {
      throw new ModelFormatException(
          "%s: the number of attention heads cannot be read off the graph; give it as an option"
              .formatted(graph.file()));
    }
    if (given != null && found.isPresent() && found.getAsLong() != given) {
      throw new ModelFormatException(
          "%s: %d attention heads given, the graph has %d"
              .formatted(graph.file(), given, found.getAsLong()));
    }
    long heads = given == null ? found.orElseThrow() : given;
    if (encoder.hidden() % heads != 0) {
      throw new ModelFormatException(
          "%s: hidden size %d is not divisible by %d attention heads"
              .formatted(graph.file(), encoder.hidden(), heads));
    }
    return heads;
  }

  /**
   * Attention reshapes [batch, sequence, hidden] to [batch, sequence, heads, size], with {@code
   * heads * size = hidden}; the number of heads may be left to be computed, as -1.
   */
  private OptionalLong headsInGraph() throws IOException {
    OptionalLong heads = OptionalLong.empty();
    for (OnnxNode node : graph.nodes()) {
      if (node.opType().equals("Reshape")) {
        OptionalLong found = headsOfShape(node.input(1));
        if (heads.isPresent() && found.isPresent() && !heads.equals(found)) {
          return OptionalLong.empty();
        }
        heads = found.isPresent() ? found : heads;
      }
    }
    return heads;
  }

  private OptionalLong headsOfShape(String shape) throws IOException {
    long[] last = lastTwo(shape);
    if (last == null || last[1] <= 0 || encoder.hidden() % last[1] != 0) {
      return OptionalLong.empty();
    }
    long heads = encoder.hidden() / last[1];
    boolean computed = last[0] == -1 && heads > 1;
    return computed || last[0] == heads ? OptionalLong.of(heads) : OptionalLong.empty();
  }

  /** The last two sizes of a shape of four, where they are constants. */
  private long @Nullable [] lastTwo(String shape) throws IOException {
    OnnxTensor constant = graph.constant(shape);
    if (constant != null) {
      long[] sizes = sizes(constant);
      return sizes.length == 4 ? new long[] {sizes[2], sizes[3]} : null;
    }
    OnnxNode concat = graph.producer(shape);
    if (concat == null || !concat.opType().equals("Concat") || concat.inputs().size() < 3) {
      return null;
    }
    int n = concat.inputs().size();
    OnnxTensor third = graph.constant(concat.input(n - 2));
    OnnxTensor fourth = graph.constant(concat.input(n - 1));
    if (third == null || fourth == null) {
      return null;
    }
    long[] heads = sizes(third);
    long[] size = sizes(fourth);
    return heads.length == 1 && size.length == 1 ? new long[] {heads[0], size[0]} : null;
  }

  private long[] sizes(OnnxTensor tensor) throws IOException {
    return values.dtype(tensor) == DType.I64 ? values.longs(tensor) : new long[0];
  }
}

package dev.bantam.bert;

import dev.bantam.bert.internal.JsonObject;
import dev.bantam.safetensors.ModelFormatException;
import dev.bantam.tensor.kernel.Activation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The sizes and choices of a model, from its {@code config.json}. DistilBERT's names for them
 * ({@code dim}, {@code n_layers}, ...) are read as BERT's.
 *
 * @param modelType the family
 * @param vocabSize number of token ids
 * @param hiddenSize width of a hidden state
 * @param numHiddenLayers number of encoder layers
 * @param numAttentionHeads heads of each layer; divides the width
 * @param intermediateSize width between the two linear layers of the feed-forward block
 * @param hiddenAct function between them
 * @param maxPositionEmbeddings tokens of the longest sequence
 * @param typeVocabSize number of token types; 0 for DistilBERT, which has none
 * @param layerNormEps added to variances
 * @param hiddenDropout probability, in training, that an element of a block's output is dropped
 * @param attentionDropout probability, in training, that an attention probability is dropped
 * @param classifierDropout probability, in training, that an input of a classification head is
 *     dropped
 * @param padTokenId the token that fills up sequences, whose embedding is not trained
 * @param labels names of the classes of a classification head, by index
 * @param problemType what the outputs of a classification head mean
 */
public record BertConfig(
    ModelType modelType,
    int vocabSize,
    int hiddenSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int intermediateSize,
    Activation hiddenAct,
    int maxPositionEmbeddings,
    int typeVocabSize,
    float layerNormEps,
    float hiddenDropout,
    float attentionDropout,
    float classifierDropout,
    int padTokenId,
    List<String> labels,
    ProblemType problemType) {

  /** Name of the file. */
  public static final String FILE = "config.json";

  /** A family of models. */
  public enum ModelType {
    /** Devlin et al. 2018. */
    BERT,
    /** Sanh et al. 2019. */
    DISTILBERT
  }

  /** What the outputs of a classification head mean. */
  public enum ProblemType {
    /** One class applies: softmax. */
    SINGLE_LABEL_CLASSIFICATION,
    /** Each class applies or not: sigmoid. */
    MULTI_LABEL_CLASSIFICATION,
    /** Numbers. */
    REGRESSION
  }

  /** Copies the labels. */
  public BertConfig {
    labels = List.copyOf(labels);
  }

  /**
   * Reads the configuration in a model folder.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such folder
   * @throws ModelFormatException if the file is missing, is not what it should be, or asks for what
   *     is not supported
   */
  public static BertConfig load(Path folder) throws IOException {
    ModelFolder.checkFolder(folder);
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      throw new ModelFormatException(folder + ": no " + FILE + " here; expected a model folder");
    }
    JsonObject json = JsonObject.read(file);
    ModelType type = modelType(json);
    refuseUnsupported(json);
    BertConfig config =
        switch (type) {
          case BERT ->
              new BertConfig(
                  type,
                  positive(json, "vocab_size"),
                  positive(json, "hidden_size"),
                  json.size("num_hidden_layers", 12),
                  positive(json, "num_attention_heads"),
                  positive(json, "intermediate_size"),
                  activation(json, "hidden_act"),
                  positive(json, "max_position_embeddings"),
                  json.size("type_vocab_size", 2),
                  epsilon(json),
                  dropout(json, "hidden_dropout_prob", 0.1f),
                  dropout(json, "attention_probs_dropout_prob", 0.1f),
                  dropout(json, "classifier_dropout", dropout(json, "hidden_dropout_prob", 0.1f)),
                  json.get("pad_token_id") == null ? 0 : json.size("pad_token_id", 0),
                  labels(json),
                  problemType(json));
          case DISTILBERT ->
              new BertConfig(
                  type,
                  positive(json, "vocab_size"),
                  positive(json, "dim"),
                  json.size("n_layers", 6),
                  positive(json, "n_heads"),
                  positive(json, "hidden_dim"),
                  activation(json, "activation"),
                  positive(json, "max_position_embeddings"),
                  0,
                  1e-12f,
                  dropout(json, "dropout", 0.1f),
                  dropout(json, "attention_dropout", 0.1f),
                  dropout(json, "seq_classif_dropout", 0.2f),
                  json.get("pad_token_id") == null ? 0 : json.size("pad_token_id", 0),
                  labels(json),
                  problemType(json));
        };
    if (config.hiddenSize % config.numAttentionHeads != 0) {
      throw json.error(
          "hidden size %d is no multiple of the %d attention heads"
              .formatted(config.hiddenSize, config.numAttentionHeads));
    }
    return config;
  }

  /** The same with another head. */
  BertConfig withHead(List<String> newLabels, ProblemType newProblemType) {
    return new BertConfig(
        modelType,
        vocabSize,
        hiddenSize,
        numHiddenLayers,
        numAttentionHeads,
        intermediateSize,
        hiddenAct,
        maxPositionEmbeddings,
        typeVocabSize,
        layerNormEps,
        hiddenDropout,
        attentionDropout,
        classifierDropout,
        padTokenId,
        newLabels,
        newProblemType);
  }

  /** The first BERT checkpoints say neither their type nor their architecture. */
  private static ModelType modelType(JsonObject json) throws ModelFormatException {
    String name = json.string("model_type");
    if (name == null && json.get("architectures") instanceof List<?> list && !list.isEmpty()) {
      String architecture = String.valueOf(list.getFirst());
      name = architecture.startsWith("Bert") ? "bert" : architecture;
    }
    return switch (name) {
      case null -> ModelType.BERT;
      case "bert" -> ModelType.BERT;
      case "distilbert" -> ModelType.DISTILBERT;
      default ->
          throw json.error(
              "model_type '%s' is not supported; supported: bert, distilbert".formatted(name));
    };
  }

  private static void refuseUnsupported(JsonObject json) throws ModelFormatException {
    if (json.has("quantization_config")) {
      throw json.error(
          "'quantization_config': checkpoints that other libraries quantized are not supported;"
              + " expected float weights, or a 'compression' block");
    }
    for (String flag : List.of("is_decoder", "add_cross_attention")) {
      if (json.bool(flag, false)) {
        throw json.error(flag, "false (an encoder)", true);
      }
    }
    String positions = json.string("position_embedding_type", "absolute");
    if (!positions.equals("absolute")) {
      throw json.error("position_embedding_type", "'absolute'", positions);
    }
  }

  private static int positive(JsonObject json, String name) throws ModelFormatException {
    int value = json.size(name, 0);
    if (value == 0) {
      throw json.error(name, "a whole number from 1", json.get(name));
    }
    return value;
  }

  private static float epsilon(JsonObject json) throws ModelFormatException {
    double epsilon = json.number("layer_norm_eps", 1e-12);
    if (!(epsilon >= 0 && epsilon < 1)) {
      throw json.error("layer_norm_eps", "a number from 0, below 1", epsilon);
    }
    return (float) epsilon;
  }

  private static float dropout(JsonObject json, String field, float absent)
      throws ModelFormatException {
    double p = json.get(field) == null ? absent : json.number(field, absent);
    if (!(p >= 0 && p < 1)) {
      throw json.error(field, "a probability below 1", p);
    }
    return (float) p;
  }

  private static Activation activation(JsonObject json, String field) throws ModelFormatException {
    String name = json.string(field, "gelu");
    return switch (name) {
      case "gelu", "gelu_python" -> Activation.GELU;
      case "gelu_new", "gelu_pytorch_tanh", "gelu_fast" -> Activation.GELU_TANH;
      case "relu" -> Activation.RELU;
      case "tanh" -> Activation.TANH;
      default ->
          throw json.error(
              field, "gelu, gelu_new, gelu_pytorch_tanh, gelu_fast, relu or tanh", name);
    };
  }

  /** {@code id2label}; without it LABEL_0, LABEL_1, ..., of which there are two by default. */
  private static List<String> labels(JsonObject json) throws ModelFormatException {
    JsonObject names = json.object("id2label");
    int count = names == null ? json.size("num_labels", 2) : names.names().size();
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (names != null && !names.has(Integer.toString(i))) {
        throw json.error("id2label", "names of the labels 0 to " + (count - 1), names.names());
      }
      labels.add(names == null ? "LABEL_" + i : names.string(Integer.toString(i), ""));
    }
    return labels;
  }

  /** As the reference implementation: without a word on it, a single output is a number. */
  private static ProblemType problemType(JsonObject json) throws ModelFormatException {
    @Nullable String name = json.string("problem_type");
    if (name == null) {
      return labels(json).size() == 1
          ? ProblemType.REGRESSION
          : ProblemType.SINGLE_LABEL_CLASSIFICATION;
    }
    for (ProblemType type : ProblemType.values()) {
      if (type.name().toLowerCase(Locale.ROOT).equals(name)) {
        return type;
      }
    }
    throw json.error(
        "problem_type",
        "single_label_classification, multi_label_classification or regression",
        name);
  }
}

package dev.bantam.bert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.nn.NnModule;
import dev.bantam.safetensors.Checkpoint;
import dev.bantam.safetensors.ModelFormatException;
import dev.bantam.safetensors.internal.AtomicFiles;
import dev.bantam.safetensors.internal.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads and writes model folders: {@code config.json} beside a safetensors checkpoint. */
final class ModelFolder {
  private static final System.Logger LOG = System.getLogger("dev.bantam.bert");

  private static final String TOKENIZER_CONFIG = "tokenizer_config.json";

  private static final List<String> TOKENIZER_FILES =
      List.of(
          "tokenizer.json",
          TOKENIZER_CONFIG,
          "vocab.txt",
          "special_tokens_map.json",
          "added_tokens.json");

  /** What makes a model a text encoder; with the folder of the pooling module at its usual name. */
  private static final List<String> SENTENCE_FILES =
      Stream.concat(
              TOKENIZER_FILES.stream(),
              Stream.of(
                  "modules.json",
                  "sentence_bert_config.json",
                  "config_sentence_transformers.json",
                  "1_Pooling/config.json"))
          .toList();

  /** Makes a model of a configuration and weights. */
  @FunctionalInterface
  interface Factory<M> {
    M make(BertConfig config, ModuleReader weights) throws ModelFormatException;
  }

  private ModelFolder() {}

  /** Refuses a folder that is not there, or is none. */
  static void checkFolder(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      throw new NoSuchFileException(folder.toString(), null, "expected a model folder");
    }
    if (!Files.isDirectory(folder)) {
      throw new ModelFormatException(folder + ": is a file; expected a model folder");
    }
  }

  /** Reads a model, which then owns the checkpoint. */
  static <M> M load(Path folder, Device device, Factory<M> factory) throws IOException {
    return load(folder, BertConfig.load(folder), device, null, factory);
  }

  /** Reads a model whose parameters can be trained. */
  static <M> M loadTrained(
      Path folder, UnaryOperator<BertConfig> change, Device device, long seed, Factory<M> factory)
      throws IOException {
    return load(folder, change.apply(BertConfig.load(folder)), device, seed, factory);
  }

  private static <M> M load(
      Path folder, BertConfig config, Device device, @Nullable Long seed, Factory<M> factory)
      throws IOException {
    Compression compression = Compression.read(folder);
    if (seed != null && compression.isPresent()) {
      throw new ModelFormatException(
          folder + ": is compressed; a model is trained, or compressed, from what it was made of");
    }
    Checkpoint checkpoint = Checkpoint.open(folder);
    try {
      TrainedParameters trained = seed == null ? null : new TrainedParameters(checkpoint, seed);
      M model =
          factory.make(config, new ModuleReader(checkpoint, config, compression, device, trained));
      if (trained != null && !trained.drawn().isEmpty()) {
        LOG.log(System.Logger.Level.INFO, "{0}: drawn at random: {1}", folder, trained.drawn());
      }
      checkpoint.unload(); // all but the word embeddings was copied
      return model;
    } catch (Throwable e) {
      checkpoint.close();
      throw e;
    }
  }

  /**
   * Writes a model.
   *
   * @param source the folder it was loaded from
   * @param target made if there is none
   * @param model its parameters
   * @param config its configuration
   * @param head end of the name of its architecture in transformers
   * @param maxLength tokens of the longest text, which its tokenizer is told; empty for what it
   *     says
   */
  static void save(
      Path source,
      Path target,
      NnModule model,
      BertConfig config,
      String head,
      OptionalInt maxLength)
      throws IOException {
    boolean headless = head.equals("Model");
    CheckpointNames tied =
        headless
            ? CheckpointNames.withoutHead(config.modelType())
            : CheckpointNames.withHead(config.modelType());
    var parameters = model.namedParameters();
    CheckpointNames names =
        parameters.containsKey(CheckpointNames.DECODER_WEIGHT) ? tied.untied() : tied;
    StateWriter weights = new StateWriter(names);
    weights.addAll(model);
    Files.createDirectories(target);
    for (String name : headless ? SENTENCE_FILES : TOKENIZER_FILES) {
      Path file = source.resolve(name);
      Path copy = target.resolve(name);
      if (name.equals(TOKENIZER_CONFIG) && maxLength.isPresent()) {
        ObjectNode json = Files.exists(file) ? read(file) : Json.mapper().createObjectNode();
        write(copy, json.put("model_max_length", maxLength.getAsInt()));
      } else if (Files.exists(file)) {
        Files.createDirectories(Objects.requireNonNull(copy.getParent()));
        write(copy, Files.readAllBytes(file));
      }
    }
    ObjectNode json = config(source, config, head);
    weights.compression().ifPresent(block -> json.set(Compression.BLOCK, block));
    write(target.resolve(BertConfig.FILE), json);
    weights.write(target.resolve(Checkpoint.SINGLE_FILE));
  }

  /** The configuration of the source with what the head and the weights are now. */
  private static ObjectNode config(Path source, BertConfig config, String head) throws IOException {
    ObjectNode json = read(source.resolve(BertConfig.FILE));
    boolean distilbert = config.modelType() == BertConfig.ModelType.DISTILBERT;
    ArrayNode architectures = json.putArray("architectures");
    architectures.add((distilbert ? "DistilBert" : "Bert") + head);
    json.put("model_type", distilbert ? "distilbert" : "bert");
    json.remove("torch_dtype");
    json.remove(Compression.BLOCK);
    json.put("dtype", "float32");
    if (head.equals("ForSequenceClassification")) {
      ObjectNode id2label = json.putObject("id2label");
      ObjectNode label2id = json.putObject("label2id");
      for (int i = 0; i < config.labels().size(); i++) {
        id2label.put(Integer.toString(i), config.labels().get(i));
        label2id.put(config.labels().get(i), i);
      }
      json.remove("num_labels");
      json.put("problem_type", config.problemType().name().toLowerCase(Locale.ROOT));
    }
    return json;
  }

  private static ObjectNode read(Path file) throws IOException {
    JsonNode read = Json.mapper().readTree(Json.utf8(file.toString(), Files.readAllBytes(file)));
    if (!(read instanceof ObjectNode json)) {
      throw new ModelFormatException(file + ": expected a JSON object");
    }
    return json;
  }

  private static void write(Path file, ObjectNode json) throws IOException {
    write(file, (Json.pretty(json) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    AtomicFiles.write(file, channel -> AtomicFiles.writeFully(channel, bytes));
  }
}

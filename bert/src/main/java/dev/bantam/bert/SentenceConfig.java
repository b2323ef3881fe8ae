package dev.bantam.bert;

import dev.bantam.bert.internal.JsonObject;
import dev.bantam.safetensors.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a sentence-transformers folder says beyond the model: {@code modules.json}, the {@code
 * config.json} of its pooling module, and {@code sentence_bert_config.json}.
 *
 * @param model folder of the model itself
 * @param pooling how states become a vector; several are concatenated
 * @param normalize whether the vector is scaled to length 1
 * @param maxLength tokens of the longest text, special tokens included; 0 if not said
 * @param lowercase whether a text is put in lower case before it is tokenized
 */
record SentenceConfig(
    Path model, List<Pooling> pooling, boolean normalize, int maxLength, boolean lowercase) {

  static final String FILE = "modules.json";

  private static final String SUPPORTED = "cls, max, mean or mean_sqrt_len_tokens";

  private static final List<String> LENGTH_FILES =
      List.of("sentence_bert_config.json", "sentence_distilbert_config.json");

  /**
   * Older folders have a flag for each mode, concatenated in this order; mean is on unless said.
   */
  private static final SequencedMap<String, String> FLAGS = new LinkedHashMap<>();

  static {
    FLAGS.put("pooling_mode_cls_token", "cls");
    FLAGS.put("pooling_mode_max_tokens", "max");
    FLAGS.put("pooling_mode_mean_tokens", "mean");
    FLAGS.put("pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens");
    FLAGS.put("pooling_mode_weightedmean_tokens", "weightedmean");
    FLAGS.put("pooling_mode_lasttoken", "lasttoken");
  }

  /**
   * Reads a folder. Without {@code modules.json} it is a plain model, and as in
   * sentence-transformers its embeddings are the mean of its states, not normalized.
   */
  static SentenceConfig load(Path folder) throws IOException {
    ModelFolder.checkFolder(folder);
    refuseDefaultPrompt(folder);
    Path file = folder.resolve(FILE);
    Path model = folder;
    List<Pooling> pooling = List.of(Pooling.MEAN);
    boolean normalize = false;
    if (Files.exists(file)) {
      for (JsonObject module : JsonObject.readList(file)) {
        String type = module.string("type", "");
        Path path = folder.resolve(module.string("path", ""));
        switch (type.substring(type.lastIndexOf('.') + 1)) {
          case "Transformer" -> model = path;
          case "Pooling" -> pooling = pooling(path.resolve("config.json"));
          case "Normalize" -> normalize = true;
          default -> throw module.error("type", "a module Transformer, Pooling or Normalize", type);
        }
      }
    }
    for (String name : LENGTH_FILES) {
      if (Files.exists(model.resolve(name))) {
        JsonObject json = JsonObject.read(model.resolve(name));
        return new SentenceConfig(
            model,
            pooling,
            normalize,
            json.size("max_seq_length", 0),
            json.bool("do_lower_case", false));
      }
    }
    return new SentenceConfig(model, pooling, normalize, 0, false);
  }

  private static List<Pooling> pooling(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new ModelFormatException(file + " not found; modules.json names it");
    }
    JsonObject json = JsonObject.read(file);
    List<Pooling> pooling = new ArrayList<>();
    if (json.get("pooling_mode") instanceof List<?> modes) {
      for (Object mode : modes) {
        pooling.add(pooling(json, "pooling_mode", mode));
      }
    } else if (json.has("pooling_mode")) {
      pooling.add(pooling(json, "pooling_mode", json.get("pooling_mode")));
    } else {
      for (Map.Entry<String, String> flag : FLAGS.entrySet()) {
        if (json.bool(flag.getKey(), flag.getValue().equals("mean"))) {
          pooling.add(pooling(json, flag.getKey(), flag.getValue()));
        }
      }
    }
    if (pooling.isEmpty()) {
      throw json.error("no pooling_mode is set; expected " + SUPPORTED);
    }
    return pooling;
  }

  private static Pooling pooling(JsonObject json, String field, @Nullable Object mode)
      throws ModelFormatException {
    return switch (String.valueOf(mode)) {
      case "cls" -> Pooling.CLS;
      case "max" -> Pooling.MAX;
      case "mean" -> Pooling.MEAN;
      case "mean_sqrt_len_tokens" -> Pooling.MEAN_SQRT_LEN;
      default -> throw json.error(field, SUPPORTED, mode);
    };
  }

  /** A prompt would have to be put before each text, which nothing here does. */
  private static void refuseDefaultPrompt(Path folder) throws IOException {
    Path file = folder.resolve("config_sentence_transformers.json");
    if (Files.exists(file)) {
      JsonObject json = JsonObject.read(file);
      if (json.has("default_prompt_name")) {
        throw json.error(
            "default_prompt_name",
            "none (put the prompt before each text instead)",
            json.get("default_prompt_name"));
      }
    }
  }
}

package dev.bantam.bert.tokenizer;

import dev.bantam.bert.internal.JsonObject;
import dev.bantam.safetensors.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code tokenizer_config.json} says, completed by the older {@code special_tokens_map.json}
 * and {@code added_tokens.json}. All three may be absent.
 */
final class TokenizerConfig {

  /** The special tokens that have a name of their own, in the order in which they get ids. */
  private static final List<String> NAMED =
      List.of("bos", "eos", "unk", "sep", "pad", "cls", "mask");

  /** Those of them that BERT has without being told. */
  private static final Set<String> BY_DEFAULT = Set.of("unk", "sep", "pad", "cls", "mask");

  /** A length written by transformers for "no limit" is around 1e30. */
  private static final int NO_LIMIT = Integer.MAX_VALUE;

  private final JsonObject config;
  private final @Nullable JsonObject specialTokensMap;
  private final @Nullable JsonObject addedTokens;

  private TokenizerConfig(
      JsonObject config, @Nullable JsonObject specialTokensMap, @Nullable JsonObject addedTokens) {
    this.config = config;
    this.specialTokensMap = specialTokensMap;
    this.addedTokens = addedTokens;
  }

  static TokenizerConfig read(Path folder) throws IOException {
    Path file = folder.resolve("tokenizer_config.json");
    JsonObject config = readIfPresent(file);
    return new TokenizerConfig(
        config == null ? JsonObject.empty(file) : config,
        readIfPresent(folder.resolve("special_tokens_map.json")),
        readIfPresent(folder.resolve("added_tokens.json")));
  }

  /** Refuses what this tokenizer does not do. */
  void check() throws ModelFormatException {
    String side = config.string("truncation_side", "right");
    if (!side.equals("right")) {
      throw config.error("truncation_side", "'right'", side);
    }
  }

  private static @Nullable JsonObject readIfPresent(Path file) throws IOException {
    return Files.exists(file) ? JsonObject.read(file) : null;
  }

  /** Tokens of the longest text the model takes; the largest int if there is no limit. */
  int maxLength() throws ModelFormatException {
    return config.size("model_max_length", NO_LIMIT);
  }

  /**
   * The normalizer. What this configuration says has precedence over what {@code tokenizer.json}
   * says, as in transformers' class for BERT.
   *
   * @param stripAccents null for the same as lowercase
   */
  BertNormalizer normalizer(
      boolean cleanText, boolean chineseChars, @Nullable Boolean stripAccents, boolean lowercase)
      throws ModelFormatException {
    boolean lower = config.bool("do_lower_case", lowercase);
    Boolean strip =
        config.names().contains("strip_accents") ? config.bool("strip_accents") : stripAccents;
    return new BertNormalizer(
        cleanText,
        config.bool("tokenize_chinese_chars", chineseChars),
        strip == null ? lower : strip,
        lower);
  }

  /** The spelling of a special token, such as {@code [SEP]} for {@code sep}. */
  String special(String name) throws ModelFormatException {
    AddedToken token = named(name);
    return token == null ? byDefault(name) : token.content();
  }

  /**
   * The added tokens of a tokenizer without {@code tokenizer.json}: those with a given id in its
   * order, then the named special tokens and the additional ones that are not among them.
   */
  List<AddedToken> addedTokens() throws ModelFormatException {
    List<AddedToken> special = specialTokens();
    List<AddedToken> all = new ArrayList<>(tokensWithIds(special).values());
    for (AddedToken token : special) {
      if (all.stream().noneMatch(other -> other.content().equals(token.content()))) {
        all.add(token);
      }
    }
    return all;
  }

  private Map<Long, AddedToken> tokensWithIds(List<AddedToken> special)
      throws ModelFormatException {
    Map<Long, AddedToken> byId = new TreeMap<>();
    JsonObject decoder = config.object("added_tokens_decoder");
    if (decoder != null) {
      for (String id : decoder.names()) {
        JsonObject token = decoder.object(id);
        if (token == null || !id.matches("[0-9]{1,9}")) {
          throw decoder.error(id, "an id and its token", decoder.get(id));
        }
        byId.put(Long.valueOf(id), TokenizerJson.addedToken(token));
      }
    } else if (addedTokens != null) {
      for (String content : addedTokens.names()) {
        boolean isSpecial = special.stream().anyMatch(token -> token.content().equals(content));
        if (!(addedTokens.get(content) instanceof Long id)) {
          throw addedTokens.error(content, "an id", addedTokens.get(content));
        }
        byId.put(id, isSpecial ? AddedToken.special(content) : AddedToken.plain(content));
      }
    }
    return byId;
  }

  private List<AddedToken> specialTokens() throws ModelFormatException {
    List<AddedToken> tokens = new ArrayList<>();
    for (String name : NAMED) {
      AddedToken token = named(name);
      String key = name + "_token";
      if (token != null) {
        tokens.add(token);
      } else if (BY_DEFAULT.contains(name) && !owner(key).names().contains(key)) {
        tokens.add(AddedToken.special(byDefault(name)));
      }
    }
    for (String key : List.of("extra_special_tokens", "additional_special_tokens")) {
      Object value = owner(key).get(key);
      if (value instanceof List<?> list && !list.isEmpty()) {
        for (Object element : list) {
          tokens.add(specialToken(owner(key), key, element));
        }
        break;
      }
    }
    return tokens;
  }

  private static String byDefault(String name) {
    return "[" + name.toUpperCase(Locale.ROOT) + "]";
  }

  private @Nullable AddedToken named(String name) throws ModelFormatException {
    String key = name + "_token";
    JsonObject owner = owner(key);
    return owner.has(key) ? specialToken(owner, key, owner.get(key)) : null;
  }

  /** The older file has precedence, but is not looked at beside {@code added_tokens_decoder}. */
  private JsonObject owner(String key) {
    if (specialTokensMap != null
        && specialTokensMap.has(key)
        && !config.has("added_tokens_decoder")) {
      return specialTokensMap;
    }
    return config;
  }

  private static AddedToken specialToken(JsonObject owner, String key, @Nullable Object value)
      throws ModelFormatException {
    if (value instanceof String content) {
      return AddedToken.special(content);
    }
    if (value instanceof JsonObject object) {
      AddedToken token = TokenizerJson.addedToken(object);
      return new AddedToken(
          token.content(),
          token.singleWord(),
          token.lstrip(),
          token.rstrip(),
          object.bool("normalized", false),
          true);
    }
    throw owner.error(key, "a token", value);
  }
}

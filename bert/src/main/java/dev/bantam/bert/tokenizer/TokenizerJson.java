package dev.bantam.bert.tokenizer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.bantam.bert.internal.JsonObject;
import dev.bantam.safetensors.ModelFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code tokenizer.json}, the file of the Hugging Face tokenizers library.
 *
 * <p>Its truncation and padding are left aside: the caller says how long a text may be, and nothing
 * is ever padded.
 */
final class TokenizerJson {

  private final JsonObject root;
  private final Vocabulary vocabulary;
  private final TokenizerConfig config;

  private TokenizerJson(JsonObject root, Vocabulary vocabulary, TokenizerConfig config) {
    this.root = root;
    this.vocabulary = vocabulary;
    this.config = config;
  }

  static TokenizerParts read(Path file, TokenizerConfig config) throws IOException {
    Vocabulary vocabulary = new Vocabulary(file.toString());
    JsonObject root =
        JsonObject.read(file, "model.vocab", parser -> readVocabulary(parser, vocabulary));
    return new TokenizerJson(root, vocabulary, config).parts();
  }

  private static void readVocabulary(JsonParser parser, Vocabulary vocabulary) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren(); // another type of model, refused by its name
      return;
    }
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String token = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_NUMBER_INT) {
        throw new ModelFormatException(
            "%s: model.vocab: id of token '%s': expected a whole number, got %s"
                .formatted(vocabulary.source(), token, parser.getText()));
      }
      vocabulary.add(token, parser.getLongValue());
    }
  }

  private TokenizerParts parts() throws ModelFormatException {
    String version = root.string("version", "1.0");
    if (!version.equals("1.0")) {
      throw root.error("version", "'1.0'", version);
    }
    JsonObject model = root.object("model");
    if (model == null) {
      throw root.error("model", "a WordPiece model", null);
    }
    // Files from before types were written have none; only WordPiece has this limit.
    boolean untyped = !model.has("type") && model.has("max_input_chars_per_word");
    if (!untyped && !"WordPiece".equals(model.get("type"))) {
      throw model.error("type", "'WordPiece'", model.get("type"));
    }
    if (vocabulary.size() == 0) {
      throw model.error("vocab", "an object of tokens and their ids", null);
    }
    return new TokenizerParts(
        vocabulary,
        model.string("unk_token", "[UNK]"),
        model.string("continuing_subword_prefix", "##"),
        model.size("max_input_chars_per_word", 100),
        addedTokens(),
        normalizer(),
        template(),
        decoder());
  }

  private List<AddedToken> addedTokens() throws ModelFormatException {
    List<AddedToken> tokens = new ArrayList<>();
    for (JsonObject token : root.objects("added_tokens")) {
      tokens.add(addedToken(token));
    }
    return tokens;
  }

  /** An added token as both {@code tokenizer.json} and {@code tokenizer_config.json} write it. */
  static AddedToken addedToken(JsonObject token) throws ModelFormatException {
    String content = token.string("content");
    if (content == null) {
      throw token.error("content", "a string", null);
    }
    boolean special = token.bool("special", false);
    return new AddedToken(
        content,
        token.bool("single_word", false),
        token.bool("lstrip", false),
        token.bool("rstrip", false),
        token.bool("normalized", !special),
        special);
  }

  private BertNormalizer normalizer() throws ModelFormatException {
    JsonObject normalizer = root.object("normalizer");
    if (normalizer == null) {
      return new BertNormalizer(false, false, false, false);
    }
    expectType(normalizer, "BertNormalizer");
    return config.normalizer(
        normalizer.bool("clean_text", true),
        normalizer.bool("handle_chinese_chars", true),
        normalizer.bool("strip_accents"),
        normalizer.bool("lowercase", true));
  }

  private @Nullable WordPieceDecoder decoder() throws ModelFormatException {
    JsonObject preTokenizer = root.object("pre_tokenizer");
    if (preTokenizer == null) {
      throw root.error("pre_tokenizer", "a BertPreTokenizer", null);
    }
    expectType(preTokenizer, "BertPreTokenizer");
    JsonObject decoder = root.object("decoder");
    if (decoder == null) {
      return null;
    }
    expectType(decoder, "WordPiece");
    return new WordPieceDecoder(decoder.string("prefix", "##"), decoder.bool("cleanup", true));
  }

  private Template template() throws ModelFormatException {
    JsonObject processor = root.object("post_processor");
    if (processor == null) {
      return Template.PLAIN;
    }
    if ("BertProcessing".equals(processor.get("type"))) {
      return Template.bert(tokenAndId(processor, "cls"), tokenAndId(processor, "sep"));
    }
    expectType(processor, "TemplateProcessing' or 'BertProcessing", "TemplateProcessing");
    return new Template(pieces(processor, "single", 1), pieces(processor, "pair", 2));
  }

  private static int tokenAndId(JsonObject processor, String name) throws ModelFormatException {
    if (processor.get(name) instanceof List<?> pair
        && pair.size() == 2
        && pair.get(1) instanceof Long id
        && id == id.intValue()) {
      return id.intValue();
    }
    throw processor.error(name, "an array of a token and its id", processor.get(name));
  }

  private static List<Template.Piece> pieces(JsonObject processor, String name, int texts)
      throws ModelFormatException {
    List<Template.Piece> pieces = new ArrayList<>();
    for (JsonObject piece : processor.objects(name)) {
      JsonObject sequence = piece.object("Sequence");
      JsonObject special = piece.object("SpecialToken");
      if (sequence != null) {
        int index = "A".equals(sequence.get("id")) ? 0 : "B".equals(sequence.get("id")) ? 1 : texts;
        if (index >= texts) {
          throw sequence.error("id", texts == 1 ? "'A'" : "'A' or 'B'", sequence.get("id"));
        }
        pieces.add(new Template.Text(index, sequence.size("type_id", 0)));
      } else if (special != null) {
        int typeId = special.size("type_id", 0);
        for (int id : specialIds(processor, special)) {
          pieces.add(new Template.Special(id, typeId));
        }
      } else {
        throw piece.error(name, "a Sequence or a SpecialToken", null);
      }
    }
    return pieces;
  }

  private static int[] specialIds(JsonObject processor, JsonObject special)
      throws ModelFormatException {
    String id = special.string("id", "");
    JsonObject all = processor.object("special_tokens");
    JsonObject token = all == null ? null : all.object(id);
    if (token == null || !(token.get("ids") instanceof List<?> ids)) {
      throw special.error("id", "one of special_tokens", id);
    }
    int[] out = new int[ids.size()];
    for (int i = 0; i < out.length; i++) {
      if (!(ids.get(i) instanceof Long value) || value != value.intValue()) {
        throw token.error("ids", "ids of tokens", ids.get(i));
      }
      out[i] = value.intValue();
    }
    return out;
  }

  private static void expectType(JsonObject part, String type) throws ModelFormatException {
    expectType(part, type, type);
  }

  private static void expectType(JsonObject part, String expected, String type)
      throws ModelFormatException {
    if (!type.equals(part.get("type"))) {
      throw part.error("type", "'" + expected + "'", part.get("type"));
    }
  }
}

package dev.bantam.bert.tokenizer;

import dev.bantam.safetensors.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The WordPiece tokenizer of BERT and DistilBERT. Its ids are those of the Hugging Face tokenizers
 * library, on any text; an unpaired surrogate counts as U+FFFD.
 *
 * <pre>{@code
 * BertTokenizer tokenizer = BertTokenizer.load(Path.of("all-MiniLM-L6-v2"));
 * int[] ids = tokenizer.encode("A bantam is a small hen.").ids();
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class BertTokenizer {

  private final Vocabulary vocabulary;
  private final AddedTokens added;
  private final Pipeline pipeline;
  private final Template template;
  private final @Nullable WordPieceDecoder decoder;
  private final int maxLength;
  private final int unkId;
  private final OptionalInt sepId;
  private final OptionalInt padId;
  private final OptionalInt clsId;
  private final OptionalInt maskId;

  private BertTokenizer(TokenizerParts parts, TokenizerConfig config) throws ModelFormatException {
    config.check();
    vocabulary = parts.vocabulary();
    vocabulary.addContinuations(parts.continuingPrefix());
    added = new AddedTokens(parts.addedTokens(), vocabulary, parts.normalizer());
    unkId = vocabulary.id(parts.unknownToken());
    if (unkId == PieceTrie.NONE) {
      throw new ModelFormatException(
          "%s: the unknown token '%s' is not in the vocabulary (%d tokens)"
              .formatted(vocabulary.source(), parts.unknownToken(), vocabulary.size()));
    }
    WordPiece model = new WordPiece(vocabulary, unkId, parts.maxWordLength());
    pipeline = new Pipeline(added, parts.normalizer(), new Words(model));
    decoder = parts.decoder();
    maxLength = config.maxLength();
    sepId = tokenToId(config.special("sep"));
    padId = tokenToId(config.special("pad"));
    clsId = tokenToId(config.special("cls"));
    maskId = tokenToId(config.special("mask"));
    Template given = parts.template();
    template = given != null ? given : Template.bert(clsId.orElseThrow(), sepId.orElseThrow());
    checkTemplate();
  }

  /**
   * Loads the tokenizer of a model folder: {@code tokenizer.json}, or without it {@code vocab.txt}
   * with the options of {@code tokenizer_config.json}. The latter gives {@link #maxLength()} in
   * either case, and what it says of lower case, accents and Chinese characters has precedence.
   *
   * @throws ModelFormatException if a file is not what it should be, or is of another kind of
   *     tokenizer
   * @throws NoSuchFileException if the folder holds neither file
   */
  public static BertTokenizer load(Path folder) throws IOException {
    TokenizerConfig config = TokenizerConfig.read(folder);
    Path json = folder.resolve("tokenizer.json");
    if (Files.exists(json)) {
      return new BertTokenizer(TokenizerJson.read(json, config), config);
    }
    Path txt = folder.resolve("vocab.txt");
    if (Files.exists(txt)) {
      return new BertTokenizer(VocabTxt.read(txt, config), config);
    }
    throw new NoSuchFileException(
        json.toString(), null, "there is no vocab.txt either, so no tokenizer");
  }

  private void checkTemplate() throws ModelFormatException {
    for (boolean isPair : new boolean[] {false, true}) {
      for (Template.Piece piece : template.pieces(isPair)) {
        if (piece instanceof Template.Special special && idToToken(special.id()) == null) {
          throw new ModelFormatException(
              "%s: post_processor: id %d is of no token (%d tokens)"
                  .formatted(vocabulary.source(), special.id(), vocabSize()));
        }
      }
    }
  }

  /** Encodes a text with special tokens and without truncation. */
  public Encoding encode(String text) {
    return encode(text, EncodeOptions.DEFAULT);
  }

  /** Encodes a text. */
  public Encoding encode(String text, EncodeOptions options) {
    return encodeTexts(text, null, options);
  }

  /** Encodes a pair of texts with special tokens and without truncation. */
  public Encoding encode(String text, String pair) {
    return encode(text, pair, EncodeOptions.DEFAULT);
  }

  /**
   * Encodes a pair of texts.
   *
   * @throws IllegalArgumentException if the texts cannot be truncated as the options say
   */
  public Encoding encode(String text, String pair, EncodeOptions options) {
    return encodeTexts(text, pair, options);
  }

  /**
   * Appends the ids of a text, with special tokens, to {@code out}. The fast way: it computes no
   * offsets and allocates nothing once {@code out} has grown.
   *
   * @param maxTokens ids to append at most, special tokens included; a longer text is truncated
   * @return the number of ids appended
   * @throws IllegalArgumentException if {@code maxTokens} leaves no room for the special tokens
   */
  public int encode(String text, int maxTokens, TokenIds out) {
    int before = out.size();
    int room = room(maxTokens, template.added(false));
    for (Template.Piece piece : template.pieces(false)) {
      if (piece instanceof Template.Special special) {
        out.add(special.id());
      } else {
        int limit = (int) Math.min(Integer.MAX_VALUE, (long) out.size() + room);
        pipeline.tokenize(text, limit, out, null);
        out.truncate(limit);
      }
    }
    return out.size() - before;
  }

  /**
   * The text of token ids. Ids that are of no token are left out.
   *
   * @param skipSpecial leaves special tokens out
   */
  public String decode(int[] ids, boolean skipSpecial) {
    List<String> tokens = new ArrayList<>(ids.length);
    for (int id : ids) {
      String token = idToToken(id);
      if (token != null && !(skipSpecial && added.isSpecial(token))) {
        tokens.add(token);
      }
    }
    return decoder == null ? String.join(" ", tokens) : decoder.decode(tokens);
  }

  /** The number of different tokens, added ones included. */
  public int vocabSize() {
    return added.vocabSize();
  }

  /** The id of a token, if there is such a token. */
  public OptionalInt tokenToId(String token) {
    Integer addedId = added.id(token);
    int id = addedId != null ? addedId : vocabulary.id(token);
    return id == PieceTrie.NONE ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /**
   * The token of an id, or null if it is of none. An added token that is looked for in normalized
   * text is given in its normalized form.
   */
  public @Nullable String idToToken(int id) {
    String token = added.token(id);
    return token != null ? token : vocabulary.token(id);
  }

  /** Tokens of the longest text the model takes; the largest int if its files set no limit. */
  public int maxLength() {
    return maxLength;
  }

  /** Id of the token for words that cannot be spelled, usually {@code [UNK]}. */
  public int unkId() {
    return unkId;
  }

  /** Id of the separator, usually {@code [SEP]}. */
  public OptionalInt sepId() {
    return sepId;
  }

  /** Id of the padding token, usually {@code [PAD]}. */
  public OptionalInt padId() {
    return padId;
  }

  /** Id of the token that stands for the whole text, usually {@code [CLS]}. */
  public OptionalInt clsId() {
    return clsId;
  }

  /** Id of the token of masked language modelling, usually {@code [MASK]}. */
  public OptionalInt maskId() {
    return maskId;
  }

  private Encoding encodeTexts(String text, @Nullable String pair, EncodeOptions options) {
    boolean isPair = pair != null;
    boolean truncates = options.truncation() != Truncation.DO_NOT_TRUNCATE;
    int around = options.addSpecialTokens() ? template.added(isPair) : 0;
    int room = truncates ? room(options.maxLength(), around) : Integer.MAX_VALUE;
    // As in the reference, what lies beyond the maximum is not seen when the two are compared.
    boolean limited = truncates && options.truncation() != Truncation.ONLY_SECOND;
    int limit = limited ? options.maxLength() : Integer.MAX_VALUE;

    TokenIds[] ids = {new TokenIds(), new TokenIds()};
    Spans[] spans = {new Spans(), new Spans()};
    pipeline.tokenize(text, limit, ids[0], spans[0]);
    if (pair != null) {
      pipeline.tokenize(pair, limit, ids[1], spans[1]);
    }
    int[] kept = options.truncation().keep(ids[0].size(), ids[1].size(), room);

    int size = around;
    for (Template.Piece piece : template.pieces(isPair)) {
      size += piece instanceof Template.Text part ? kept[part.index()] : 0;
    }
    Encoding out = new Encoding(this, size);
    for (Template.Piece piece : template.pieces(isPair)) {
      switch (piece) {
        case Template.Text part -> {
          int index = part.index();
          out.addText(ids[index], spans[index], kept[index], part.typeId());
        }
        case Template.Special special -> {
          if (options.addSpecialTokens()) {
            out.addSpecial(special.id(), special.typeId());
          }
        }
      }
    }
    return out;
  }

  private static int room(int maxTokens, int added) {
    if (maxTokens < added) {
      throw new IllegalArgumentException(
          "maximum length %d has no room for the %d special tokens".formatted(maxTokens, added));
    }
    return maxTokens - added;
  }
}

package dev.bantam.bert;

import dev.bantam.bert.tokenizer.BertTokenizer;
import dev.bantam.bert.tokenizer.TokenIds;
import dev.bantam.safetensors.ModelFormatException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Turns texts into vectors, as sentence-transformers (Reimers and Gurevych 2019) does with the same
 * folder.
 *
 * <pre>{@code
 * try (TextEncoder encoder = TextEncoder.load(Path.of("all-MiniLM-L6-v2"))) {
 *   float[] vector = encoder.embed("A bantam is a small hen.");
 * }
 * }</pre>
 *
 * <p>Pooling, normalization and the length to which a text is cut are those of the folder. A folder
 * without {@code modules.json} is a plain model: then a vector is the mean of the hidden states,
 * not normalized, which is the default of sentence-transformers too.
 *
 * <p>Immutable, and any number of threads may call it at once. A text has the same vector, bit for
 * bit, whatever else is in its batch and however many threads compute it. Each call that runs has
 * working memory of its own, some 14 MB for all-MiniLM-L6-v2: bound their number where many threads
 * share a small heap.
 */
public final class TextEncoder implements AutoCloseable {

  /** Tokens that are computed at a time: enough to use each weight often while it is in cache. */
  private static final int MICRO_BATCH_TOKENS = 1024;

  /** Lengths below this are not divided by, as in PyTorch's {@code normalize}. */
  private static final double MIN_NORM = 1e-12;

  private final BertModel model;
  private final BertTokenizer tokenizer;
  private final SentenceConfig config;
  private final int maxTokens;
  private final boolean truncate;

  /**
   * What a folder does not say.
   *
   * @param device what the model computes with
   * @param maxTokens tokens of the longest text, special tokens included; 0 for what the folder
   *     says
   * @param truncate whether a longer text is cut; otherwise it is an error
   */
  public record Options(Device device, int maxTokens, boolean truncate) {

    /** Checks the length. */
    public Options {
      Objects.requireNonNull(device, "device");
      if (maxTokens < 0) {
        throw new IllegalArgumentException("maxTokens: expected 0 or more, got " + maxTokens);
      }
    }

    /** All processors, the length that the folder says, longer texts cut. */
    public static Options defaults() {
      return new Options(Device.shared(), 0, true);
    }

    /** These options with another device. */
    public Options withDevice(Device device) {
      return new Options(device, maxTokens, truncate);
    }

    /** These options with another length. */
    public Options withMaxTokens(int maxTokens) {
      return new Options(device, maxTokens, truncate);
    }

    /** These options with texts cut or refused. */
    public Options withTruncate(boolean truncate) {
      return new Options(device, maxTokens, truncate);
    }
  }

  private TextEncoder(
      BertModel model, BertTokenizer tokenizer, SentenceConfig config, Options options) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.config = config;
    truncate = options.truncate;
    int positions = model.config().maxPositionEmbeddings();
    if (options.maxTokens > positions) {
      throw new IllegalArgumentException(
          "maxTokens %d > max_position_embeddings %d".formatted(options.maxTokens, positions));
    }
    int stated = config.maxLength() > 0 ? config.maxLength() : tokenizer.maxLength();
    maxTokens = options.maxTokens > 0 ? options.maxTokens : Math.min(stated, positions);
    int special = countTokens("");
    if (maxTokens < special) {
      throw new IllegalArgumentException(
          "maxTokens %d: expected %d or more, the special tokens".formatted(maxTokens, special));
    }
  }

  /**
   * Loads an encoder onto all processors of the machine.
   *
   * @param folder a sentence-transformers folder, or a Hugging Face model folder
   * @throws NoSuchFileException if there is no such folder, or no tokenizer in it
   * @throws ModelFormatException if a file is not what it should be, or of another kind of model
   */
  public static TextEncoder load(Path folder) throws IOException {
    return load(folder, Options.defaults());
  }

  /**
   * Loads an encoder.
   *
   * @param folder as {@link #load(Path)}
   * @param options what the folder does not say
   * @throws IllegalArgumentException if {@code maxTokens} is more than the model has positions, or
   *     leaves no room for special tokens
   * @throws NoSuchFileException if there is no such folder, or no tokenizer in it
   * @throws ModelFormatException if a file is not what it should be, or of another kind of model
   */
  public static TextEncoder load(Path folder, Options options) throws IOException {
    SentenceConfig config = SentenceConfig.load(folder);
    BertModel model = BertModel.load(config.model(), options.device);
    try {
      return new TextEncoder(model, BertTokenizer.load(config.model()), config, options);
    } catch (Throwable e) {
      model.close();
      throw e;
    }
  }

  /**
   * The folder of the model itself: the same, or that of the first module in older folders of
   * sentence-transformers.
   *
   * @param folder as {@link #load(Path)}
   * @throws ModelFormatException if its modules are not what they should be
   */
  public static Path modelFolder(Path folder) throws IOException {
    boolean modular =
        !Files.exists(folder.resolve(BertConfig.FILE))
            && Files.exists(folder.resolve(SentenceConfig.FILE));
    return modular ? SentenceConfig.load(folder).model() : folder;
  }

  /** Components of a vector. */
  public int dimension() {
    return model.config().hiddenSize() * config.pooling().size();
  }

  /** Tokens of the longest text, special tokens included. */
  public int maxTokens() {
    return maxTokens;
  }

  /** The tokenizer of the folder. */
  public BertTokenizer tokenizer() {
    return tokenizer;
  }

  /** The model of the folder. */
  public BertModel model() {
    return model;
  }

  /**
   * The vector of a text.
   *
   * @param text any text, also an empty one
   * @return [dimension]
   * @throws IllegalArgumentException if the text is too long and is not to be cut
   * @throws IllegalStateException if the encoder is closed
   */
  public float[] embed(String text) {
    return embed(Collections.singletonList(text))[0];
  }

  /**
   * The vectors of texts. Long and short texts may be mixed: no padding is computed.
   *
   * @param texts any number of texts
   * @return [texts, dimension], in their order
   * @throws IllegalArgumentException if a text is too long and is not to be cut
   * @throws IllegalStateException if the encoder is closed
   */
  public float[][] embed(List<String> texts) {
    model.checkOpen();
    float[][] vectors = new float[texts.size()][];
    TokenIds ids = new TokenIds();
    int[] offsets = new int[1 + Math.min(texts.size(), MICRO_BATCH_TOKENS)];
    for (int from = 0, to = 0; from < texts.size(); from = to) {
      ids.clear();
      do {
        tokenize(texts.get(to), to, ids);
        offsets[++to - from] = ids.size();
      } while (to < texts.size() && ids.size() < MICRO_BATCH_TOKENS);
      embed(
          TokenBatch.ragged(
              ids.toArray(), new int[ids.size()], Arrays.copyOf(offsets, to - from + 1)),
          vectors,
          from);
    }
    return vectors;
  }

  /** Tokens of a text, special tokens included, none of them cut off. */
  public int countTokens(String text) {
    return encode(text, Integer.MAX_VALUE, new TokenIds());
  }

  private int encode(String text, int most, TokenIds ids) {
    return tokenizer.encode(config.lowercase() ? lowercase(text) : text, most, ids);
  }

  private void tokenize(String text, int index, TokenIds ids) {
    Objects.requireNonNull(text, () -> "text " + index + " is null");
    int count = encode(text, truncate ? maxTokens : Integer.MAX_VALUE, ids);
    if (count > maxTokens) {
      throw new IllegalArgumentException(
          "text %d has %d tokens, the model takes at most %d; truncate the text"
              .formatted(index, count, maxTokens));
    }
  }

  /** Each character by itself, as the tokenizers library: a final sigma is not special. */
  private static String lowercase(String text) {
    return text.codePoints()
        .mapToObj(c -> Character.toString(c).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }

  private void embed(TokenBatch batch, float[][] vectors, int from) {
    model.run(
        ws -> {
          boolean first = config.pooling().equals(List.of(Pooling.CLS));
          Tensor states = first ? model.encodeFirst(ws, batch) : model.encode(ws, batch);
          for (int b = 0; b < batch.sequences(); b++) {
            int row = first ? b : batch.offset(b);
            vectors[from + b] = vector(ws, states, row, first ? 1 : batch.length(b));
          }
          return vectors;
        });
  }

  /** The vector of the text whose states are the given rows. */
  private float[] vector(Workspace ws, Tensor states, int row, int tokens) {
    int width = states.shape().dim(1);
    float[] y = new float[dimension()];
    int at = 0;
    for (Pooling pooling : config.pooling()) {
      pooling.pool(
          ws.kernels().vectors(),
          states.data(),
          states.offset() + row * width,
          tokens,
          width,
          y,
          at);
      at += width;
    }
    if (config.normalize()) {
      double norm = Math.sqrt(ws.kernels().vectors().dot(y, 0, y, 0, y.length));
      ws.kernels().vectors().scale((float) (1 / Math.max(norm, MIN_NORM)), y, 0, y.length);
    }
    return y;
  }

  /** Unmaps the checkpoint; the encoder cannot be used any more. */
  @Override
  public void close() {
    model.close();
  }
}

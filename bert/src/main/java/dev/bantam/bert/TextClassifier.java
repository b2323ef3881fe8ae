package dev.bantam.bert;

import dev.bantam.bert.tokenizer.BertTokenizer;
import dev.bantam.bert.tokenizer.EncodeOptions;
import dev.bantam.bert.tokenizer.Encoding;
import dev.bantam.bert.tokenizer.Truncation;
import dev.bantam.safetensors.Checkpoint;
import dev.bantam.safetensors.ModelFormatException;
import dev.bantam.tensor.Tensor;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.IntFunction;

/**
 * Gives a text, or a pair of texts, scores for the classes of a model with a classification head.
 *
 * <pre>{@code
 * try (TextClassifier classifier = TextClassifier.load(folder)) {
 *   String label = classifier.classify("A fine little hen.").label();
 * }
 * }</pre>
 *
 * <p>A text that is too long is cut, of a pair the longer one. Immutable, and any number of threads
 * may call it at once; a text has the same scores, bit for bit, in any batch and at any thread
 * count.
 */
public final class TextClassifier implements AutoCloseable {

  /** Tokens that are computed at a time. */
  private static final int MICRO_BATCH_TOKENS = 1024;

  private final BertForSequenceClassification model;
  private final BertTokenizer tokenizer;
  private final EncodeOptions encoding;

  private TextClassifier(BertForSequenceClassification model, BertTokenizer tokenizer) {
    this.model = model;
    this.tokenizer = tokenizer;
    int positions = model.config().maxPositionEmbeddings();
    encoding =
        EncodeOptions.DEFAULT.withMaxLength(
            Math.min(tokenizer.maxLength(), positions), Truncation.LONGEST_FIRST);
  }

  /**
   * Loads a classifier onto all processors of the machine.
   *
   * @param folder a Hugging Face model folder with a tokenizer and a classification head
   * @throws NoSuchFileException if there is no such folder, or no tokenizer in it
   * @throws ModelFormatException if a file is not what it should be, or of another kind of model
   */
  public static TextClassifier load(Path folder) throws IOException {
    return load(folder, Device.shared());
  }

  /**
   * Loads a classifier.
   *
   * @param folder as {@link #load(Path)}
   * @param device what it computes with
   * @throws NoSuchFileException if there is no such folder, or no tokenizer in it
   * @throws ModelFormatException if a file is not what it should be, or of another kind of model
   */
  public static TextClassifier load(Path folder, Device device) throws IOException {
    BertForSequenceClassification model = BertForSequenceClassification.load(folder, device);
    try {
      List<String> labels = model.config().labels();
      if (labels.stream().distinct().count() < labels.size()) {
        throw new ModelFormatException(
            "%s: expected a name of its own for each class, got %s".formatted(folder, labels));
      }
      return new TextClassifier(model, BertTokenizer.load(folder));
    } catch (Throwable e) {
      model.close();
      throw e;
    }
  }

  /**
   * Whether a folder holds a model with a head that classifies texts. That of one that classifies
   * tokens has no pooler before it.
   *
   * @param folder a sentence-transformers folder, or a Hugging Face model folder
   * @throws NoSuchFileException if there is no such folder
   * @throws ModelFormatException if it is no model folder
   */
  public static boolean isIn(Path folder) throws IOException {
    Path model = TextEncoder.modelFolder(folder);
    BertConfig config = BertConfig.load(model);
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      CheckpointNames names = CheckpointNames.of(checkpoint, config.modelType());
      return checkpoint.contains("classifier.weight")
          && checkpoint.contains(names.stored("pooler.dense.weight"));
    }
  }

  /** What the scores mean. */
  public BertConfig.ProblemType problemType() {
    return model.config().problemType();
  }

  /** Names of the classes, by index. */
  public List<String> labels() {
    return model.config().labels();
  }

  /**
   * What a model says of a text.
   *
   * @param label the class with the highest score
   * @param score its score
   * @param scores of every class, in the order of {@link #labels}: probabilities that sum to 1
   *     where one class applies; one for each where several may; numbers for a regression
   */
  public record Classification(String label, float score, SequencedMap<String, Float> scores) {}

  /**
   * Classifies a text.
   *
   * @param text any text, also an empty one
   * @throws IllegalStateException if the classifier is closed
   */
  public Classification classify(String text) {
    return classify(List.of(text)).getFirst();
  }

  /**
   * Classifies a pair of texts.
   *
   * @param text the first
   * @param pair the second
   * @throws IllegalStateException if the classifier is closed
   */
  public Classification classify(String text, String pair) {
    return run(List.of(tokenizer.encode(text, pair, encoding))).getFirst();
  }

  /**
   * Classifies texts.
   *
   * @param texts any number of texts
   * @return one result a text, in their order
   * @throws IllegalStateException if the classifier is closed
   */
  public List<Classification> classify(List<String> texts) {
    return classify(texts.size(), i -> tokenizer.encode(texts.get(i), encoding));
  }

  /**
   * Classifies pairs of texts.
   *
   * @param texts the first of each pair
   * @param pairs the second of each pair, as many
   * @return one result a pair, in their order
   * @throws IllegalArgumentException if there are more of one than of the other
   * @throws IllegalStateException if the classifier is closed
   */
  public List<Classification> classify(List<String> texts, List<String> pairs) {
    if (texts.size() != pairs.size()) {
      throw new IllegalArgumentException(
          "classify: %d first texts and %d second ones, expected as many"
              .formatted(texts.size(), pairs.size()));
    }
    return classify(texts.size(), i -> tokenizer.encode(texts.get(i), pairs.get(i), encoding));
  }

  private List<Classification> classify(int count, IntFunction<Encoding> encode) {
    List<Classification> results = new ArrayList<>(count);
    List<Encoding> batch = new ArrayList<>();
    int tokens = 0;
    for (int i = 0; i < count; i++) {
      Encoding encoded = encode.apply(i);
      batch.add(encoded);
      tokens += encoded.size();
      if (tokens >= MICRO_BATCH_TOKENS || i == count - 1) {
        results.addAll(run(batch));
        batch.clear();
        tokens = 0;
      }
    }
    return results;
  }

  private List<Classification> run(List<Encoding> texts) {
    Tensor logits =
        model.forward(
            TokenBatch.of(
                texts.stream().map(Encoding::ids).toArray(int[][]::new),
                texts.stream().map(Encoding::tokenTypeIds).toArray(int[][]::new)));
    List<Classification> results = new ArrayList<>();
    for (int b = 0; b < texts.size(); b++) {
      results.add(classification(logits.slice(b, b + 1).toArray()));
    }
    return results;
  }

  private Classification classification(float[] logits) {
    float[] scores =
        switch (model.config().problemType()) {
          case SINGLE_LABEL_CLASSIFICATION -> softmax(logits);
          case MULTI_LABEL_CLASSIFICATION -> sigmoid(logits);
          case REGRESSION -> logits;
        };
    SequencedMap<String, Float> byLabel = new LinkedHashMap<>();
    int best = 0;
    for (int i = 0; i < scores.length; i++) {
      byLabel.put(labels().get(i), scores[i]);
      best = scores[i] > scores[best] ? i : best;
    }
    return new Classification(
        labels().get(best), scores[best], Collections.unmodifiableSequencedMap(byLabel));
  }

  /** {@code exp(x[i] - max x) / Σ_j exp(x[j] - max x)}. */
  private static float[] softmax(float[] x) {
    double max = Double.NEGATIVE_INFINITY;
    for (float v : x) {
      max = Math.max(max, v);
    }
    double sum = 0;
    for (float v : x) {
      sum += Math.exp(v - max);
    }
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = (float) (Math.exp(x[i] - max) / sum);
    }
    return y;
  }

  /** {@code 1 / (1 + exp(-x[i]))}. */
  private static float[] sigmoid(float[] x) {
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = (float) (1 / (1 + Math.exp(-x[i])));
    }
    return y;
  }

  /** Unmaps the checkpoint; the classifier cannot be used any more. */
  @Override
  public void close() {
    model.close();
  }
}

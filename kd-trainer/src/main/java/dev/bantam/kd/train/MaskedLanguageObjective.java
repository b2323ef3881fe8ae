package dev.bantam.kd.train;

import dev.bantam.bert.BertConfig;
import dev.bantam.bert.BertForMaskedLM;
import dev.bantam.bert.Device;
import dev.bantam.bert.TokenBatch;
import dev.bantam.bert.tokenizer.BertTokenizer;
import dev.bantam.nn.NnModule;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.op.CrossEntropyOp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * To tell tokens that were hidden (Devlin et al. 2018): of each text 15 % of the tokens are chosen,
 * at least one; of these 80 % are replaced by the mask token, 10 % by any token, and 10 % stay. The
 * dev split is masked in the same way each time.
 */
final class MaskedLanguageObjective implements Objective {
  private static final double CHOSEN = 0.15;
  private static final double MASKED = 0.8;
  private static final double RANDOM = 0.9;
  private static final long EVALUATION_SEED = 1;

  private final BertForMaskedLM model;
  private final int maskId;
  private final int vocabSize;
  private final Set<Integer> special;

  MaskedLanguageObjective(Path folder, BertTokenizer tokenizer, Device device, long seed)
      throws IOException {
    if (tokenizer.maskId().isEmpty()) {
      throw new TrainingSetupException(folder + ": the tokenizer has no mask token");
    }
    maskId = tokenizer.maskId().getAsInt();
    special =
        Stream.of(
                tokenizer.clsId(),
                tokenizer.sepId(),
                tokenizer.padId(),
                tokenizer.maskId(),
                OptionalInt.of(tokenizer.unkId()))
            .flatMapToInt(OptionalInt::stream)
            .boxed()
            .collect(Collectors.toUnmodifiableSet());
    model = BertForMaskedLM.forTraining(folder, device, seed);
    vocabSize = Math.min(model.config().vocabSize(), tokenizer.vocabSize());
  }

  /**
   * Texts some of whose tokens are hidden.
   *
   * @param batch the texts
   * @param positions indices of the chosen tokens among all
   * @param labels their true ids
   */
  private record Masked(TokenBatch batch, int[] positions, int[] labels) {}

  @Override
  public NnModule model() {
    return model;
  }

  @Override
  public BertConfig config() {
    return model.config();
  }

  @Override
  public boolean accepts(Sample sample) {
    for (int id : sample.ids()) {
      if (!special.contains(id)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public MicroBatch prepare(List<Sample> samples, SplittableRandom random) {
    Masked masked = mask(samples, random);
    return new MicroBatch(
        masked.labels.length,
        masked.batch.tokens(),
        ws -> CrossEntropyOp.forward(ws, logits(ws, masked), masked.labels));
  }

  private Tensor logits(Workspace ws, Masked masked) {
    return model.forward(ws, masked.batch, masked.positions);
  }

  private Masked mask(List<Sample> samples, SplittableRandom random) {
    int[][] ids = samples.stream().map(s -> s.ids().clone()).toArray(int[][]::new);
    int tokens = Samples.tokens(samples);
    int[] positions = new int[tokens];
    int[] labels = new int[tokens];
    int n = 0;
    int begin = 0;
    for (int[] text : ids) {
      int[] places = places(text);
      int before = n;
      for (int place : places) {
        if (random.nextDouble() < CHOSEN) {
          positions[n++] = begin + place;
        }
      }
      if (n == before) {
        positions[n++] = begin + places[random.nextInt(places.length)];
      }
      for (int i = before; i < n; i++) {
        int place = positions[i] - begin;
        labels[i] = text[place];
        text[place] = hidden(text[place], random);
      }
      begin += text.length;
    }
    int[][] types = samples.stream().map(Sample::typeIds).toArray(int[][]::new);
    return new Masked(
        TokenBatch.of(ids, types), Arrays.copyOf(positions, n), Arrays.copyOf(labels, n));
  }

  /** Where tokens are that may be chosen; there is one. */
  private int[] places(int[] text) {
    return IntStream.range(0, text.length).filter(i -> !special.contains(text[i])).toArray();
  }

  private int hidden(int id, SplittableRandom random) {
    double kind = random.nextDouble();
    return kind < MASKED ? maskId : kind < RANDOM ? random.nextInt(vocabSize) : id;
  }

  /** The metric is the share of the hidden tokens that the model gives the highest score. */
  @Override
  public Evaluation evaluate(Workspace ws, List<List<Sample>> batches) {
    SplittableRandom random = new SplittableRandom(EVALUATION_SEED);
    int examples = 0;
    long hidden = 0;
    long right = 0;
    double loss = 0;
    for (List<Sample> samples : batches) {
      Masked masked = mask(samples, random);
      int n = masked.labels.length;
      try (var _ = ws.scope()) {
        Tensor logits = logits(ws, masked);
        loss += n * (double) CrossEntropyOp.forward(ws, logits, masked.labels).get();
        for (int i = 0; i < n; i++) {
          right += Predictions.best(logits, i) == masked.labels[i] ? 1 : 0;
        }
      }
      examples += samples.size();
      hidden += n;
    }
    SequencedMap<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("masked_accuracy", (double) right / hidden);
    return new Evaluation(0, examples, loss / hidden, metrics, 0);
  }

  /**
   * The log-likelihood of the hidden tokens, so that perplexity decides. It counts how sure the
   * model is of each, where the share that it has right sees the first guess alone.
   */
  @Override
  public double score(Evaluation evaluation) {
    return -evaluation.loss();
  }

  /** Leaves the tokenizer's length as it is: what is built on the model may take longer texts. */
  @Override
  public void save(Path folder, int maxLength) throws IOException {
    model.save(folder);
  }

  @Override
  public void close() {
    model.close();
  }
}

package dev.bantam.bert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.bert.tokenizer.BertTokenizer;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.parallel.WorkerPool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A text has the same bits alone, in any batch, at any thread count, and beside other callers. */
class InvarianceTest {
  private static final Golden GOLDEN = Golden.of("st-mean-normalize");

  static Stream<Arguments> devices() {
    return Stream.of(Kernels.scalar(), Kernels.best())
        .distinct()
        .flatMap(k -> Stream.of(1, 2, 3).map(threads -> Arguments.of(k, threads)));
  }

  /** Texts of 2 to 16 tokens, in several micro-batches. */
  private static List<String> texts() {
    String[] words = {"hello", "world", "quick", "brown", "fox", "dog", "cafe", "one", "two", ","};
    Random random = new Random(7);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(20); n > 0; n--) {
        text.append(words[random.nextInt(words.length)]).append(' ');
      }
      texts.add(text.toString());
    }
    return texts;
  }

  private static float[][] alone(Kernels kernels, List<String> texts) throws IOException {
    try (WorkerPool pool = WorkerPool.of(1);
        TextEncoder encoder = encoder(new Device(kernels, pool))) {
      return texts.stream().map(encoder::embed).toArray(float[][]::new);
    }
  }

  private static TextEncoder encoder(Device device) throws IOException {
    return TextEncoder.load(GOLDEN.folder(), TextEncoder.Options.defaults().withDevice(device));
  }

  @ParameterizedTest
  @MethodSource("devices")
  void aBatchGivesTheBitsOfItsTextsAlone(Kernels kernels, int threads) throws IOException {
    List<String> texts = texts();
    float[][] alone = alone(kernels, texts);
    try (WorkerPool pool = WorkerPool.of(threads);
        TextEncoder encoder = encoder(new Device(kernels, pool))) {
      assertThat(encoder.embed(texts)).isDeepEqualTo(alone);
      assertThat(encoder.embed(texts.subList(0, 5)))
          .isDeepEqualTo(List.of(alone).subList(0, 5).toArray(float[][]::new));
      List<Integer> order = new ArrayList<>();
      for (int i = 0; i < texts.size(); i++) {
        order.add(i);
      }
      Collections.shuffle(order, new Random(8));
      float[][] shuffled = encoder.embed(order.stream().map(texts::get).toList());
      for (int i = 0; i < shuffled.length; i++) {
        assertThat(shuffled[i]).isEqualTo(alone[order.get(i)]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("devices")
  void aSequenceGivesTheBitsOfItselfAlone(Kernels kernels, int threads) throws IOException {
    Golden golden = Golden.of("bert-odd-sizes");
    try (WorkerPool one = WorkerPool.of(1);
        WorkerPool pool = WorkerPool.of(threads);
        BertModel single = BertModel.load(golden.folder(), new Device(kernels, one));
        BertModel model = BertModel.load(golden.folder(), new Device(kernels, pool))) {
      TokenBatch batch = golden.batch();
      ModelOutput all = model.forward(batch, ModelOutput.Part.POOLER_OUTPUT);
      for (int b = 0; b < batch.sequences(); b++) {
        ModelOutput alone = single.forward(sequence(batch, b), ModelOutput.Part.POOLER_OUTPUT);
        assertThat(alone.lastHiddenState().toArray())
            .isEqualTo(all.lastHiddenState().slice(batch.offset(b), batch.offset(b + 1)).toArray());
        assertThat(alone.poolerOutput().orElseThrow().toArray())
            .isEqualTo(all.poolerOutput().orElseThrow().slice(b, b + 1).toArray());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("devices")
  void theStatesOfSomeTokensHaveTheBitsTheyHaveAmongAll(Kernels kernels, int threads)
      throws IOException {
    Golden golden = Golden.of("bert-odd-sizes");
    try (WorkerPool pool = WorkerPool.of(threads);
        BertModel model = BertModel.load(golden.folder(), new Device(kernels, pool))) {
      int[][] sequences = new int[90][];
      for (int b = 0; b < sequences.length; b++) {
        sequences[b] = Arrays.copyOf(golden.batch().inputIds(), 1 + b % 11);
      }
      TokenBatch batch = TokenBatch.of(sequences); // more tokens than one run has
      float[] all = model.forward(batch).lastHiddenState().toArray();
      float[] first = model.run(ws -> model.encodeFirst(ws, batch).toArray());
      assertThat(first).isEqualTo(rows(all, batch.firstTokens(), model.config().hiddenSize()));
      int[] wanted = {batch.tokens() - 1, 0, 17, 17};
      float[] some = model.run(ws -> model.encode(ws, batch, wanted).toArray());
      assertThat(some).isEqualTo(rows(all, wanted, model.config().hiddenSize()));
    }
  }

  private static float[] rows(float[] x, int[] rows, int width) {
    float[] y = new float[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(x, rows[i] * width, y, i * width, width);
    }
    return y;
  }

  private static TokenBatch sequence(TokenBatch batch, int b) {
    int[] ids = new int[batch.length(b)];
    int[] types = new int[ids.length];
    System.arraycopy(batch.inputIds(), batch.offset(b), ids, 0, ids.length);
    System.arraycopy(batch.tokenTypeIds(), batch.offset(b), types, 0, ids.length);
    return TokenBatch.of(new int[][] {ids}, new int[][] {types});
  }

  @Test
  void manyCallersAtOnceGetTheSameBits() throws Exception {
    List<String> texts = texts();
    float[][] alone = alone(Kernels.best(), texts);
    try (WorkerPool pool = WorkerPool.of(3);
        TextEncoder encoder = encoder(Device.on(pool));
        ExecutorService callers = Executors.newFixedThreadPool(8)) {
      List<Future<float[][]>> results = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        int from = i * 7;
        results.add(callers.submit(() -> encoder.embed(texts.subList(from, texts.size()))));
      }
      for (int i = 0; i < results.size(); i++) {
        assertThat(results.get(i).get())
            .isDeepEqualTo(List.of(alone).subList(i * 7, alone.length).toArray(float[][]::new));
      }
    }
  }

  @Test
  void noTextsGiveNoVectors() throws IOException {
    try (TextEncoder encoder = TextEncoder.load(GOLDEN.folder())) {
      assertThat(encoder.embed(List.of())).isEmpty();
    }
  }

  @Test
  void anEmptyTextHasTheVectorOfItsSpecialTokens() throws IOException {
    try (TextEncoder encoder = TextEncoder.load(GOLDEN.folder());
        BertModel model = BertModel.load(GOLDEN.folder())) {
      int[] ids = BertTokenizer.load(GOLDEN.folder()).encode("").ids();
      assertThat(ids).hasSize(2);
      float[] states = model.forward(TokenBatch.of(ids)).lastHiddenState().toArray();
      double[] mean = new double[encoder.dimension()];
      double norm = 0;
      for (int i = 0; i < mean.length; i++) {
        mean[i] = (states[i] + states[mean.length + i]) / 2.0;
        norm += mean[i] * mean[i];
      }
      float[] vector = encoder.embed("");
      for (int i = 0; i < mean.length; i++) {
        assertThat(Math.abs(vector[i] - mean[i] / Math.sqrt(norm))).isLessThan(1e-6);
      }
    }
  }
}

package dev.bantam.bert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.bantam.safetensors.Checkpoint;
import dev.bantam.safetensors.ModelFormatException;
import dev.bantam.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Filter;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The heads against PyTorch. */
class HeadsGoldenTest {
  private static final double TOLERANCE = 1e-4;

  @ParameterizedTest
  @ValueSource(strings = {"bert-classification", "bert-regression", "distilbert-classification"})
  void classificationLogitsAreThoseOfPyTorch(String name) throws IOException {
    Golden golden = Golden.of(name);
    try (var model = BertForSequenceClassification.load(golden.folder());
        Checkpoint expected = golden.expected()) {
      Golden.assertClose(
          "logits", model.forward(golden.batch()), expected.floats("logits"), TOLERANCE);
      Golden.assertClose(
          "logits of texts",
          model.forward(golden.textBatch()),
          expected.floats("texts.logits"),
          TOLERANCE);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bert-masked-lm", "bert-untied-lm", "bert-old-names", "distilbert-masked-lm"})
  void maskedLanguageModelLogitsAreThoseOfPyTorch(String name) throws IOException {
    Golden golden = Golden.of(name);
    try (BertForMaskedLM model = BertForMaskedLM.load(golden.folder());
        Checkpoint expected = golden.expected()) {
      Golden.assertClose(
          "logits", model.forward(golden.batch()), expected.floats("logits"), TOLERANCE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-classification", "distilbert-classification"})
  void aTextGetsTheProbabilitiesOfItsLogits(String name) throws IOException {
    Golden golden = Golden.of(name);
    try (TextClassifier classifier = TextClassifier.load(golden.folder());
        Checkpoint expected = golden.expected()) {
      float[] logits = expected.floats("texts.logits");
      List<String> texts = golden.texts();
      for (int i = 0; i < texts.size(); i++) {
        TextClassifier.Classification result = classifier.classify(texts.get(i));
        assertThat(result.scores().keySet()).containsExactly("negative", "neutral", "positive");
        double sum = 0;
        for (int j = 0; j < 3; j++) {
          sum += Math.exp(logits[3 * i + j]);
        }
        int best = 0;
        for (int j = 0; j < 3; j++) {
          best = logits[3 * i + j] > logits[3 * i + best] ? j : best;
          assertThat(result.scores().get(classifier.labels().get(j)).doubleValue())
              .isCloseTo(Math.exp(logits[3 * i + j]) / sum, within(TOLERANCE));
        }
        assertThat(result.label()).isEqualTo(classifier.labels().get(best));
        assertThat(result.score()).isEqualTo(result.scores().get(result.label()));
      }
      assertThat(classifier.classify(texts))
          .isEqualTo(texts.stream().map(classifier::classify).toList());
      assertThat(classifier.classify("hello").scores()).isUnmodifiable();
      assertThat(classifier.classify(List.of())).isEmpty();
    }
  }

  @Test
  void aRegressionGivesItsNumber() throws IOException {
    Golden golden = Golden.of("bert-regression");
    try (TextClassifier classifier = TextClassifier.load(golden.folder());
        Checkpoint expected = golden.expected()) {
      float[] numbers = expected.floats("texts.logits");
      List<TextClassifier.Classification> results = classifier.classify(golden.texts());
      for (int i = 0; i < numbers.length; i++) {
        assertThat(results.get(i).label()).isEqualTo("LABEL_0");
        assertThat((double) results.get(i).score()).isCloseTo(numbers[i], within(TOLERANCE));
      }
    }
  }

  @Test
  void withoutLayersATextOfABatchHasTheScoreOfTheTextAlone(@TempDir Path temp) throws IOException {
    Golden golden = Golden.of("bert-classification");
    Path folder = Folders.copy(golden.folder(), temp);
    Folders.edit(folder, "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 0");
    try (TextClassifier classifier = TextClassifier.load(folder)) {
      var batch = classifier.classify(List.of("hello", "the quick dog", "one"));
      assertThat(batch.get(1)).isEqualTo(classifier.classify("the quick dog"));
    }
  }

  @Test
  void whereSeveralClassesMayApplyEachHasAProbabilityOfItsOwn(@TempDir Path temp)
      throws IOException {
    Golden golden = Golden.of("bert-classification");
    Path folder = Folders.copy(golden.folder(), temp);
    Folders.edit(folder, "single_label_classification", "multi_label_classification");
    try (TextClassifier classifier = TextClassifier.load(folder);
        Checkpoint expected = golden.expected()) {
      float[] logits = expected.floats("texts.logits");
      TextClassifier.Classification result = classifier.classify(golden.texts().getFirst());
      for (int j = 0; j < 3; j++) {
        assertThat(result.scores().get(classifier.labels().get(j)).doubleValue())
            .isCloseTo(1 / (1 + Math.exp(-logits[j])), within(TOLERANCE));
      }
    }
  }

  @Test
  void theSecondTextOfAPairHasTokenTypeOne() throws IOException {
    Golden golden = Golden.of("bert-classification");
    try (TextClassifier classifier = TextClassifier.load(golden.folder());
        var model = BertForSequenceClassification.load(golden.folder())) {
      var tokenizer = dev.bantam.bert.tokenizer.BertTokenizer.load(golden.folder());
      var pair = tokenizer.encode("hello world", "the quick dog");
      assertThat(pair.tokenTypeIds()).contains(0, 1);
      float[] logits =
          model
              .forward(TokenBatch.of(new int[][] {pair.ids()}, new int[][] {pair.tokenTypeIds()}))
              .toArray();
      double odds = Math.exp((double) logits[0] - logits[1]);
      var scores = classifier.classify("hello world", "the quick dog").scores();
      assertThat(scores.get("negative") / (double) scores.get("neutral"))
          .isCloseTo(odds, within(1e-4 * odds));
    }
  }

  @Test
  void pairsInABatchHaveTheScoresThatEachHasAlone() throws IOException {
    Golden golden = Golden.of("bert-classification");
    try (TextClassifier classifier = TextClassifier.load(golden.folder())) {
      List<String> texts =
          Collections.nCopies(30, golden.texts()).stream().flatMap(List::stream).toList();
      List<String> pairs = texts.reversed();
      List<TextClassifier.Classification> results = classifier.classify(texts, pairs);
      assertThat(results).hasSameSizeAs(texts);
      for (int i = 0; i < texts.size(); i++) {
        assertThat(results.get(i)).isEqualTo(classifier.classify(texts.get(i), pairs.get(i)));
      }
      assertThat(classifier.classify(List.of(), List.of())).isEmpty();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> classifier.classify(List.of("a", "b"), List.of("c")))
          .withMessage("classify: 2 first texts and 1 second ones, expected as many");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bert-classification, true",
    "bert-regression, true",
    "distilbert-classification, true",
    "bert-base, false",
    "st-max, false"
  })
  void aHeadIsFoundInTheFolder(String name, boolean there) throws IOException {
    assertThat(TextClassifier.isIn(Golden.of(name).folder())).isEqualTo(there);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-classification", "distilbert-classification"})
  void aHeadForTokensIsNoneForTexts(String name, @TempDir Path temp) throws IOException {
    Path folder = Folders.copy(Golden.of(name).folder(), temp);
    SafetensorsWriter writer = new SafetensorsWriter();
    try (Checkpoint all = Checkpoint.open(Golden.of(name).folder())) {
      for (String tensor : all.names()) {
        if (!tensor.contains("pooler.") && !tensor.startsWith("pre_classifier.")) {
          writer.add(all, tensor);
        }
      }
      writer.write(folder.resolve("model.safetensors"));
    }
    assertThat(TextClassifier.isIn(folder)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "bert-base,",
    "distilbert-masked-lm, vocab_layer_norm.bias vocab_layer_norm.weight vocab_projector.bias"
        + " vocab_transform.bias vocab_transform.weight",
    "bert-classification, classifier.bias classifier.weight"
  })
  void anEncoderToBeCompressedSaysWhatItLeavesOut(String name, @Nullable String head)
      throws IOException {
    Logger logger = Logger.getLogger("dev.bantam.bert");
    List<String> messages = new ArrayList<>();
    Filter before = logger.getFilter();
    logger.setFilter(
        logged -> {
          messages.add(new SimpleFormatter().formatMessage(logged));
          return false;
        });
    Path folder = Golden.of(name).folder();
    try {
      BertModel.forTraining(folder, Device.shared()).close();
    } finally {
      logger.setFilter(before);
    }
    assertThat(messages)
        .isEqualTo(
            head == null
                ? List.of()
                : List.of(
                    "%s: the head is left out: [%s]".formatted(folder, head.replace(" ", ", "))));
  }

  @Test
  void aHeadIsPutIntoTheOrderOfItsLabels() throws IOException {
    Golden golden = Golden.of("bert-classification");
    List<String> labels = BertConfig.load(golden.folder()).labels();
    int n = labels.size();
    float[] logits;
    try (var model = BertForSequenceClassification.load(golden.folder())) {
      logits = model.forward(golden.batch()).toArray();
    }
    float[] reversed = new float[logits.length];
    for (int i = 0; i < logits.length; i++) {
      reversed[i / n * n + n - 1 - i % n] = logits[i];
    }
    assertThat(n).isGreaterThan(1);
    assertThat(logitsToTrain(golden, labels)).isEqualTo(logits);
    assertThat(logitsToTrain(golden, labels.reversed())).isEqualTo(reversed);
    List<String> others = IntStream.range(0, n).mapToObj(i -> "class " + i).toList();
    assertThat(logitsToTrain(golden, others)).isEqualTo(logits);
  }

  private static float[] logitsToTrain(Golden golden, List<String> labels) throws IOException {
    try (var model =
        BertForSequenceClassification.forTraining(
            golden.folder(),
            labels,
            BertConfig.ProblemType.SINGLE_LABEL_CLASSIFICATION,
            Device.shared(),
            0)) {
      return model.forward(golden.batch()).toArray();
    }
  }

  @Test
  void twoClassesOfOneNameAreRefused(@TempDir Path temp) throws IOException {
    Path folder = Folders.copy(Golden.of("bert-classification").folder(), temp);
    String last = BertConfig.load(folder).labels().getLast();
    Folders.edit(folder, '"' + last + '"', '"' + BertConfig.load(folder).labels().getFirst() + '"');
    assertThatThrownBy(() -> TextClassifier.load(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageStartingWith(folder + ": expected a name of its own for each class, got [");
  }

  @Test
  void aTextThatIsTooLongIsCut() throws IOException {
    try (TextClassifier classifier =
        TextClassifier.load(Golden.of("bert-classification").folder())) {
      String longText = "hello world ".repeat(100);
      // 40 positions: [CLS], 38 tokens, [SEP].
      assertThat(classifier.classify(longText))
          .isEqualTo(classifier.classify("hello world ".repeat(19)));
      assertThat(classifier.classify(longText, "dog").scores()).hasSize(3);
    }
  }
}

package dev.bantam.kd.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.bantam.bert.BertConfig;
import dev.bantam.bert.BertModel;
import dev.bantam.bert.CompressedLayer;
import dev.bantam.bert.Device;
import dev.bantam.bert.TextClassifier;
import dev.bantam.bert.TextClassifier.Classification;
import dev.bantam.bert.TextEncoder;
import dev.bantam.bert.TokenBatch;
import dev.bantam.kd.data.Example;
import dev.bantam.quant.WeightType;
import dev.bantam.quant.model.QuantizationRecipe;
import dev.bantam.quant.model.QuantizationRecipe.Input;
import dev.bantam.quant.model.QuantizedLayer;
import dev.bantam.safetensors.ModelFormatException;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.parallel.WorkerPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tiny model folders, quantized and loaded again. */
class QuantizedModelTest {
  private static final Path GOLDENS = Path.of("../bert/src/test/resources/dev/bantam/bert/goldens");
  private static final Path ENCODER = GOLDENS.resolve("st-mean-normalize");

  @TempDir Path temp;

  private Path quantized(Path model, QuantizationRecipe recipe) throws IOException {
    Path output = temp.resolve("quantized");
    List<Example> samples = new ArrayList<>();
    if (recipe.needsCalibration()) {
      texts().forEach(text -> samples.add(new Example(text, null, Example.NO_LABEL)));
    }
    Quantization.of(recipe).quantize(model, output, samples);
    return output;
  }

  /** Texts of 2 to 20 tokens, in several micro-batches. */
  private static List<String> texts() {
    String[] words = {"hello", "world", "quick", "brown", "fox", "dog", "cafe", "one", "two", ","};
    Random random = new Random(7);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(20); n > 0; n--) {
        text.append(words[random.nextInt(words.length)]).append(' ');
      }
      texts.add(text.toString());
    }
    return texts;
  }

  private static double cosine(float[] x, float[] y) {
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      xy += x[i] * y[i];
      xx += x[i] * x[i];
      yy += y[i] * y[i];
    }
    return xy / Math.sqrt(xx * yy);
  }

  @ParameterizedTest
  @CsvSource({"INT8, 0.9995", "INT4, 0.98", "NF4, 0.98", "FP8_E4M3, 0.998", "FP8_E5M2, 0.99"})
  void embeddings_stay_near_those_of_the_model(WeightType type, double least) throws IOException {
    List<String> texts = texts();
    float[][] expected;
    try (TextEncoder encoder = TextEncoder.load(ENCODER)) {
      expected = encoder.embed(texts);
    }
    try (TextEncoder encoder = TextEncoder.load(quantized(ENCODER, QuantizationRecipe.of(type)))) {
      float[][] actual = encoder.embed(texts);
      double sum = 0;
      for (int i = 0; i < actual.length; i++) {
        sum += cosine(actual[i], expected[i]);
      }
      assertThat(sum / texts.size()).isBetween(least, 1 - 1e-7); // and it is not the model itself
    }
  }

  static Stream<Arguments> roundings() {
    return Stream.of(WeightType.INT8, WeightType.INT4)
        .flatMap(type -> Stream.of(Input.values()).map(input -> Arguments.of(type, input)));
  }

  @ParameterizedTest
  @CsvSource({"INT8, FLOAT", "INT8, DYNAMIC", "INT4, FLOAT", "INT4, DYNAMIC", "NF4, FLOAT"})
  void a_batch_gives_the_bits_of_its_texts_alone(WeightType type, Input input) throws IOException {
    Path model = quantized(ENCODER, QuantizationRecipe.of(type).withInput(input));
    List<String> texts = texts();
    List<String> some = texts.subList(3, 8);
    for (Kernels kernels : List.of(Kernels.scalar(), Kernels.best())) {
      float[][] alone;
      try (WorkerPool one = WorkerPool.of(1);
          TextEncoder encoder = encoder(model, new Device(kernels, one))) {
        alone = texts.stream().map(encoder::embed).toArray(float[][]::new);
      }
      for (int threads = 1; threads <= 2; threads++) {
        try (WorkerPool pool = WorkerPool.of(threads);
            TextEncoder encoder = encoder(model, new Device(kernels, pool))) {
          assertThat(encoder.embed(texts)).isDeepEqualTo(alone);
          assertThat(encoder.embed(some)).isDeepEqualTo(Arrays.copyOfRange(alone, 3, 8));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("roundings")
  void labels_of_a_batch_have_the_scores_of_its_texts_alone(WeightType type, Input input)
      throws IOException {
    Path model =
        quantized(
            GOLDENS.resolve("bert-classification"), QuantizationRecipe.of(type).withInput(input));
    List<String> texts = texts();
    for (int threads = 1; threads <= 2; threads++) {
      try (WorkerPool pool = WorkerPool.of(threads);
          TextClassifier classifier = TextClassifier.load(model, Device.on(pool))) {
        assertThat(classifier.classify(texts))
            .isEqualTo(texts.stream().map(classifier::classify).toList());
      }
    }
  }

  private static TextEncoder encoder(Path model, Device device) throws IOException {
    return TextEncoder.load(model, TextEncoder.Options.defaults().withDevice(device));
  }

  @ParameterizedTest
  @ValueSource(strings = {"distilbert", "bert-no-pooler", "bert-odd-sizes", "bert-old-names"})
  void encoders_of_all_kinds_can_be_quantized(String name) throws IOException {
    Path folder = GOLDENS.resolve(name);
    int vocabulary = BertConfig.load(folder).vocabSize();
    TokenBatch batch = TokenBatch.of(new Random(1).ints(12, 0, vocabulary).toArray());
    Path output = quantized(folder, QuantizationRecipe.of(WeightType.INT8));
    try (BertModel model = BertModel.load(folder);
        BertModel quantized = BertModel.load(output)) {
      float[] expected = model.forward(batch).lastHiddenState().toArray();
      float[] actual = quantized.forward(batch).lastHiddenState().toArray();
      assertThat(cosine(actual, expected)).isBetween(0.999, 1 - 1e-7);
      assertThat(quantized.hasPooler()).isEqualTo(model.hasPooler());
      assertThat(quantized.config()).isEqualTo(model.config());
      assertThat(quantized.bytes()).isLessThan(model.bytes() / 2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-classification", "distilbert-classification", "bert-regression"})
  void classifiers_keep_labels_and_scores(String name) throws IOException {
    Path folder = GOLDENS.resolve(name);
    Path output = quantized(folder, QuantizationRecipe.of(WeightType.INT8));
    try (TextClassifier model = TextClassifier.load(folder);
        TextClassifier quantized = TextClassifier.load(output)) {
      assertThat(quantized.labels()).isEqualTo(model.labels());
      assertThat(quantized.problemType()).isEqualTo(model.problemType());
      for (String text : texts().subList(0, 20)) {
        Classification expected = model.classify(text);
        Classification actual = quantized.classify(text);
        expected
            .scores()
            .forEach(
                (label, score) ->
                    assertThat(actual.scores().get(label)).isCloseTo(score, within(0.02f)));
      }
    }
  }

  @Test
  void what_is_reported_is_what_lies_in_the_folder() throws IOException {
    Path output = temp.resolve("quantized");
    List<QuantizedLayer> report =
        Quantization.of(QuantizationRecipe.of(WeightType.INT4))
            .quantize(GOLDENS.resolve("bert-classification"), output, List.of());
    List<CompressedLayer> stored = CompressedLayer.list(output);
    assertThat(stored)
        .extracting(CompressedLayer::name, CompressedLayer::description)
        .containsExactlyInAnyOrderElementsOf(
            report.stream().map(layer -> tuple(layer.name(), layer.scheme())).toList());
    assertThat(CompressedLayer.list(ENCODER)).isEmpty();
  }

  @Test
  void a_quantized_model_is_not_trained_nor_quantized_nor_saved() throws IOException {
    QuantizationRecipe recipe = QuantizationRecipe.of(WeightType.INT8);
    Path output = quantized(ENCODER, recipe);
    String message =
        output + ": is compressed; a model is trained, or compressed, from what it was made of";
    assertThatThrownBy(() -> BertModel.forTraining(output, Device.shared()))
        .isInstanceOf(ModelFormatException.class)
        .hasMessage(message);
    Path again = temp.resolve("again");
    assertThatThrownBy(() -> Quantization.of(recipe).quantize(output, again, List.of()))
        .isInstanceOf(ModelFormatException.class)
        .hasMessage(message);
    try (BertModel model = BertModel.load(output)) {
      assertThatThrownBy(() -> model.save(again))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("save: '")
          .hasMessageEndingWith("' is not a parameter that was loaded for training");
    }
    assertThat(again).doesNotExist();
  }

  @Test
  void samples_are_asked_for_where_a_recipe_learns_from_them() {
    QuantizationRecipe recipe = QuantizationRecipe.of(WeightType.INT8).withInput(Input.STATIC);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Quantization.of(recipe).quantize(ENCODER, temp, List.of()))
        .withMessage(
            "quantization: this recipe learns from samples; expected some texts, got none");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"version\": 1 | \"version\": 2 | expected at most 1",
        "\"format\": \"quantized\" | \"format\": \"folded\" | nothing on the path reads 'folded'",
        "\"weight\": \"int8\" | \"weight\": \"int3\" | weight: expected one of [int8, int4",
        "\"weight\": \"int8\" | \"weight\": \"nf4\" | is I8, expected U8",
        "\"group_size\": -1 | \"group_size\": 7 | weight_scale",
        "\"input\": \"dynamic\" | \"input\": \"static\" | input_scale",
        "\"input\": \"dynamic\" | \"input\": 8 | input: expected float, dynamic or static, got 8",
        "\"layers\": { | \"layers\": { \"pooler\": 8, | layers.pooler: expected",
        "\"layers\": { | \"layers\": [{ | config.json"
      })
  void a_folder_that_was_spoilt_is_refused(String part, String by, String message)
      throws IOException {
    Path output = quantized(ENCODER, QuantizationRecipe.of(WeightType.INT8));
    Path config = output.resolve("config.json");
    String text = Files.readString(config);
    assertThat(text).contains(part);
    Files.writeString(config, text.replace(part, by));
    assertThatThrownBy(() -> BertModel.load(output))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(message);
  }
}

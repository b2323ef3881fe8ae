package dev.bantam.kd.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.bantam.bert.TextClassifier;
import dev.bantam.bert.TextEncoder;
import dev.bantam.kd.data.DataFormatException;
import dev.bantam.kd.data.Dataset;
import dev.bantam.kd.data.Example;
import dev.bantam.kd.data.Task;
import dev.bantam.kd.data.TaskType;
import dev.bantam.kd.metrics.Bootstrap;
import dev.bantam.kd.metrics.CosineSimilarity;
import dev.bantam.kd.metrics.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What models say of data sets in memory. */
class PredictionsTest {
  private static final Path GOLDENS = Path.of("../bert/src/test/resources/dev/bantam/bert/goldens");
  private static final Path CLASSIFIER = GOLDENS.resolve("bert-classification");

  private static final List<String> TEXTS = List.of("hello world", "the quick dog", "lazy fox");

  private static Task task(List<String> labels, Metric... metrics) {
    return new Task("task", TaskType.CLASSIFICATION, List.of("text"), labels, List.of(metrics));
  }

  private static Dataset dataset(Task task, double... labels) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      examples.add(new Example(TEXTS.get(i % TEXTS.size()), null, labels[i]));
    }
    return Dataset.of(task, examples);
  }

  @Test
  void labels_are_the_tasks_in_its_order_then_those_of_the_model_alone() throws IOException {
    Task task = task(List.of("Positive", "negative"), Metric.ACCURACY);
    try (TextClassifier model = TextClassifier.load(CLASSIFIER)) {
      Predictions predictions = Predictions.of(model, dataset(task, 0, 1, 0));
      assertThat(predictions.labels()).containsExactly("Positive", "negative", "neutral");
      assertThat(predictions.expected()).containsExactly(0, 1, 0);
      double right = 0;
      for (int i = 0; i < TEXTS.size(); i++) {
        String label = predictions.labels().get((int) predictions.predicted()[i]);
        assertThat(label).isEqualToIgnoringCase(model.classify(TEXTS.get(i)).label());
        right += predictions.predicted()[i] == predictions.expected()[i] ? 1 : 0;
      }
      assertThat(predictions.metrics()).containsOnlyKeys(Metric.ACCURACY);
      assertThat(predictions.metric(Metric.ACCURACY)).isCloseTo(right / 3, within(1e-12));
      assertThat(predictions.confusion().accuracy()).isCloseTo(right / 3, within(1e-12));
      assertThat(predictions.confusion().size()).isEqualTo(3);
    }
  }

  @Test
  void a_listener_is_told_of_each_in_order() throws IOException {
    Task task = task(List.of("negative", "neutral", "positive"), Metric.ACCURACY);
    double[] labels = new double[600];
    List<String> seen = new ArrayList<>();
    List<Double> fractions = new ArrayList<>();
    try (TextClassifier model = TextClassifier.load(CLASSIFIER)) {
      Predictions predictions =
          Predictions.of(
              model,
              dataset(task, labels),
              (prediction, fraction) -> {
                seen.add(prediction.example().text());
                fractions.add(fraction);
              });
      assertThat(predictions.size()).isEqualTo(600);
      assertThat(seen).hasSize(600).startsWith("hello world", "the quick dog").endsWith("lazy fox");
      assertThat(fractions).isSorted();
      for (int i = 0; i < 600; i++) {
        assertThat(fractions.get(i)).isCloseTo((i + 1) / 600.0, within(1e-9));
      }
    }
  }

  @Test
  void f1_is_not_computed_of_a_model_with_more_labels() throws IOException {
    Task task = task(List.of("negative", "positive"), Metric.ACCURACY, Metric.F1);
    try (TextClassifier model = TextClassifier.load(CLASSIFIER)) {
      assertThatThrownBy(() -> Predictions.of(model, dataset(task, 0, 1)))
          .isInstanceOf(DataFormatException.class)
          .hasMessage("task: F1 is of 2 labels, the model has 3: [negative, neutral, positive]");
    }
  }

  @Test
  void cosines_are_those_of_the_vectors() throws IOException {
    Task task =
        new Task(
            "pairs", TaskType.REGRESSION, List.of("a", "b"), List.of(), List.of(Metric.PEARSON));
    try (TextEncoder encoder = TextEncoder.load(GOLDENS.resolve("st-mean-normalize"))) {
      Predictions predictions =
          Predictions.ofCosines(
              encoder,
              Dataset.of(
                  task, List.of(new Example("hello", "world", 1), new Example("dog", "dog", 5))));
      assertThat(predictions.predicted()[0])
          .isEqualTo(CosineSimilarity.of(encoder.embed("hello"), encoder.embed("world")));
      assertThat(predictions.predicted()[1]).isCloseTo(1, within(1e-6));
      assertThat(predictions.labels()).isEmpty();
      assertThatThrownBy(predictions::confusion)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("pairs: a regression has no labels");
      assertThatThrownBy(
              () -> Predictions.ofCosines(encoder, dataset(task(List.of("a"), Metric.ACCURACY), 0)))
          .isInstanceOf(DataFormatException.class)
          .hasMessage("task: cosines are for pairs of texts with a score");
    }
  }

  @Test
  void models_are_compared_on_the_same_examples_only() throws IOException {
    Task task = task(List.of("negative", "neutral", "positive"), Metric.ACCURACY);
    try (TextClassifier model = TextClassifier.load(CLASSIFIER)) {
      Predictions one = Predictions.of(model, dataset(task, 0, 1, 2));
      Comparison same = new Comparison(one, Predictions.of(model, dataset(task, 0, 1, 2)));
      assertThat(same.changed()).isZero();
      assertThat(same.mcNemar().pValue()).isEqualTo(1);
      assertThat(same.difference(Metric.ACCURACY, Bootstrap.withSeed(1)))
          .isEqualTo(new Bootstrap.Interval(0, 0, 0));
      Predictions other = Predictions.of(model, dataset(task, 0, 1));
      assertThatThrownBy(() -> new Comparison(one, other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("comparison: 3 and 2 predictions of different examples");
    }
  }
}

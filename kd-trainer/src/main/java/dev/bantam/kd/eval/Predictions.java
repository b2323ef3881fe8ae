package dev.bantam.kd.eval;

import dev.bantam.bert.TextClassifier;
import dev.bantam.bert.TextEncoder;
import dev.bantam.kd.data.DataFormatException;
import dev.bantam.kd.data.Dataset;
import dev.bantam.kd.data.Example;
import dev.bantam.kd.data.ExampleReader;
import dev.bantam.kd.data.Task;
import dev.bantam.kd.data.TaskType;
import dev.bantam.kd.metrics.Bootstrap;
import dev.bantam.kd.metrics.ConfusionMatrix;
import dev.bantam.kd.metrics.Metric;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.DoubleStream;

/**
 * What a model says of all examples of a data set, beside what is true. Of each example two numbers
 * are kept, and none of its text. Immutable.
 */
public final class Predictions {
  private final Task task;
  private final List<String> labels;
  private final double[] predicted;
  private final double[] expected;

  private Predictions(Task task, List<String> labels, double[] predicted, double[] expected) {
    this.task = task;
    this.labels = labels;
    this.predicted = predicted;
    this.expected = expected;
  }

  /** Is told of predictions as they are made. */
  @FunctionalInterface
  public interface Listener {
    /**
     * One more was made.
     *
     * @param prediction the next, in the order of the examples
     * @param fraction how much of the data set is done, from 0 to 1
     * @throws IOException to give up
     */
    void predicted(Prediction prediction, double fraction) throws IOException;
  }

  /**
   * Has a model with a head predict labels or numbers. The model's labels are matched with those of
   * the task as {@link Dataset#withLabels} says.
   *
   * @throws DataFormatException if the data is not what it should be, an example has no label, or
   *     the model has no answer to the question of the task
   */
  public static Predictions of(TextClassifier model, Dataset dataset) throws IOException {
    return of(model, dataset, (prediction, fraction) -> {});
  }

  /**
   * The same, and tells of each prediction.
   *
   * @throws DataFormatException as {@link #of(TextClassifier, Dataset)}
   */
  public static Predictions of(TextClassifier model, Dataset dataset, Listener listener)
      throws IOException {
    return of(Predictor.of(model, dataset.task()), dataset, listener);
  }

  /**
   * Predicts the scores of pairs by the cosines of their vectors.
   *
   * @throws DataFormatException if the data is not what it should be, an example has no score, or
   *     the task is not about the scores of pairs
   */
  public static Predictions ofCosines(TextEncoder model, Dataset dataset) throws IOException {
    return ofCosines(model, dataset, (prediction, fraction) -> {});
  }

  /**
   * The same, and tells of each prediction.
   *
   * @throws DataFormatException as {@link #ofCosines(TextEncoder, Dataset)}
   */
  public static Predictions ofCosines(TextEncoder model, Dataset dataset, Listener listener)
      throws IOException {
    return of(Predictor.Cosines.of(model, dataset.task()), dataset, listener);
  }

  private static Predictions of(Predictor predictor, Dataset dataset, Listener listener)
      throws IOException {
    DoubleStream.Builder predicted = DoubleStream.builder();
    DoubleStream.Builder expected = DoubleStream.builder();
    try (ExampleReader reader = dataset.read()) {
      double before = 0;
      for (List<Example> batch = reader.nextBatch(); !batch.isEmpty(); batch = reader.nextBatch()) {
        check(dataset.task(), batch);
        double share = (reader.fraction() - before) / batch.size();
        for (Prediction prediction : predictor.predict(batch)) {
          predicted.add(prediction.value());
          expected.add(prediction.example().label());
          before += share;
          listener.predicted(prediction, before);
        }
        before = reader.fraction();
      }
    }
    return new Predictions(
        dataset.task(),
        predictor.labels(),
        predicted.build().toArray(),
        expected.build().toArray());
  }

  private static void check(Task task, List<Example> examples) throws DataFormatException {
    if (!examples.stream().allMatch(Example::hasLabel)) {
      throw new DataFormatException(
          "%s: there are examples without a %s, expected one for each to compare with"
              .formatted(task.name(), task.type() == TaskType.REGRESSION ? "score" : "label"));
    }
  }

  /** What was asked. */
  public Task task() {
    return task;
  }

  /**
   * Names of the labels: the task's in its order, then those that only the model has; none of a
   * regression.
   */
  public List<String> labels() {
    return labels;
  }

  /** How many there are. */
  public int size() {
    return predicted.length;
  }

  /** What was predicted: indices of labels, or numbers; a copy. */
  public double[] predicted() {
    return predicted.clone();
  }

  /** What is true: indices of labels, or numbers; a copy. */
  public double[] expected() {
    return expected.clone();
  }

  /** How well it fits what is true; NaN where that is not defined. */
  public double metric(Metric metric) {
    return metric.of(predicted, expected);
  }

  /** The metrics of the task, in its order; NaN where one is not defined. */
  public SequencedMap<Metric, Double> metrics() {
    SequencedMap<Metric, Double> metrics = new LinkedHashMap<>();
    for (Metric metric : task.metrics()) {
      metrics.put(metric, metric(metric));
    }
    return Collections.unmodifiableSequencedMap(metrics);
  }

  /** A metric, and where it would lie with other examples of the same kind. */
  public Bootstrap.Interval interval(Metric metric, Bootstrap bootstrap) {
    return bootstrap.interval(metric, predicted, expected);
  }

  /**
   * How often each label was predicted where each was expected, by the indices of {@link #labels}.
   *
   * @throws IllegalStateException if there are no labels
   */
  public ConfusionMatrix confusion() {
    return ConfusionMatrix.of(indices(predicted), indices(expected), labels.size());
  }

  /** Indices of predicted labels. */
  int[] predictedIndices() {
    return indices(predicted);
  }

  /** Indices of true labels. */
  int[] expectedIndices() {
    return indices(expected);
  }

  private int[] indices(double[] values) {
    if (task.type() != TaskType.CLASSIFICATION) {
      throw new IllegalStateException(task.name() + ": a regression has no labels");
    }
    return Arrays.stream(values).mapToInt(value -> (int) value).toArray();
  }
}

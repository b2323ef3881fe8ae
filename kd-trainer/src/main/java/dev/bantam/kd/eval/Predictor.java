package dev.bantam.kd.eval;

import dev.bantam.bert.BertConfig.ProblemType;
import dev.bantam.bert.TextClassifier;
import dev.bantam.bert.TextClassifier.Classification;
import dev.bantam.bert.TextEncoder;
import dev.bantam.kd.data.DataFormatException;
import dev.bantam.kd.data.Dataset;
import dev.bantam.kd.data.Example;
import dev.bantam.kd.data.Task;
import dev.bantam.kd.data.TaskType;
import dev.bantam.kd.metrics.CosineSimilarity;
import dev.bantam.kd.metrics.Metric;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** A way to have a model answer the question of a task. */
sealed interface Predictor {
  /** What the model says of examples, in their order. */
  List<Prediction> predict(List<Example> examples);

  /** Labels that values are indices of: the task's, then those that only the model has. */
  List<String> labels();

  /** By the head of a model. */
  static Predictor of(TextClassifier model, Task task) throws IOException {
    return task.type() == TaskType.CLASSIFICATION
        ? Labels.of(model, task)
        : Numbers.of(model, task);
  }

  /** By the head of a model that has labels. */
  record Labels(
      TextClassifier model, boolean paired, List<String> labels, Map<String, Integer> indices)
      implements Predictor {
    static Labels of(TextClassifier model, Task task) throws IOException {
      if (model.problemType() != ProblemType.SINGLE_LABEL_CLASSIFICATION) {
        throw new DataFormatException(
            "%s: expected a model that gives one of the labels %s, this one gives %s"
                .formatted(
                    task.name(),
                    task.labels(),
                    model.problemType() == ProblemType.REGRESSION
                        ? "numbers"
                        : "any of its labels"));
      }
      List<String> labels = new ArrayList<>(task.labels());
      Map<String, Integer> indices = match(task, model.labels());
      for (String label : model.labels()) {
        if (indices.putIfAbsent(label, labels.size()) == null) {
          labels.add(label);
        }
      }
      if (labels.size() > 2 && task.metrics().contains(Metric.F1)) {
        throw new DataFormatException(
            "%s: F1 is of 2 labels, the model has %d: %s"
                .formatted(task.name(), labels.size(), model.labels()));
      }
      return new Labels(model, task.isPaired(), List.copyOf(labels), indices);
    }

    /** The task's index of the model's labels, of those that both have. */
    private static Map<String, Integer> match(Task task, List<String> modelLabels)
        throws IOException {
      List<Example> one =
          IntStream.range(0, task.labels().size())
              .mapToObj(label -> new Example("", null, label))
              .toList();
      List<Example> relabelled = Dataset.of(task, one).withLabels(modelLabels).readAll();
      Map<String, Integer> indices = new HashMap<>();
      for (int label = 0; label < relabelled.size(); label++) {
        indices.put(modelLabels.get(relabelled.get(label).labelIndex()), label);
      }
      return indices;
    }

    @Override
    public List<Prediction> predict(List<Example> examples) {
      List<Classification> results = classify(model, examples, paired);
      return IntStream.range(0, examples.size())
          .mapToObj(
              i -> {
                Classification result = results.get(i);
                return new Prediction(
                    examples.get(i),
                    Objects.requireNonNull(indices.get(result.label())),
                    result.score(),
                    labels);
              })
          .toList();
    }
  }

  /** By the head of a model that has one number. */
  record Numbers(TextClassifier model, boolean paired) implements Predictor {
    static Numbers of(TextClassifier model, Task task) throws DataFormatException {
      if (model.problemType() != ProblemType.REGRESSION || model.labels().size() != 1) {
        throw new DataFormatException(
            "%s: expected a model that gives a number, this one gives %s"
                .formatted(task.name(), model.labels()));
      }
      return new Numbers(model, task.isPaired());
    }

    @Override
    public List<Prediction> predict(List<Example> examples) {
      List<Classification> results = classify(model, examples, paired);
      return IntStream.range(0, examples.size())
          .mapToObj(i -> number(examples.get(i), results.get(i).score()))
          .toList();
    }

    @Override
    public List<String> labels() {
      return List.of();
    }
  }

  /** By the cosines of the vectors of pairs. */
  record Cosines(TextEncoder model) implements Predictor {
    static Cosines of(TextEncoder model, Task task) throws DataFormatException {
      if (task.type() != TaskType.REGRESSION || !task.isPaired()) {
        throw new DataFormatException(
            "%s: cosines are for pairs of texts with a score".formatted(task.name()));
      }
      return new Cosines(model);
    }

    @Override
    public List<Prediction> predict(List<Example> examples) {
      List<String> texts = new ArrayList<>();
      for (Example example : examples) {
        texts.add(example.text());
        texts.add(second(example));
      }
      float[][] vectors = model.embed(texts);
      return IntStream.range(0, examples.size())
          .mapToObj(
              i -> number(examples.get(i), CosineSimilarity.of(vectors[2 * i], vectors[2 * i + 1])))
          .toList();
    }

    @Override
    public List<String> labels() {
      return List.of();
    }
  }

  private static List<Classification> classify(
      TextClassifier model, List<Example> examples, boolean paired) {
    List<String> texts = examples.stream().map(Example::text).toList();
    return paired
        ? model.classify(texts, examples.stream().map(Predictor::second).toList())
        : model.classify(texts);
  }

  private static String second(Example example) {
    return Objects.requireNonNull(example.pair());
  }

  private static Prediction number(Example example, double value) {
    return new Prediction(example, value, value, List.of());
  }
}

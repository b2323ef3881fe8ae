package dev.bantam.kd.train;

import dev.bantam.bert.Device;
import dev.bantam.kd.data.Corpus;
import dev.bantam.kd.data.Dataset;
import dev.bantam.kd.data.Example;
import dev.bantam.kd.data.Split;
import dev.bantam.kd.data.Task;
import dev.bantam.kd.data.TaskType;
import dev.bantam.kd.metrics.Metric;
import dev.bantam.tensor.parallel.WorkerPool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A tiny model, and tasks that it can learn in a second. */
final class Toys {
  static final Path MODEL =
      Path.of("../bert/src/test/resources/dev/bantam/bert/goldens/bert-classification");
  static final Path MASKED_LM =
      Path.of("../bert/src/test/resources/dev/bantam/bert/goldens/bert-masked-lm");

  /** Which word is in a text? */
  static final Task WORDS =
      new Task(
          "words",
          TaskType.CLASSIFICATION,
          List.of("text"),
          List.of("none", "dog", "fox"),
          List.of(Metric.ACCURACY, Metric.MACRO_F1));

  /** How many times is a word in a pair of texts? */
  static final Task COUNTS =
      new Task(
          "counts",
          TaskType.REGRESSION,
          List.of("first", "second"),
          List.of(),
          List.of(Metric.PEARSON));

  private static final String[] FILLERS = {"the", "quick", "brown", "jumps", "over", "lazy"};

  private Toys() {}

  static Device device(int threads) {
    return Device.on(WorkerPool.of(threads));
  }

  /** Options that are quick, and touch all that matters: several epochs, accumulation, parts. */
  static TrainingOptions options() {
    return TrainingOptions.defaults()
        .withEpochs(3)
        .withBatchSize(4)
        .withAccumulation(2)
        .withTokenBudget(30)
        .withLearningRate(1e-3)
        .withEvaluationSteps(4)
        .withSeed(7);
  }

  static Corpus words(int train, int dev) {
    return corpus(WORDS, words(train, 1L), words(dev, 2L));
  }

  static Corpus otherWords(int train, int dev) {
    return corpus(WORDS, words(train, 3L), words(dev, 2L));
  }

  static Corpus counts(int train, int dev) {
    return corpus(COUNTS, counts(train, 1L), counts(dev, 2L));
  }

  private static List<Example> words(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int label = random.nextInt(3);
      String word = label == 0 ? "" : WORDS.labels().get(label);
      examples.add(new Example(filler(random) + word + filler(random), null, label));
    }
    return examples;
  }

  private static List<Example> counts(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int first = random.nextInt(3);
      int second = random.nextInt(2);
      examples.add(
          new Example(
              filler(random) + "dog ".repeat(first),
              "dog ".repeat(second) + filler(random),
              first + second));
    }
    return examples;
  }

  private static String filler(SplittableRandom random) {
    StringBuilder text = new StringBuilder(" ");
    for (int i = random.nextInt(5); i > 0; i--) {
      text.append(FILLERS[random.nextInt(FILLERS.length)]).append(' ');
    }
    return text.toString();
  }

  /** A corpus in memory; without a dev split if that is empty. */
  static Corpus corpus(Task task, List<Example> train, List<Example> dev) {
    return new Corpus() {
      @Override
      public Task task() {
        return task;
      }

      @Override
      public boolean has(Split split) {
        return split == Split.TRAIN || split == Split.DEV && !dev.isEmpty();
      }

      @Override
      public Dataset split(Split split) {
        return Dataset.of(task, split == Split.TRAIN ? train : dev);
      }
    };
  }
}

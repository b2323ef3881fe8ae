package dev.bantam.kd.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.bert.BertConfig;
import dev.bantam.bert.TextClassifier;
import dev.bantam.bert.tokenizer.BertTokenizer;
import dev.bantam.kd.data.Corpus;
import dev.bantam.kd.data.Dataset;
import dev.bantam.kd.data.Example;
import dev.bantam.kd.data.Split;
import dev.bantam.kd.data.Task;
import dev.bantam.kd.data.TaskType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What training does, on a tiny model. */
class TrainerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temp;

  private static Trainer trainer(TrainingOptions options) {
    return Trainer.of(options).withDevice(Toys.device(2));
  }

  @Test
  void a_classifier_learns_and_what_is_saved_is_as_good_as_reported() throws IOException {
    Corpus corpus = Toys.words(600, 60);
    TrainingOptions options =
        Toys.options().withEpochs(10).withAccumulation(1).withEvaluationSteps(0);
    TrainingResult result = trainer(options).train(Toys.MODEL, corpus, temp);
    assertThat(result.end()).isEqualTo(TrainingResult.End.FINISHED);
    double accuracy = result.best().orElseThrow().metrics().get("accuracy");
    assertThat(accuracy).isGreaterThan(0.9);
    assertThat(BertConfig.load(temp).labels()).isEqualTo(Toys.WORDS.labels());
    try (TextClassifier classifier = TextClassifier.load(temp)) {
      List<Example> dev = corpus.split(Split.DEV).readAll();
      long right =
          dev.stream()
              .filter(
                  e ->
                      classifier
                          .classify(e.text())
                          .label()
                          .equals(Toys.WORDS.labels().get(e.labelIndex())))
              .count();
      assertThat((double) right / dev.size()).isEqualTo(accuracy);
    }
    assertThat(temp.resolve("checkpoint")).doesNotExist();
  }

  @Test
  void a_classifier_cuts_texts_where_they_were_cut_in_training() throws IOException {
    trainer(Toys.options().withMaxLength(5)).train(Toys.MODEL, Toys.words(60, 6), temp);
    assertThat(BertTokenizer.load(temp).maxLength()).isEqualTo(5);
    assertThat(BertTokenizer.load(Toys.MODEL).maxLength()).isEqualTo(40);
    try (TextClassifier classifier = TextClassifier.load(temp)) {
      assertThat(classifier.classify("the quick brown fox jumps"))
          .isEqualTo(classifier.classify("the quick brown"))
          .isNotEqualTo(classifier.classify("the quick"));
    }
    Trainer.ofMaskedLM(Toys.options().withMaxLength(5))
        .train(withoutDropout(Toys.MASKED_LM), Toys.words(60, 6), temp.resolve("lm"));
    assertThat(BertTokenizer.load(temp.resolve("lm")).maxLength()).isEqualTo(40);
  }

  @Test
  void a_regression_on_pairs_learns() throws IOException {
    TrainingOptions options =
        Toys.options().withEpochs(15).withAccumulation(1).withEvaluationSteps(0);
    TrainingResult result = trainer(options).train(Toys.MODEL, Toys.counts(400, 60), temp);
    assertThat(result.best().orElseThrow().metrics().get("pearson")).isGreaterThan(0.8);
    assertThat(BertConfig.load(temp).problemType()).isEqualTo(BertConfig.ProblemType.REGRESSION);
  }

  @Test
  void a_masked_language_model_learns() throws IOException {
    TrainingOptions options =
        Toys.options().withEpochs(10).withAccumulation(1).withLearningRate(3e-3);
    List<Evaluation> evaluations = new ArrayList<>();
    List<Boolean> kept = new ArrayList<>();
    Trainer.ofMaskedLM(options)
        .withDevice(Toys.device(2))
        .withListener(
            new TrainingListener() {
              @Override
              public void evaluated(Evaluation evaluation, boolean best) {
                evaluations.add(evaluation);
                kept.add(best);
              }
            })
        .train(withoutDropout(Toys.MASKED_LM), Toys.words(300, 60), temp.resolve("out"));
    // 8 words are equally likely, so that log 8 = 2.08 can be reached by their frequency alone.
    assertThat(evaluations.getFirst().loss()).isGreaterThan(3);
    assertThat(evaluations.getLast().loss()).isLessThan(2.3);
    double lowest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < kept.size(); i++) {
      double loss = evaluations.get(i).loss();
      assertThat(kept.get(i)).as("evaluation %d is kept", i).isEqualTo(loss < lowest);
      lowest = Math.min(lowest, loss);
    }
  }

  @Test
  void parts_within_the_token_budget_have_the_gradient_of_the_whole() throws IOException {
    Path model = withoutDropout(Toys.MODEL);
    TrainingOptions options = Toys.options().withEpochs(1).withEvaluationSteps(1);
    List<Double> whole = norms(options.withTokenBudget(1000), model, "whole");
    List<Double> parts = norms(options.withTokenBudget(20), model, "parts");
    List<Double> batch =
        norms(options.withTokenBudget(9).withBatchSize(8).withAccumulation(1), model, "batch");
    assertThat(parts).hasSameSizeAs(whole).hasSameSizeAs(batch);
    for (int i = 0; i < whole.size(); i++) {
      assertThat(parts.get(i)).isCloseTo(whole.get(i), within(1e-4 * whole.get(i)));
    }
  }

  /** The gradient norm of every step, which are those of what was learned before. */
  private List<Double> norms(TrainingOptions options, Path model, String name) throws IOException {
    trainer(options).train(model, Toys.words(40, 6), temp.resolve(name));
    return log(temp.resolve(name)).stream()
        .filter(line -> line.has("gradient_norm"))
        .map(line -> line.get("gradient_norm").doubleValue())
        .toList();
  }

  /** A copy of a model, with a tokenizer and without dropout. */
  private Path withoutDropout(Path original) throws IOException {
    Path model = Files.createDirectory(temp.resolve("model"));
    Files.copy(original.resolve("model.safetensors"), model.resolve("model.safetensors"));
    Files.copy(Toys.MODEL.resolve("tokenizer.json"), model.resolve("tokenizer.json"));
    Files.copy(Toys.MODEL.resolve("tokenizer_config.json"), model.resolve("tokenizer_config.json"));
    Files.writeString(
        model.resolve("config.json"),
        Files.readString(original.resolve("config.json"))
            .replaceAll("(_dropout_prob\": )0.1", "$10.0"));
    return model;
  }

  private static List<JsonNode> log(Path output) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(output.resolve("training.jsonl"))) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  @Test
  void the_log_has_every_step_and_every_evaluation() throws IOException {
    Corpus corpus = Toys.words(42, 9);
    trainer(Toys.options().withEpochs(2)).train(Toys.MODEL, corpus, temp);
    List<JsonNode> lines = log(temp);
    List<JsonNode> steps = lines.stream().filter(line -> line.has("lr")).toList();
    assertThat(steps).hasSize(12); // 42 examples are 11 batches, which are 6 steps
    for (int i = 0; i < steps.size(); i++) {
      JsonNode step = steps.get(i);
      assertThat(step.fieldNames())
          .toIterable()
          .containsExactly(
              "step", "epoch", "loss", "lr", "gradient_norm", "examples", "tokens", "seconds");
      assertThat(step.get("step").intValue()).isEqualTo(i + 1);
      assertThat(step.get("epoch").intValue()).isEqualTo(i / 6 + 1);
      // no warm-up of (int) (0.06 * 12) = 0 steps
      assertThat(step.get("lr").doubleValue()).isCloseTo(1e-3 * (12 - i) / 12, within(1e-12));
    }
    assertThat(steps.subList(0, 6).stream().mapToInt(s -> s.get("examples").intValue()).sum())
        .isEqualTo(42);
    List<JsonNode> evaluations = lines.stream().filter(line -> line.has("dev")).toList();
    assertThat(evaluations).extracting(e -> e.get("step").intValue()).containsExactly(4, 8, 12);
    assertThat(evaluations.getFirst().get("best").booleanValue()).isTrue();
    assertThat(evaluations.getFirst().get("dev").fieldNames())
        .toIterable()
        .containsExactly("examples", "loss", "accuracy", "macro_f1");
  }

  @Test
  void training_stops_when_patience_is_over() throws IOException {
    TrainingOptions options = // too slow to change any prediction
        Toys.options().withLearningRate(1e-12).withEvaluationSteps(1).withPatience(3);
    TrainingResult result = trainer(options).train(Toys.MODEL, Toys.words(100, 20), temp);
    assertThat(result.end()).isEqualTo(TrainingResult.End.STOPPED_EARLY);
    assertThat(result.step()).isEqualTo(4);
    assertThat(result.best().orElseThrow().step()).isEqualTo(1);
    assertThat(Trainer.isUnfinished(temp)).isFalse();
  }

  @Test
  void without_a_dev_split_the_last_model_is_kept() throws IOException {
    TrainingResult result = trainer(Toys.options()).train(Toys.MODEL, Toys.words(20, 0), temp);
    assertThat(result.best()).isEmpty();
    assertThat(result.step()).isEqualTo(9);
    assertThat(BertConfig.load(temp).labels()).isEqualTo(Toys.WORDS.labels());
  }

  @Test
  void divergence_is_explained_and_leaves_the_checkpoint() throws IOException {
    Corpus corpus = Toys.words(100, 20);
    Trainer trainer =
        trainer(
            Toys.options()
                .withLearningRate(1e30)
                .withWarmup(0.1)
                .withCheckpointInterval(Duration.ZERO));
    assertThatThrownBy(() -> trainer.train(Toys.MODEL, corpus, temp))
        .isInstanceOf(DivergedException.class)
        .hasMessageMatching(
            "step \\d+: (the loss is|the gradient of) .* \\(loss .*, learning rate .*\\);"
                + " resumed, it would come to the same: train anew into another folder,"
                + " with a lower learning rate or a longer warm-up");
    assertThat(Trainer.isUnfinished(temp)).isTrue();
  }

  @Test
  void a_model_that_is_not_finite_is_not_kept() throws IOException {
    Corpus withoutDev = Toys.words(8, 0);
    TrainingOptions once = // a single step, whose gradient is finite
        Toys.options().withEpochs(1).withBatchSize(8).withWarmup(0).withLearningRate(1e39);
    assertThatThrownBy(() -> trainer(once).train(Toys.MODEL, withoutDev, temp))
        .isInstanceOf(DivergedException.class)
        .hasMessageMatching("after step 1: an element of '.*' is not finite; resumed, it .*");
    assertThatThrownBy(() -> trainer(once).train(Toys.MODEL, Toys.words(8, 5), temp))
        .isInstanceOf(DivergedException.class)
        .hasMessageMatching("after step 1: the loss on the dev split is NaN; resumed, it .*");
    assertThat(temp.resolve("model.safetensors")).doesNotExist();
  }

  @Test
  void patience_ends_where_the_metric_is_not_defined() throws IOException {
    List<Example> constant = List.of(new Example("dog", "fox", 1), new Example("fox", "dog", 1));
    List<Example> train = Toys.counts(40, 1).split(Split.TRAIN).readAll();
    TrainingResult result =
        trainer(Toys.options().withEvaluationSteps(1).withPatience(2))
            .train(Toys.MODEL, Toys.corpus(Toys.COUNTS, train, constant), temp);
    assertThat(result.end()).isEqualTo(TrainingResult.End.STOPPED_EARLY);
    assertThat(result.step()).isEqualTo(3);
  }

  @Test
  void a_loss_that_rises_for_long_is_warned_of_once() {
    LossWatch watch = new LossWatch(LossWatch.State.START);
    List<Long> warned = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(1);
    for (long step = 1; step <= 1000; step++) {
      double loss = (step < 500 ? 1 : 2) + 0.5 * random.nextDouble();
      if (watch.isHigh(step, loss)) {
        warned.add(step);
      }
    }
    assertThat(warned).singleElement().matches(step -> step > 600 && step < 700);
  }

  @Test
  void setups_that_make_no_sense_are_refused() throws IOException {
    Corpus corpus = Toys.words(10, 3);
    Trainer trainer = trainer(Toys.options());
    assertThatThrownBy(() -> trainer.resume(Toys.MODEL, corpus, temp))
        .isInstanceOf(TrainingSetupException.class)
        .hasMessage(temp + ": there is no unfinished training here");
    assertThatThrownBy(
            () -> trainer.train(Toys.MODEL, Toys.corpus(Toys.WORDS, List.of(), List.of()), temp))
        .isInstanceOf(TrainingSetupException.class)
        .hasMessage("words: the train split has no examples to learn from");
    List<Example> unlabelled = List.of(new Example("the dog", null, Example.NO_LABEL));
    assertThatThrownBy(
            () -> trainer.train(Toys.MODEL, Toys.corpus(Toys.WORDS, unlabelled, List.of()), temp))
        .isInstanceOf(TrainingSetupException.class)
        .hasMessage("words: there are examples without a label, expected one for each");
    for (double label : new double[] {0.5, -1, 3}) {
      List<Example> odd = List.of(new Example("the dog", null, label));
      assertThatThrownBy(() -> trainer.train(Toys.MODEL, Toys.corpus(Toys.WORDS, odd, odd), temp))
          .isInstanceOf(TrainingSetupException.class)
          .hasMessage(
              "words: there is an example with label %s, expected an index of one of the labels"
                  + " [none, dog, fox]",
              label);
    }
    Task unmeasured =
        new Task("task", TaskType.CLASSIFICATION, List.of("text"), List.of("x", "y"), List.of());
    assertThatThrownBy(
            () -> trainer.train(Toys.MODEL, Toys.corpus(unmeasured, List.of(), List.of()), temp))
        .isInstanceOf(TrainingSetupException.class)
        .hasMessage("task: there is no metric, expected one to choose the best model by");
    assertThatThrownBy(() -> trainer.train(temp.resolve("none"), corpus, temp))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("expected a model folder");
    Task one = new Task("one", TaskType.CLASSIFICATION, List.of("text"), List.of("x"), List.of());
    List<Example> same = List.of(new Example("the dog", null, 0));
    assertThatThrownBy(() -> trainer.train(Toys.MODEL, Toys.corpus(one, same, same), temp))
        .isInstanceOf(TrainingSetupException.class)
        .hasMessage("one: the labels are [x], expected two or more to tell apart");
    assertThat(Dataset.of(Toys.WORDS, unlabelled).readAll()).hasSize(1);
    trainer.train(Toys.MODEL, corpus, temp);
    assertThatThrownBy(() -> trainer.train(Toys.MODEL, corpus, temp))
        .isInstanceOf(TrainingSetupException.class)
        .hasMessage(temp + ": there is a model here already; name another folder, or remove it");
    assertThatThrownBy(() -> Toys.options().withEpochs(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("epochs: expected 1 or more, got 0");
    assertThatThrownBy(() -> Toys.options().withLearningRate(Double.POSITIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("learningRate: expected more than 0, got Infinity");
  }
}

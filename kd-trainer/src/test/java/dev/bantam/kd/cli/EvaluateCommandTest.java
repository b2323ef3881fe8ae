package dev.bantam.kd.cli;

import static dev.bantam.kd.cli.Run.bantam;
import static dev.bantam.kd.cli.Run.golden;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.bert.BertConfig.ProblemType;
import dev.bantam.bert.BertForSequenceClassification;
import dev.bantam.bert.Device;
import dev.bantam.bert.TextClassifier;
import dev.bantam.kd.metrics.Correlation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bantam evaluate} of models with a head, on tiny checkpoints. */
class EvaluateCommandTest {
  private static final Path CLASSIFIER = golden("bert-classification");
  private static final Path REGRESSION = golden("bert-regression");
  private static final Path ENCODER = golden("st-mean-normalize");

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> TEXTS =
      List.of("hello world", "the quick dog", "it's 3.14", "one two three", "lazy", "jumps over");

  @TempDir Path temp;

  @Test
  void a_model_that_is_always_right_has_full_marks() throws IOException {
    Path table = table(predicted(CLASSIFIER, TEXTS));
    Run run = evaluate(CLASSIFIER, table);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.lines().subList(0, 3))
        .containsExactly(
            "examples        6",
            "accuracy   100.00  95 % interval 100.00 to 100.00",
            "macro_f1   100.00  95 % interval 100.00 to 100.00");
    assertThat(run.out())
        .contains("label     precision  recall      f1  examples  predicted\n")
        .contains("expected \\ predicted  ");
  }

  @Test
  void numbers_by_hand_come_out_with_all_digits_as_json() throws IOException {
    List<String> labels = new ArrayList<>(predicted(CLASSIFIER, TEXTS));
    String right = labels.getFirst();
    assertThat(labels).as("one label for all, of a random model").containsOnly(right);
    String wrong = right.equals("neutral") ? "negative" : "neutral";
    labels.set(0, wrong);
    labels.set(1, wrong);
    Run run = evaluate(CLASSIFIER, table(labels), "--json");
    JsonNode json = JSON.readTree(run.out());
    assertThat(json.get("task").textValue()).isEqualTo("table.tsv");
    assertThat(json.get("examples").intValue()).isEqualTo(6);
    assertThat(json.get("accuracy").doubleValue()).isCloseTo(400.0 / 6, within(1e-9));
    // Of one label F1 = 2 * 4 / (2 * 4 + 2), of the other 0.
    assertThat(json.get("macro_f1").doubleValue()).isCloseTo(100 * 0.8 / 2, within(1e-9));
    JsonNode interval = json.get("intervals").get("accuracy");
    assertThat(interval.get(0).doubleValue()).isBetween(0.0, 66.0);
    assertThat(interval.get(1).doubleValue()).isBetween(67.0, 100.0);
    List<String> names = new ArrayList<>();
    json.get("labels").forEach(name -> names.add(name.textValue()));
    assertThat(names).containsExactlyInAnyOrder("negative", "neutral", "positive");
    JsonNode confusion = json.get("confusion");
    assertThat(confusion.get(names.indexOf(right)).get(names.indexOf(right)).intValue())
        .isEqualTo(4);
    assertThat(confusion.get(names.indexOf(wrong)).get(names.indexOf(right)).intValue())
        .isEqualTo(2);
  }

  @Test
  void labels_are_matched_by_name_and_f1_is_of_the_tasks_second_label() throws IOException {
    Path model = trained(List.of("equivalent", "not_equivalent"), 3);
    List<String> firsts = TEXTS;
    List<String> seconds = TEXTS.reversed();
    StringBuilder rows = new StringBuilder("Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n");
    int equivalent = 0;
    try (TextClassifier classifier = TextClassifier.load(model)) {
      for (int i = 0; i < firsts.size(); i++) {
        boolean one =
            classifier.classify(firsts.get(i), seconds.get(i)).label().equals("equivalent");
        equivalent += one ? 1 : 0;
        rows.append(one ? 1 : 0).append("\t1\t2\t").append(firsts.get(i));
        rows.append('\t').append(seconds.get(i)).append('\n');
      }
    }
    Files.writeString(temp.resolve("dev.tsv"), rows);
    Run run = bantam("evaluate", "--task=MRPC", "--model=" + model, "--data=" + temp, "--json");
    JsonNode json = JSON.readTree(run.out());
    assertThat(json.get("accuracy").doubleValue()).isEqualTo(100);
    assertThat(json.get("f1").doubleValue()).isEqualTo(equivalent > 0 ? 100 : 0);
    assertThat(json.get("labels").get(0).textValue()).isEqualTo("not_equivalent");
  }

  @Test
  void accuracy_below_chance_is_a_warning() throws IOException {
    String predicted = predicted(CLASSIFIER, TEXTS).getFirst();
    String other = predicted.equals("neutral") ? "negative" : "neutral";
    Path table = table(TEXTS.stream().map(text -> other).toList());
    assertThat(evaluate(CLASSIFIER, table).err())
        .isEqualTo(
            "bantam: %s: accuracy 0.00 is below chance, 33.33; are labels swapped in its"
                    .formatted(CLASSIFIER)
                + " config.json?\n");
    assertThat(evaluate(CLASSIFIER, table, "--quiet").err()).isEmpty();
  }

  @Test
  void scores_of_pairs_come_from_the_head_if_there_is_one() throws IOException {
    StringBuilder rows = new StringBuilder("sentence1\tsentence2\tscore\n");
    double[] numbers = new double[TEXTS.size()];
    double[] scores = {1, 0.5, 4, 3, 2, 5};
    try (TextClassifier model = TextClassifier.load(REGRESSION)) {
      for (int i = 0; i < numbers.length; i++) {
        String second = TEXTS.get((i + 1) % TEXTS.size());
        numbers[i] = model.classify(TEXTS.get(i), second).score();
        rows.append(TEXTS.get(i)).append('\t').append(second).append('\t').append(scores[i]);
        rows.append('\n');
      }
    }
    Path file = Files.writeString(temp.resolve("dev.tsv"), rows);
    Run run =
        bantam("evaluate", "--task=STS-B", "--model=" + REGRESSION, "--data=" + file, "--json");
    JsonNode json = JSON.readTree(run.out());
    assertThat(json.get("pearson").doubleValue())
        .isCloseTo(100 * Correlation.pearson(numbers, scores), within(1e-9));
    assertThat(json.get("spearman").doubleValue())
        .isCloseTo(100 * Correlation.spearman(numbers, scores), within(1e-9));
    assertThat(json.get("intervals").get("spearman").size()).isEqualTo(2);

    Run compared =
        bantam(
            "evaluate",
            "--task=STS-B",
            "--model=" + ENCODER,
            "--compare=" + REGRESSION,
            "--data=" + file,
            "--json");
    JsonNode both = JSON.readTree(compared.out());
    assertThat(both.get("second").get("pearson")).isEqualTo(json.get("pearson"));
    assertThat(both.get("difference").get("pearson").doubleValue())
        .isCloseTo(
            both.get("second").get("pearson").doubleValue()
                - both.get("first").get("pearson").doubleValue(),
            within(1e-9));
    assertThat(both.has("mcnemar")).isFalse();
  }

  @Test
  void two_classifiers_are_compared_on_the_same_examples() throws IOException {
    Path other = trained(List.of("negative", "neutral", "positive"), 5);
    List<String> first = predicted(CLASSIFIER, TEXTS);
    List<String> second = predicted(other, TEXTS);
    long changed =
        Stream.iterate(0, i -> i + 1)
            .limit(first.size())
            .filter(i -> !first.get(i).equals(second.get(i)))
            .count();
    Path table = table(first);
    JsonNode json =
        JSON.readTree(evaluate(CLASSIFIER, table, "--json", "--compare=" + other).out());
    assertThat(json.get("first").get("accuracy").doubleValue()).isEqualTo(100);
    assertThat(json.get("changed").longValue()).isEqualTo(changed);
    assertThat(json.get("mcnemar").get("only_first").longValue()).isEqualTo(changed);
    assertThat(json.get("mcnemar").get("only_second").longValue()).isZero();
    // Two-sided, of the binomial distribution.
    assertThat(json.get("mcnemar").get("p").doubleValue())
        .isCloseTo(Math.min(1, 2 * Math.pow(0.5, changed)), within(1e-12));

    Run same = evaluate(CLASSIFIER, table, "--compare=" + CLASSIFIER);
    assertThat(same.err()).isEmpty();
    assertThat(same.out())
        .isEqualTo(
            """
            examples        6

                        first  second  difference
            accuracy   100.00  100.00       +0.00  95 % interval 0.00 to 0.00
            macro_f1   100.00  100.00       +0.00  95 % interval 0.00 to 0.00

            changed         0 predictions
            McNemar         0 right by the first alone, 0 by the second alone: p = 1.00 (exact\
             binomial)
            """);
  }

  @Test
  void predictions_are_written_example_by_example() throws IOException {
    List<String> labels = predicted(CLASSIFIER, TEXTS);
    Path file = temp.resolve("predictions.jsonl");
    assertThat(evaluate(CLASSIFIER, table(labels), "--predictions=" + file).code()).isZero();
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(TEXTS.size());
    try (TextClassifier model = TextClassifier.load(CLASSIFIER)) {
      for (int i = 0; i < lines.size(); i++) {
        JsonNode row = JSON.readTree(lines.get(i));
        assertThat(row.fieldNames())
            .toIterable()
            .containsExactly("text", "label", "predicted", "score");
        assertThat(row.get("text").textValue()).isEqualTo(TEXTS.get(i));
        assertThat(row.get("label").textValue()).isEqualTo(labels.get(i));
        assertThat(row.get("predicted").textValue()).isEqualTo(labels.get(i));
        assertThat(row.get("score").floatValue()).isEqualTo(model.classify(TEXTS.get(i)).score());
      }
    }
  }

  @Test
  void what_does_not_fit_is_said_in_one_line() throws IOException {
    Files.writeString(temp.resolve("dev.tsv"), "sentence\tlabel\nhello\t1\n");
    assertBad(
        CLASSIFIER
            + ": the outputs are [negative, neutral, positive], expected [negative, positive]"
            + " for SST-2",
        "--task=SST-2",
        "--model=" + CLASSIFIER,
        "--data=" + temp);
    assertBad(
        ENCODER + ": the model has no classification head; expected one trained for a task",
        "--task=SST-2",
        "--model=" + ENCODER,
        "--data=" + temp);
    Path table = table(List.of("negative", "good", "bad", "good", "bad", "bad"));
    assertBad(
        "table.tsv: label 'bad' is none of the model's [negative, neutral, positive]",
        "--text-column=text",
        "--label-column=label",
        "--model=" + CLASSIFIER,
        "--data=" + table);
    assertBad(
        "table.tsv: expected a model that gives one of the labels [bad, good, negative], this one"
            + " gives numbers",
        "--text-column=text",
        "--label-column=label",
        "--model=" + REGRESSION,
        "--data=" + table);
    Files.writeString(temp.resolve("test.tsv"), "index\tsentence\n0\thello\n");
    Path sst2 = trained(List.of("negative", "positive"), 1);
    assertBad(
        "SST-2: there are examples without a label, expected one for each to compare with",
        "--task=SST-2",
        "--split=test",
        "--model=" + sst2,
        "--data=" + temp);
    Path pairs =
        Files.writeString(temp.resolve("one.tsv"), "sentence1\tsentence2\tscore\na\tb\t1\n");
    assertBad(
        pairs + ": 1 examples, expected at least 2",
        "--task=STS-B",
        "--model=" + REGRESSION,
        "--data=" + pairs);
  }

  @Test
  void a_failed_run_leaves_no_predictions() throws IOException {
    Path table = Files.writeString(temp.resolve("t.csv"), "text,label\na,neutral\n\"b\n");
    Path file = temp.resolve("predictions.jsonl");
    assertThat(evaluate(CLASSIFIER, table, "--predictions=" + file).code()).isEqualTo(2);
    try (Stream<Path> files = Files.list(temp)) {
      assertThat(files).containsExactly(table);
    }
  }

  private static Run evaluate(Path model, Path table, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "evaluate",
                "--model=" + model,
                "--data=" + table,
                "--text-column=text",
                "--label-column=label"));
    args.addAll(List.of(more));
    return bantam(args.toArray(String[]::new));
  }

  private static void assertBad(String message, String... options) {
    List<String> args = new ArrayList<>(List.of("evaluate"));
    args.addAll(List.of(options));
    assertThat(bantam(args.toArray(String[]::new)))
        .isEqualTo(new Run(2, "", "bantam: " + message + "\n"));
  }

  private static List<String> predicted(Path model, List<String> texts) throws IOException {
    try (TextClassifier classifier = TextClassifier.load(model)) {
      return classifier.classify(texts).stream().map(TextClassifier.Classification::label).toList();
    }
  }

  private Path table(List<String> labels) throws IOException {
    StringBuilder rows = new StringBuilder("text\tlabel\n");
    for (int i = 0; i < labels.size(); i++) {
      rows.append(TEXTS.get(i)).append('\t').append(labels.get(i)).append('\n');
    }
    return Files.writeString(temp.resolve("table.tsv"), rows);
  }

  /** A model with a head that was drawn at random. */
  private Path trained(List<String> labels, long seed) throws IOException {
    Path folder = temp.resolve("model");
    try (BertForSequenceClassification model =
        BertForSequenceClassification.forTraining(
            ENCODER, labels, ProblemType.SINGLE_LABEL_CLASSIFICATION, Device.shared(), seed)) {
      model.save(folder);
    }
    return folder;
  }
}

package dev.bantam.kd.cli;

import static dev.bantam.kd.cli.Run.bantam;
import static dev.bantam.kd.cli.Run.golden;
import static dev.bantam.kd.cli.Run.withInput;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.bert.TextClassifier;
import dev.bantam.bert.TextClassifier.Classification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bantam classify} of pairs, tables and numbers; {@link CommandsTest} has plain texts. */
class ClassifyCommandTest {
  private static final String MODEL = golden("bert-classification").toString();
  private static final String REGRESSION = golden("bert-regression").toString();

  private static final List<String> FIRST = List.of("hello world", "the quick dog");
  private static final List<String> SECOND = List.of("it's 3.14, \"roughly\"", "one two");

  @TempDir Path temp;

  @Test
  void pairs_come_from_arguments_lines_objects_and_tables() throws IOException {
    String expected = expected();
    assertThat(classify("--pairs", FIRST.get(0), SECOND.get(0), FIRST.get(1), SECOND.get(1)).out())
        .isEqualTo(expected);
    String lines = FIRST.get(0) + "\t" + SECOND.get(0) + "\n" + FIRST.get(1) + "\t" + SECOND.get(1);
    assertThat(withInput(lines, "classify", "--model", MODEL, "--pairs").out()).isEqualTo(expected);
    Path tsv = Files.writeString(temp.resolve("pairs.tsv"), "a\tid\tb\n" + rows(lines));
    assertThat(classify("--text-column=a", "--pair-column=b", "--input=" + tsv).out())
        .isEqualTo(expected);
    Path jsonl = temp.resolve("pairs.jsonl");
    assertThat(
            classify(
                    "--text-column=a",
                    "--pair-column=b",
                    "--input=" + tsv,
                    "--format=jsonl",
                    "--output=" + jsonl)
                .code())
        .isZero();
    JsonNode row = new ObjectMapper().readTree(Files.readAllLines(jsonl).getFirst());
    assertThat(row.fieldNames())
        .toIterable()
        .containsExactly("text", "pair", "label", "score", "scores");
    assertThat(row.get("pair").textValue()).isEqualTo(SECOND.getFirst());
    assertThat(classify("--input=" + jsonl).out()).isEqualTo(expected);
  }

  private static String rows(String lines) {
    return lines.replace("\t", "\t7\t");
  }

  private static String expected() throws IOException {
    List<String> rows = new ArrayList<>();
    try (TextClassifier classifier = TextClassifier.load(Path.of(MODEL))) {
      for (Classification result : classifier.classify(FIRST, SECOND)) {
        rows.add(result.label() + "\t" + result.score() + "\n");
      }
    }
    return String.join("", rows);
  }

  @Test
  void a_table_of_texts_needs_no_labels() throws IOException {
    Path csv = Files.writeString(temp.resolve("texts.csv"), "id,review\n1,hello world\n");
    assertThat(classify("--text-column=review", "--input=" + csv).out())
        .isEqualTo(classify("hello world").out());
  }

  @Test
  void a_regression_writes_its_number_and_no_label() throws IOException {
    float number;
    try (TextClassifier model = TextClassifier.load(Path.of(REGRESSION))) {
      number = model.classify("hello", "dog").score();
    }
    String[] args = {"classify", "--model", REGRESSION, "--pairs", "hello", "dog", "--format", "x"};
    args[7] = "text";
    assertThat(bantam(args).out()).isEqualTo(number + "\n");
    args[7] = "csv";
    assertThat(bantam(args).out()).isEqualTo("text,pair,score\nhello,dog," + number + "\n");
    args[7] = "jsonl";
    assertThat(bantam(args).out())
        .isEqualTo("{\"text\": \"hello\", \"pair\": \"dog\", \"score\": " + number + "}\n");
  }

  @Test
  void nothing_to_classify_is_an_empty_table() {
    assertThat(withInput("", "classify", "--model", MODEL, "--format=csv").out())
        .isEqualTo("text,label,score\n");
  }

  @Test
  void pairs_that_are_none_are_refused_with_their_place() throws IOException {
    Path lines = Files.writeString(temp.resolve("pairs.txt"), "a\tb\na\tb\tc\n");
    assertBad(
        lines + ": line 2: 3 fields, expected 2 texts with a tab between them",
        "--pairs",
        "--input=" + lines);
    Path jsonl = temp.resolve("pairs.jsonl");
    Files.writeString(jsonl, "{\"text\": \"a\", \"pair\": \"b\"}\n\n{\"text\": \"a\"}\n");
    assertBad(jsonl + ": line 3: no field 'pair', unlike the first object", "--input=" + jsonl);
    Files.writeString(jsonl, "{\"text\": \"a\"}\n{\"text\": \"a\", \"pair\": \"b\"}\n");
    assertBad(jsonl + ": line 2: a field 'pair', unlike the first object", "--input=" + jsonl);
    Files.writeString(jsonl, "{\"text\": \"a\", \"pair\": 3}\n");
    assertBad(
        jsonl + ": line 1: expected one JSON object with a string in its field 'pair'",
        "--input=" + jsonl);
  }

  @Test
  void a_model_without_a_head_is_refused() {
    String encoder = golden("st-mean-normalize").toString();
    assertThat(bantam("classify", "--model", encoder, "hello"))
        .isEqualTo(
            new Run(
                2,
                "",
                "bantam: %s: the model has no classification head; expected one trained for a task\n"
                    .formatted(encoder)));
  }

  @Test
  void options_that_make_no_sense() {
    assertUsage(
        "--pairs: expected two texts for each pair, got 3 in all", "--pairs", "a", "b", "c");
    assertUsage("--pair-column needs --text-column too", "--pair-column=b", "a");
    assertUsage("--text-column is for --input FILE", "--text-column=a", "hello");
    assertUsage("--pairs and --text-column exclude each other", "--pairs", "--text-column=a");
    assertUsage(
        "--pairs is for arguments and lines; in .jsonl a field 'pair' makes a pair",
        "--pairs",
        "--input=" + temp.resolve("a.jsonl"));
  }

  private static Run classify(String... more) {
    List<String> args = new ArrayList<>(List.of("classify", "--model", MODEL));
    args.addAll(List.of(more));
    return bantam(args.toArray(String[]::new));
  }

  private static void assertBad(String message, String... options) {
    assertThat(classify(options)).isEqualTo(new Run(2, "", "bantam: " + message + "\n"));
  }

  private static void assertUsage(String message, String... options) {
    assertBad(message + "\nSee 'bantam classify --help'.", options);
  }
}

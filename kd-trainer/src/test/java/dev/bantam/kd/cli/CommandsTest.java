package dev.bantam.kd.cli;

import static dev.bantam.kd.cli.Run.bantam;
import static dev.bantam.kd.cli.Run.golden;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.bert.TextClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All commands but {@code embed}, on tiny checkpoints. */
class CommandsTest {
  private static final String ENCODER = golden("st-mean-normalize").toString();
  private static final String CLASSIFIER = golden("bert-classification").toString();

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Sentences of the checkpoint's golden file, with scores that are made up. */
  private static final String PAIRS =
      """
      index\tsentence1\tsentence2\tscore
      0\thello world\tThe quick brown fox jumps over the lazy dog.\t1.5
      1\thello world\tCafé crème, déjà vu!\t0.0
      2\tThe quick brown fox jumps over the lazy dog.\tCafé crème, déjà vu!\t1.5
      3\tunaffable 日本 🙂 running\t%s\t4.2
      4\t%s\tit's 3.14 (roughly)\t3.0
      5\tit's 3.14 (roughly)\tit's 3.14 (roughly)\t5.0
      """
          .replace(
              "%s",
              "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
                  + " fifteen");

  @TempDir Path temp;

  @Test
  void similarity_is_the_cosine_of_the_reference() throws IOException {
    String[] texts = {"hello world", "The quick brown fox jumps over the lazy dog."};
    assertThat(bantam("similarity", "--model", ENCODER, texts[0], texts[1]))
        .isEqualTo(new Run(0, "0.8669\n", ""));
    Run json = bantam("similarity", "--model", ENCODER, "--json", texts[0], texts[1]);
    assertThat(JSON.readTree(json.out()).get("similarity").doubleValue())
        .isCloseTo(0.8669291641456007, within(1e-5));
  }

  @Test
  void evaluate_prints_what_scipy_computes_of_the_reference() throws IOException {
    Path file = Files.writeString(temp.resolve("dev.tsv"), PAIRS);
    // scipy.stats.pearsonr and spearmanr of the cosines of the reference's embeddings.
    String expected = "examples        6\npearson     57.60\nspearman    69.57\n";
    assertThat(bantam("evaluate", "--task", "STS-B", "--model", ENCODER, "--data", file.toString()))
        .isEqualTo(new Run(0, expected, ""));
    assertThat(bantam("evaluate", "--task=sts-b", "--model=" + ENCODER, "--data=" + temp))
        .isEqualTo(new Run(0, expected, ""));
    Run run = bantam("evaluate", "--task=STS-B", "--model=" + ENCODER, "--data=" + temp, "--json");
    JsonNode json = JSON.readTree(run.out());
    assertThat(json.get("task").textValue()).isEqualTo("STS-B");
    assertThat(json.get("examples").intValue()).isEqualTo(6);
    assertThat(json.get("pearson").doubleValue()).isCloseTo(57.60104806650198, within(0.01));
    assertThat(json.get("spearman").doubleValue()).isCloseTo(69.57252427829381, within(1e-9));
  }

  @Test
  void evaluate_reads_the_split_that_is_named() throws IOException {
    Files.writeString(temp.resolve("test.tsv"), PAIRS);
    String[] args = {
      "evaluate", "--task=STS-B", "--model=" + ENCODER, "--data=" + temp, "--split", "test"
    };
    assertThat(bantam(args).code()).isZero();
    args[5] = "train";
    assertThat(bantam(args))
        .isEqualTo(
            new Run(
                2,
                "",
                "bantam: %s: not found; expected a file of STS-B\n"
                    .formatted(temp.resolve("train.tsv"))));
  }

  @Test
  void a_correlation_that_there_is_not_is_null() throws IOException {
    Path file =
        Files.writeString(
            temp.resolve("dev.tsv"), "sentence1\tsentence2\tscore\na\tb\t1\nb\tc\t1\n");
    Run run = bantam("evaluate", "--task=STS-B", "--model=" + ENCODER, "--data=" + file, "--json");
    assertThat(JSON.readTree(run.out()).get("spearman").isNull()).isTrue();
  }

  @Test
  void classify_writes_the_label_and_its_score() throws IOException {
    String text = "say \"hello\", world";
    TextClassifier.Classification expected;
    try (TextClassifier classifier = TextClassifier.load(Path.of(CLASSIFIER))) {
      expected = classifier.classify(text);
    }
    assertThat(expected.label()).isEqualTo("positive");
    Run jsonl = bantam("classify", "--model", CLASSIFIER, "--format", "jsonl", text);
    JsonNode row = JSON.readTree(jsonl.out());
    assertThat(row.fieldNames()).toIterable().containsExactly("text", "label", "score", "scores");
    assertThat(row.get("text").textValue()).isEqualTo(text);
    assertThat(row.get("label").textValue()).isEqualTo("positive");
    assertThat(row.get("score").floatValue()).isEqualTo(expected.score());
    assertThat(bantam("classify", "--model", CLASSIFIER, text).out())
        .isEqualTo("positive\t" + expected.score() + "\n");
    assertThat(bantam("classify", "--model", CLASSIFIER, "--format", "csv", text).out())
        .isEqualTo(
            "text,label,score\n\"say \"\"hello\"\", world\",positive," + expected.score() + "\n");
  }

  @Test
  void inspect_lists_tensors_and_totals() throws IOException {
    Run table = bantam("inspect", ENCODER);
    assertThat(table.code()).isZero();
    assertThat(table.lines().getFirst().split(" +"))
        .containsExactly("tensor", "shape", "dtype", "parameters", "bytes");
    assertThat(table.out())
        .containsPattern(
            "embeddings\\.word_embeddings\\.weight +\\[107, 24\\] +F32 +2,568 +10,272\n");
    assertThat(table.lines().getLast())
        .isEqualTo(
            "bert: 2 layers, 4 heads, hidden 24, intermediate 40 (gelu), vocabulary 107,"
                + " positions 40");

    JsonNode json = JSON.readTree(bantam("inspect", "--json", ENCODER).out());
    long parameters = 0;
    long bytes = 0;
    for (JsonNode tensor : json.get("tensors")) {
      long elements = 1;
      for (JsonNode size : tensor.get("shape")) {
        elements *= size.longValue();
      }
      assertThat(tensor.get("parameters").longValue()).isEqualTo(elements);
      parameters += elements;
      bytes += tensor.get("bytes").longValue();
    }
    assertThat(json.get("parameters").longValue()).isEqualTo(parameters).isGreaterThan(10_000);
    assertThat(json.get("bytes").longValue()).isEqualTo(bytes);
  }

  @Test
  void inspect_takes_shards_and_single_files() {
    String sharded = golden("bert-sharded").toString();
    assertThat(bantam("inspect", sharded).out()).contains("embeddings.word_embeddings.weight");
    Run file = bantam("inspect", sharded + "/model-00001-of-00003.safetensors");
    assertThat(file.code()).isZero();
    assertThat(file.out()).doesNotContain("hidden");
  }

  @Test
  void fetch_refuses_what_cannot_be_a_model() {
    Run run = bantam("fetch", "../model");
    assertThat(run.err()).startsWith("bantam: repository '../model', expected ").hasLineCount(1);
    assertThat(run.code()).isEqualTo(2);
  }

  @Test
  void import_refuses_what_is_no_model() throws IOException {
    Path source = Files.writeString(temp.resolve("model.onnx"), "not a model");
    Path target = temp.resolve("imported");
    Run run = bantam("import", source.toString(), "--output", target.toString());
    assertThat(run.err()).startsWith("bantam: " + source + ": ").hasLineCount(1);
    assertThat(run.code()).isEqualTo(2);
    assertThat(target).doesNotExist();
    assertThat(bantam("import", ENCODER + "/none.onnx", "--output", target.toString()).code())
        .isEqualTo(2);
    assertThat(bantam("import", source.toString(), "--output", ENCODER))
        .isEqualTo(
            new Run(
                2,
                "",
                "bantam: " + ENCODER + ": exists already; an import does not replace files\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "embed",
        "similarity",
        "classify",
        "evaluate",
        "train",
        "inspect",
        "fetch",
        "import"
      })
  void every_command_has_help_with_an_example(String command) {
    Run run = bantam(command, "--help");
    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("Usage: bantam " + command).contains("\n  bantam " + command);
    assertThat(run.lines()).allMatch(line -> line.length() <= 100).hasSizeLessThan(60);
  }

  @Test
  void help_lists_the_commands() {
    assertThat(bantam("--help").out())
        .contains(
            List.of(
                "embed",
                "similarity",
                "classify",
                "evaluate",
                "train",
                "inspect",
                "fetch",
                "import"));
  }

  @Test
  void version_says_what_runs() {
    Run run = bantam("--version");
    assertThat(run.code()).isZero();
    assertThat(run.out()).matches("bantam \\d+\\.\\d+.*\nJDK 2.*\n");
  }
}

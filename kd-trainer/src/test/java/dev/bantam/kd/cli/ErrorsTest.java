package dev.bantam.kd.cli;

import static dev.bantam.kd.cli.Run.bantam;
import static dev.bantam.kd.cli.Run.golden;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with the input is said in one line, and the exit code is 2. */
class ErrorsTest {
  private static final String MODEL = golden("st-mean-normalize").toString();

  @TempDir Path temp;

  @Test
  void an_input_file_that_does_not_exist() {
    Path file = temp.resolve("none.txt");
    assertBad(file + ": not found", "embed", "--model", MODEL, "--input", file.toString());
  }

  @Test
  void an_input_that_is_a_folder() {
    assertBad(
        temp + ": is a folder; expected a file of texts",
        "embed",
        "--model",
        MODEL,
        "--input",
        temp.toString());
  }

  @Test
  void a_model_that_does_not_exist() {
    assertBad("none: not found; expected a model folder", "embed", "--model", "none", "hello");
    assertBad("'': not found; expected a model folder", "embed", "--model", "", "hello");
  }

  @Test
  void a_model_of_the_hub_that_was_not_fetched() {
    assertBad(
        "no-such-org/model: no such folder, and no such model fetched;"
            + " 'bantam fetch no-such-org/model' does that",
        "embed",
        "--model",
        "no-such-org/model",
        "hello");
  }

  @Test
  void a_folder_that_is_no_model() {
    assertBad(
        temp + ": no config.json here; expected a model folder",
        "embed",
        "--model",
        temp.toString(),
        "hello");
  }

  @Test
  void weights_that_are_cut_off() throws IOException {
    Path model = copyOfModel();
    Path weights = model.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(bytes, bytes.length - 100));
    Run run = bantam("embed", "--model", model.toString(), "hello");
    assertThat(run.err()).startsWith("bantam: " + weights + ": ").hasLineCount(1);
    assertThat(run.code()).isEqualTo(2);
  }

  @Test
  void an_architecture_that_is_not_supported() throws IOException {
    Path model = copyOfModel();
    Path config = model.resolve("config.json");
    Files.writeString(config, Files.readString(config).replace("\"bert\"", "\"t5\""));
    Run run = bantam("embed", "--model", model.toString(), "hello");
    assertThat(run.err())
        .contains("model_type 't5' is not supported; supported: bert, distilbert")
        .hasLineCount(1);
    assertThat(run.code()).isEqualTo(2);
  }

  @Test
  void a_text_that_is_too_long_and_not_to_be_cut() throws IOException {
    Path file =
        Files.writeString(temp.resolve("long.txt"), "hello\n" + "one two ".repeat(100) + "\n");
    assertBad(
        file + ": line 2: 202 tokens, the model takes at most 16",
        "embed",
        "--model",
        MODEL,
        "--no-truncation",
        "--input",
        file.toString());
    assertBad(
        "text 1: 202 tokens, the model takes at most 16",
        "embed",
        "--model",
        MODEL,
        "--no-truncation",
        "one two ".repeat(100));
  }

  @Test
  void an_argument_that_is_not_utf8() throws IOException {
    Path command = temp.resolve("cmdline");
    Files.write(command, "java\0Main\0embed\0caf\u00e9\0".getBytes(StandardCharsets.ISO_8859_1));
    String[] args = {"embed", "caf\uFFFD"};
    assertThatThrownBy(() -> Arguments.check(args, command))
        .isInstanceOf(BadInputException.class)
        .hasMessage("argument 'caf\uFFFD': not valid UTF-8");
    Files.writeString(command, "java\0Main\0embed\0caf\u00e9\0");
    assertThatThrownBy(() -> Arguments.check(args, command))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("argument 'caf\u00e9': was not read as UTF-8; set LC_ALL=C.UTF-8");
    Files.writeString(command, "java\0Main\0embed\0caf\uFFFD\0");
    assertThatNoException().isThrownBy(() -> Arguments.check(args, command));
    assertThatNoException().isThrownBy(() -> Arguments.check(args, temp.resolve("none")));
  }

  @Test
  void a_line_that_is_not_utf8() throws IOException {
    Path file = temp.resolve("latin1.txt");
    Files.write(file, new byte[] {'a', '\n', 'b', '\n', 'c', (byte) 0xe9, '\n'});
    assertBad(
        file + ": line 3: not valid UTF-8", "embed", "--model", MODEL, "--input", file.toString());
  }

  @Test
  void a_line_that_is_no_object_with_a_text() throws IOException {
    Path file = temp.resolve("texts.jsonl");
    for (String line : List.of("[1]", "{\"text\": 3}", "{}", "{\"text\": \"a\"} {}", "\"a\"")) {
      Files.writeString(file, "{\"text\": \"a\"}\n" + line);
      assertBad(
          file + ": line 2: expected one JSON object with a string in its field 'text'",
          "embed",
          "--model",
          MODEL,
          "--input",
          file.toString());
    }
    Files.writeString(file, "{\"text\": \"a\n");
    Run run = bantam("embed", "--model", MODEL, "--input", file.toString());
    assertThat(run.err())
        .startsWith("bantam: " + file + ": line 1: not valid JSON: ")
        .hasLineCount(1);
    assertThat(run.code()).isEqualTo(2);
  }

  @Test
  void a_failed_run_leaves_the_output_as_it_was() throws IOException {
    Path input = temp.resolve("input.txt");
    Files.write(input, new byte[] {(byte) 0xff, '\n'});
    Path output = Files.writeString(temp.resolve("output.txt"), "from before");
    Run run = bantam("embed", "--model", MODEL, "--input", input.toString(), "--output=" + output);
    assertThat(run.code()).isEqualTo(2);
    assertThat(output).hasContent("from before");
    try (Stream<Path> files = Files.list(temp)) {
      assertThat(files).containsExactlyInAnyOrder(input, output);
    }
  }

  @Test
  void an_output_that_cannot_be_a_file() {
    assertBad(
        temp + ": is a folder; expected the name of a file",
        "embed",
        "--model",
        MODEL,
        "--output",
        temp.toString(),
        "hello");
    if (Files.isDirectory(Path.of("/proc"))) {
      assertThat(bantam("embed", "--model", MODEL, "--output", "/proc/x", "hello").err())
          .startsWith("bantam: /proc/x: cannot be written: ")
          .hasLineCount(1);
    }
    Path file = temp.resolve("none").resolve("vectors.txt");
    assertBad(
        file + ": its folder does not exist",
        "embed",
        "--model",
        MODEL,
        "--output",
        file.toString(),
        "hello");
  }

  @Test
  void an_option_that_there_is_not() {
    assertUsage("unknown option '--modle'", "embed", "embed", "--modle", MODEL, "hello");
  }

  @Test
  void options_that_make_no_sense() {
    assertUsage(
        "texts as arguments and --input exclude each other", "embed", "embed", "--input", "x", "y");
    assertUsage("--format npy needs --output FILE", "embed", "embed", "--format", "npy", "hello");
    assertUsage(
        "--threads: expected 1 or more, got 0", "embed", "embed", "--threads", "0", "hello");
    assertUsage(
        "--format npy is for vectors; expected text, jsonl or csv",
        "classify",
        "classify",
        "--model",
        MODEL,
        "--format",
        "npy",
        "hello");
    assertUsage(
        "--model is missing; the default model has no classes", "classify", "classify", "hello");
    assertUsage(
        "Missing required argument(s): --max-length=N",
        "import",
        "import",
        "a.onnx",
        "--output=b",
        "--pooling=mean");
    assertUsage(
        "--task: 'XYZ' is not known; known: CoLA, SST-2, MRPC, STS-B, QQP, MNLI, MNLI-mm, QNLI,"
            + " RTE, wordnet-nouns, wordnet-verbs, wordnet-pairs",
        "evaluate",
        "evaluate",
        "--task",
        "XYZ",
        "--data",
        temp.toString());
  }

  @Test
  void no_text_at_a_terminal() {
    Run run = Run.at(new ByteArrayInputStream(new byte[0]), true, "embed", "--model", MODEL);
    assertThat(run.err())
        .isEqualTo(
            """
            bantam: no text; give texts, --input FILE, or lines on standard input
            See 'bantam embed --help'.
            """);
    assertThat(run.code()).isEqualTo(2);
  }

  @Test
  void a_command_that_there_is_not() {
    Run run = bantam("embbed");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo(
            """
            bantam: unknown command 'embbed'; known: embed, similarity, classify, evaluate, train,\
             quantize, inspect, fetch, import
            See 'bantam --help'.
            """);
  }

  @Test
  void the_stack_trace_is_shown_on_request() {
    Run run = bantam("embed", "--debug", "--model", "none", "hello");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).startsWith("bantam: none: not found").contains("\tat dev.bantam.kd.cli.");
  }

  private static void assertBad(String message, String... args) {
    assertThat(bantam(args)).isEqualTo(new Run(2, "", "bantam: " + message + "\n"));
  }

  private static void assertUsage(String message, String command, String... args) {
    assertThat(bantam(args))
        .isEqualTo(
            new Run(2, "", "bantam: %s\nSee 'bantam %s --help'.\n".formatted(message, command)));
  }

  private Path copyOfModel() throws IOException {
    Path model = temp.resolve("model");
    Path original = Path.of(MODEL);
    List<Path> files;
    try (Stream<Path> walk = Files.walk(original)) {
      files = walk.toList();
    }
    for (Path file : files) {
      Files.copy(file, model.resolve(original.relativize(file).toString()));
    }
    return model;
  }
}

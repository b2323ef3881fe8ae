package dev.bantam.kd.cli;

import static dev.bantam.kd.cli.Run.bantam;
import static dev.bantam.kd.cli.Run.golden;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bantam quantize}, on tiny checkpoints. */
class QuantizeCommandTest {
  private static final Path MODEL = golden("bert-classification");

  @TempDir Path temp;
  private Path output;

  @BeforeEach
  void write_the_data() throws IOException {
    output = temp.resolve("out");
    String rows = "the lazy dog\t0\nthe quick fox jumps\t1\n".repeat(6);
    Files.writeString(temp.resolve("train.tsv"), "sentence\tlabel\n" + rows);
  }

  private Run quantize(Path model, String... more) {
    List<String> args = new ArrayList<>(List.of("quantize", "--model", model.toString()));
    args.addAll(List.of(more));
    return bantam(args.toArray(String[]::new));
  }

  private Run written(String... more) {
    List<String> args = new ArrayList<>(List.of("--output", output.toString()));
    args.addAll(List.of(more));
    return quantize(MODEL, args.toArray(String[]::new));
  }

  private Run calibrated(String... more) {
    List<String> args = new ArrayList<>(List.of("--task=SST-2", "--data=" + temp));
    args.addAll(List.of(more));
    return written(args.toArray(String[]::new));
  }

  private static Run bad(String message) {
    return new Run(2, "", "bantam: " + message + "\n");
  }

  private static void assertUsage(String message, Run run) {
    assertThat(run)
        .isEqualTo(new Run(2, "", "bantam: " + message + "\nSee 'bantam quantize --help'.\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bert-classification", "bert-regression", "distilbert-classification", "st-cls"})
  void what_it_writes_is_a_model(String name) {
    Path model = golden(name);
    Run run = quantize(model, "--output=" + output);
    assertThat(run.err()).isEmpty();
    assertThat(run.lines().getFirst()).matches("layer +scheme +parameters +bytes +SQNR dB");
    assertThat(run.lines().getLast()).matches("model.safetensors: .* bytes, was .* smaller\\)");
    String command = name.startsWith("st-") ? "embed" : "classify";
    assertThat(bantam(command, "--model", output.toString(), "the lazy dog").code()).isZero();
    assertThat(quantize(output, "--output=" + temp.resolve("again")))
        .isEqualTo(
            bad(
                output
                    + ": is compressed; a model is trained, or compressed, from what it was made"
                    + " of"));
  }

  @Test
  void ranges_of_static_inputs_are_shown_rule_by_rule() {
    Run run = calibrated("--inputs=static");
    assertThat(run.err()).isEmpty();
    assertThat(run.lines())
        .anyMatch(
            line ->
                line.matches(
                    "static input, output dB by +min_max +moving_average +percentile +entropy"
                        + " +least_squares +best"))
        .anyMatch(line -> line.matches("bert.pooler.dense( +[\\d.]+){5} +[a-z_]+"));
    Run one = calibrated("--inputs=static", "--range=entropy");
    assertThat(one.lines()).anyMatch(line -> line.matches("bert.pooler.dense +[\\d.]+ +entropy"));
  }

  @Test
  void sensitivity_shows_each_scheme_of_each_layer_and_writes_nothing() throws IOException {
    String[] task = {"--sensitivity", "--task=SST-2", "--data=" + temp};
    Run run = quantize(MODEL, task);
    assertThat(run.err()).isEmpty();
    assertThat(run.lines().getFirst())
        .matches("layer +scheme +bytes +weight dB +output dB +divergence");
    assertThat(run.lines().stream().filter(line -> line.startsWith("bert.pooler.dense ")))
        .hasSize(4)
        .anyMatch(
            line -> line.matches(".*int4 group 32, input float +336 +[\\d.]+ +[\\d.]+ +\\S+"));
    JsonNode json =
        new ObjectMapper()
            .readTree(quantize(MODEL, task[0], task[1], task[2], "--json").out())
            .get("costs");
    assertThat(json).hasSize(run.lines().size() - 1);
    assertThat(json.get(0).fieldNames())
        .toIterable()
        .containsExactly("name", "scheme", "bytes", "sqnr_db", "output_sqnr_db", "divergence");
    assertThat(output).doesNotExist();
  }

  @Test
  void a_budget_mixes_schemes() throws IOException {
    Run run = calibrated("--budget-mb=0.033");
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("int4 group").contains("int8 per channel, input dynamic");
    assertThat(Files.size(output.resolve("model.safetensors"))).isLessThanOrEqualTo(33_000);
    assertThat(bantam("classify", "--model", output.toString(), "the lazy dog").code()).isZero();
    assertThat(calibrated("--budget-divergence=1").out()).doesNotContain("int8");
  }

  @Test
  void a_budget_that_cannot_be_kept_is_refused() {
    assertThat(calibrated("--budget-mb=0.001").err())
        .matches(
            "bantam: budget: the smallest choices take [\\d,]+ bytes, expected at most 1,000\n");
    Run run = calibrated("--budget-divergence=1e-12");
    assertThat(run.err())
        .matches("bantam: budget: the best choices diverge by .*, expected at most 1.00e-12\n");
    assertThat(run.code()).isEqualTo(2);
    assertThat(output).doesNotExist();
  }

  @Test
  void arguments_that_make_no_sense_are_refused() {
    assertUsage("--output is missing: the folder for the model", quantize(MODEL));
    assertUsage("--sensitivity writes no model; expected no --output", calibrated("--sensitivity"));
    assertUsage(
        "--sensitivity, --budget-mb and --budget-divergence exclude each other",
        calibrated("--budget-mb=1", "--budget-divergence=1"));
    assertUsage("--budget-mb: expected a number above 0, got 0.0", calibrated("--budget-mb=0"));
    assertUsage("--budget-mb: expected a number above 0, got NaN", calibrated("--budget-mb=NaN"));
    assertUsage(
        "a budget chooses the weights; expected no --weights, --group-size, --embeddings or"
            + " --smooth",
        calibrated("--budget-mb=1", "--weights=int4"));
    assertUsage("quantization: a range is for inputs that are static", written("--range=entropy"));
    assertUsage(
        "quantization: weights of type nf4 are multiplied with floats; expected input float",
        written("--weights=nf4", "--inputs=dynamic"));
    assertUsage(
        "quantization: smoothing is for inputs that are rounded, and weights rounded to nearest",
        written("--weights=int4", "--smooth"));
    assertUsage("weight scheme: fp8_e4m3 has no zero point", fp8("--asymmetric"));
    assertUsage(
        "--group-size: expected a number from 1, channel or tensor, got '0'",
        fp8("--group-size=0"));
    assertUsage(
        "--samples: expected 1 or more, got 0", calibrated("--inputs=static", "--samples=0"));
    assertUsage("--data is missing: the folder with the files of SST-2", noData());
    assertThat(output).doesNotExist();
  }

  private Run fp8(String option) {
    return written("--weights=fp8_e4m3", option);
  }

  private Run noData() {
    return written("--inputs=static", "--task=SST-2");
  }

  @Test
  void data_without_texts_are_refused() throws IOException {
    Path train = temp.resolve("train.tsv");
    Files.writeString(train, "sentence\tlabel\n");
    assertThat(calibrated("--inputs=static"))
        .isEqualTo(bad("no texts to calibrate with in the train split; expected some"));
    Files.move(train, temp.resolve("dev.tsv"));
    assertThat(calibrated("--inputs=static"))
        .isEqualTo(bad(train + ": not found; expected a file of SST-2"));
    assertThat(output).doesNotExist();
  }

  @Test
  void weights_that_are_not_finite_are_refused_by_name() throws IOException {
    Path model = Files.createDirectories(temp.resolve("damaged"));
    try (var files = Files.list(MODEL)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, model.resolve(file.getFileName().toString()));
      }
    }
    Path weights = model.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    Arrays.fill(bytes, bytes.length - 4, bytes.length, (byte) 0xFF); // the last float is NaN
    Files.write(weights, bytes);
    Run run = quantize(model, "--output=" + output);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .matches("bantam: .*damaged: an element of '.*' is NaN; expected finite weights\n");
    assertThat(output).doesNotExist();
  }

  @Test
  void an_output_that_is_the_model_or_a_file_is_refused() throws IOException {
    assertThat(quantize(MODEL, "--output=" + MODEL))
        .isEqualTo(bad(MODEL + ": is the model itself; expected another folder"));
    Files.createFile(output);
    assertThat(written()).isEqualTo(bad(output + ": is not a folder"));
  }
}

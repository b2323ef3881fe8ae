package dev.bantam.kd.cli;

import static dev.bantam.kd.cli.Run.bantam;
import static dev.bantam.kd.cli.Run.golden;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command that takes a model, with a quantized one. */
class QuantizedModelCommandsTest {
  private static final String TEXT = "The quick brown fox jumps over the lazy dog.";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path models;
  private static String encoder;
  private static String classifier;

  @TempDir Path temp;

  @BeforeAll
  static void quantize() {
    encoder = quantized("st-mean-normalize", "encoder", "--weights=int4", "--embeddings=int8");
    classifier = quantized("bert-classification", "classifier");
  }

  private static String quantized(String name, String folder, String... options) {
    String output = models.resolve(folder).toString();
    String[] args = new String[options.length + 3];
    args[0] = "quantize";
    args[1] = "--model=" + golden(name);
    args[2] = "--output=" + output;
    System.arraycopy(options, 0, args, 3, options.length);
    Run run = bantam(args);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    return output;
  }

  @Test
  void embed_and_similarity() throws IOException {
    Run run = bantam("embed", "--model", encoder, "--format", "jsonl", TEXT);
    assertThat(run.err()).isEmpty();
    assertThat(JSON.readTree(run.out()).get("embedding")).hasSize(24);
    Run same = bantam("similarity", "--model", encoder, TEXT, TEXT);
    assertThat(same).isEqualTo(new Run(0, "1.0000\n", ""));
    double similarity =
        Double.parseDouble(bantam("similarity", "--model", encoder, "hello world", TEXT).out());
    assertThat(similarity).isBetween(0.82, 0.92); // 0.8669 of the model
  }

  @Test
  void classify_and_evaluate() throws IOException {
    Run run = bantam("classify", "--model", classifier, TEXT);
    assertThat(run.code()).isZero();
    String label = run.out().substring(0, run.out().indexOf('\t'));
    Path table = temp.resolve("table.tsv");
    Files.writeString(table, "text\tlabel\n" + (TEXT + "\t" + label + "\n").repeat(3));
    Run evaluated =
        bantam(
            "evaluate",
            "--model=" + classifier,
            "--compare=" + golden("bert-classification"),
            "--data=" + table,
            "--text-column=text",
            "--label-column=label");
    assertThat(evaluated.err()).doesNotContain("error");
    assertThat(evaluated.code()).isZero();
    assertThat(evaluated.out()).contains("examples");
  }

  @Test
  void inspect_shows_layers_with_scheme_size_and_noise() {
    Run run = bantam("inspect", encoder);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.lines().getFirst().split("  +"))
        .containsExactly("tensor or layer", "shape", "type", "parameters", "bytes", "SQNR dB");
    assertThat(run.out())
        .containsPattern(
            "embeddings\\.word_embeddings +\\[107, 24] +int8 per row +2,568 +2,996 +4\\d\\.\\d\n")
        // 24 x 24 halves of bytes, 24 scales of 2 bytes, 24 biases of 4
        .containsPattern(
            "encoder\\.layer\\.0\\.attention\\.self\\.query +\\[24, 24] +int4 group 32, input float"
                + " +600 +432 +\\d+\\.\\d\n")
        .containsPattern("embeddings\\.LayerNorm\\.weight +\\[24] +F32 +24 +96\n")
        .containsPattern("all int4 group 32, input float +int4 group 32, input float +[\\d,]+ +")
        .doesNotContain("weight_scale")
        .containsPattern("\n\\d\\.\\d\\dx smaller than in F32\nbert: 2 layers, ");
  }

  @Test
  void inspect_tells_the_kernels_of_this_machine_when_asked() throws IOException {
    Run run = bantam("inspect", "--kernels", encoder);
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .containsPattern("\nlayers +shape +1 row +16 rows +128 rows +kernel\n")
        .containsPattern("\n9 +\\[24, 24](?: +\\d+\\.\\d\\dx){3} +int4 x fp32")
        .contains("measured here on one thread")
        .containsPattern("\n\nbert: 2 layers, ");
    assertThat(bantam("inspect", encoder).out()).doesNotContain("measured");
    JsonNode kernels =
        JSON.readTree(bantam("inspect", "--kernels", "--json", classifier).out()).get("kernels");
    assertThat(kernels).hasSize(3);
    assertThat(kernels.get(0).get("kernel").textValue()).startsWith("int8 x int8");
    assertThat(kernels.get(0).get("shape").toString()).isEqualTo("[24,24]");
    assertThat(kernels.get(0).get("layers").intValue()).isEqualTo(9);
    for (JsonNode kernel : kernels) {
      assertThat(kernel.get("speedup").fieldNames()).toIterable().containsExactly("1", "16", "128");
      kernel.get("speedup").forEach(ratio -> assertThat(ratio.doubleValue()).isPositive());
    }
    Run file = bantam("inspect", "--kernels", encoder + "/model.safetensors");
    assertThat(file.err())
        .isEqualTo(
            "bantam: "
                + encoder
                + "/model.safetensors: no model to load; expected a folder for --kernels\n");
    assertThat(file.code()).isEqualTo(2);
  }

  @Test
  void inspect_counts_the_parameters_of_the_model_it_was_made_of() throws IOException {
    JsonNode json = JSON.readTree(bantam("inspect", "--json", encoder).out());
    JsonNode model =
        JSON.readTree(bantam("inspect", "--json", golden("st-mean-normalize").toString()).out());
    assertThat(json.get("parameters")).isEqualTo(model.get("parameters"));
    assertThat(model.has("layers")).isFalse();
    long bytes = 0;
    for (JsonNode tensor : json.get("tensors")) {
      bytes += tensor.get("bytes").longValue();
    }
    assertThat(json.get("bytes").longValue()).isEqualTo(bytes);
    JsonNode layer = json.get("layers").get(0);
    assertThat(layer.fieldNames())
        .toIterable()
        .containsExactly("name", "scheme", "parameters", "bytes", "sqnr_db");
    assertThat(json.get("layers").size()).isEqualTo(3 + 2 * 6 + 1);
    for (JsonNode each : json.get("layers")) {
      assertThat(each.get("sqnr_db").doubleValue()).isBetween(15.0, 60.0);
    }
  }

  @Test
  void inspect_says_that_nothing_reads_a_format_and_lists_the_tensors() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("model"));
    for (String name : List.of("model.safetensors", "config.json")) {
      Files.copy(Path.of(encoder, name), folder.resolve(name));
    }
    Path config = folder.resolve("config.json");
    Files.writeString(config, Files.readString(config).replace("\"quantized\"", "\"folded\""));
    Run run = bantam("inspect", folder.toString());
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("weight_scale");
    assertThat(run.lines().getLast())
        .startsWith("cannot be run: " + config + ": compression.layers.")
        .endsWith("nothing on the path reads 'folded'");
    Run embed = bantam("embed", "--model", folder.toString(), TEXT);
    assertThat(embed.code()).isEqualTo(2);
    assertThat(embed.err()).endsWith("nothing on the path reads 'folded'\n").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "quantize"})
  void what_changes_a_model_takes_the_one_it_was_made_of(String command) throws IOException {
    Path data = Files.createDirectory(temp.resolve("data"));
    for (String split : List.of("train", "dev")) {
      Files.writeString(
          data.resolve(split + ".tsv"), "sentence\tlabel\nhello world\t0\none two\t1\n");
    }
    Path output = temp.resolve("output");
    String[] args =
        command.equals("train")
            ? new String[] {
              "train",
              "--model=" + classifier,
              "--output=" + output,
              "--task=SST-2",
              "--data=" + data
            }
            : new String[] {"quantize", "--model=" + classifier, "--output=" + output};
    assertThat(bantam(args))
        .isEqualTo(
            new Run(
                2,
                "",
                "bantam: "
                    + classifier
                    + ": is compressed; a model is trained, or compressed, from what it was made"
                    + " of\n"));
    assertThat(output).doesNotExist();
  }
}

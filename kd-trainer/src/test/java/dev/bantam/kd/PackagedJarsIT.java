package dev.bantam.kd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.bantam.bert.TextEncoder;
import dev.bantam.kd.compress.Quantization;
import dev.bantam.quant.WeightType;
import dev.bantam.quant.model.QuantizationRecipe;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged jars, used as somebody else's program uses them: {@code consumer} is compiled
 * against the jars and run in a JVM of its own, on the module path and on the class path, with and
 * without the Vector API.
 */
class PackagedJarsIT {
  private static final Path MODEL =
      Path.of("../bert/src/test/resources/dev/bantam/bert/goldens/st-mean-normalize");
  private static final String TEXT = "A bantam is a small hen.";
  private static final String VECTOR_API = "jdk.incubator.vector";
  private static final String MODULES =
      "dev.bantam.bert dev.bantam.nn dev.bantam.quant dev.bantam.safetensors dev.bantam.tensor";

  @TempDir private static Path classes;
  @TempDir private static Path quantized;
  private static String path;

  /** What a run of the consumer printed. */
  private record Run(Path model, int code, List<Float> embedding, String modules, String log) {}

  @BeforeAll
  static void compile_the_consumer() throws Exception {
    String jars =
        System.getProperty("bantam.jar")
            + File.pathSeparator
            + Files.readString(Path.of(System.getProperty("bantam.runtime-path")));
    path = classes + File.pathSeparator + jars;

    Path sources = Path.of(PackagedJarsIT.class.getResource("/consumer").toURI());
    ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
    int status =
        javac.run(
            System.out,
            System.err,
            "-Xlint:-incubating",
            "--module-path=" + jars,
            "-d",
            classes.toString(),
            sources.resolve("module-info.java").toString(),
            sources.resolve("Consumer.java").toString());
    assertThat(status).isZero();

    Quantization.of(QuantizationRecipe.of(WeightType.INT8)).quantize(MODEL, quantized, List.of());
  }

  @Test
  void on_the_module_path_a_program_gets_the_modules_it_requires_and_theirs() throws Exception {
    Run run = onModulePath();
    assertThat(run.modules()).isEqualTo(MODULES);
    assertEmbeddingIn(run);
  }

  @Test
  void on_the_module_path_the_vector_api_is_added_by_a_flag() throws Exception {
    Run run = onModulePath("--add-modules", VECTOR_API);
    assertThat(run.modules()).isEqualTo(MODULES + " " + VECTOR_API);
    assertThat(run.log()).contains("kernels: ");
    assertEmbeddingIn(run);
  }

  @Test
  void on_the_class_path_no_flag_is_needed_and_the_log_tells_what_is_lost() throws Exception {
    Run run = onClassPath();
    assertThat(run.modules()).isEmpty();
    assertThat(run.log()).contains("kernels: scalar");
    assertEmbeddingIn(run);
  }

  @Test
  void on_the_class_path_the_vector_api_is_added_by_a_flag() throws Exception {
    Run run = onClassPath("--add-modules", VECTOR_API);
    assertThat(run.modules()).isEqualTo(VECTOR_API);
    assertEmbeddingIn(run);
  }

  @Test
  void a_quantized_model_needs_its_artifact_on_the_path_and_nothing_else() throws Exception {
    for (String[] options : new String[][] {{}, {"--add-modules", VECTOR_API}}) {
      assertEmbeddingIn(run(path, true, quantized, options));
      assertEmbeddingIn(run(path, false, quantized, options));
    }
  }

  @Test
  void without_the_artifact_the_error_names_it() throws Exception {
    String without =
        Stream.of(path.split(File.pathSeparator))
            .filter(jar -> !jar.contains("bantam-quant") && !jar.contains("bantam-kd"))
            .collect(Collectors.joining(File.pathSeparator));
    for (boolean modules : new boolean[] {true, false}) {
      Run run = run(without, modules, quantized);
      assertThat(run.code()).isNotZero();
      assertThat(run.log())
          .contains(
              "nothing on the path reads 'quantized';"
                  + " add the artifact dev.bantam:bantam-quant-int8-int4");
      assertEmbeddingIn(run(without, modules, MODEL));
    }
  }

  /** Whether it is what this JVM computes; rounded inputs make more of its other kernels. */
  private static void assertEmbeddingIn(Run run) throws Exception {
    assertThat(run.code()).as(run.log()).isZero();
    try (TextEncoder encoder = TextEncoder.load(run.model())) {
      float[] expected = encoder.embed(TEXT);
      assertThat(run.embedding()).hasSize(expected.length);
      for (int i = 0; i < expected.length; i++) {
        assertThat(run.embedding().get(i))
            .isCloseTo(expected[i], within(run.model().equals(MODEL) ? 1e-5f : 0.02f));
      }
    }
  }

  private static Run onModulePath(String... options) throws Exception {
    return run(path, true, MODEL, options);
  }

  private static Run onClassPath(String... options) throws Exception {
    return run(path, false, MODEL, options);
  }

  private static Run run(String path, boolean modules, Path model, String... options)
      throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(
        modules
            ? List.of("--module-path=" + path, "--module=consumer/consumer.Consumer")
            : List.of("--class-path=" + path, "consumer.Consumer"));
    command.addAll(List.of(model.toString(), TEXT));
    Path log = classes.resolve("log");
    Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    process.getOutputStream().close();
    String[] lines = new String(process.getInputStream().readAllBytes(), UTF_8).split("\n", -1);
    int code = process.waitFor();

    int values = Math.max(0, lines.length - 2); // then the modules, and nothing after that line
    var embedding = new ArrayList<Float>();
    for (int i = 0; i < values; i++) {
      embedding.add(Float.valueOf(lines[i]));
    }
    return new Run(model, code, embedding, lines[values], Files.readString(log));
  }
}

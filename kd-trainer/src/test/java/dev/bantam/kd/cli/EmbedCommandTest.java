package dev.bantam.kd.cli;

import static dev.bantam.kd.cli.Run.bantam;
import static dev.bantam.kd.cli.Run.golden;
import static dev.bantam.kd.cli.Run.withInput;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.bert.TextEncoder;
import dev.bantam.safetensors.Checkpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bantam embed} on a tiny checkpoint. */
class EmbedCommandTest {
  private static final Path MODEL = golden("st-mean-normalize");
  private static final Path TEXTS = MODEL.resolve("texts.txt");
  private static final int DIMENSION = 24;
  private static final int NPY_HEADER = 128;

  @TempDir Path temp;

  @Test
  void lines_of_a_file_become_the_vectors_of_the_reference() throws IOException {
    Run run = bantam("embed", "--model", MODEL.toString(), "--input", TEXTS.toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    float[] actual = floats(String.join(" ", run.lines()), " ");
    try (Checkpoint expected = Checkpoint.open(MODEL.resolve("golden.safetensors"))) {
      float[] rows = expected.floats("embeddings");
      assertThat(run.lines()).hasSize(rows.length / DIMENSION);
      for (int i = 0; i < rows.length; i++) {
        assertThat(actual[i]).isCloseTo(rows[i], within(1e-4f));
      }
    }
  }

  @Test
  void texts_come_from_arguments_a_file_or_standard_input() throws IOException {
    List<String> texts = List.of("hello world", "it's 3.14 (roughly)");
    String lines = String.join("\n", texts);
    Path file = Files.writeString(temp.resolve("texts.txt"), lines);
    Run arguments = bantam("embed", "--model", MODEL.toString(), texts.get(0), texts.get(1));
    assertThat(arguments.code()).isZero();
    assertThat(arguments.lines()).isEqualTo(expected(texts));
    assertThat(bantam("embed", "--model", MODEL.toString(), "--input", file.toString()))
        .isEqualTo(arguments);
    assertThat(withInput(lines, "embed", "--model", MODEL.toString())).isEqualTo(arguments);
    assertThat(withInput(lines, "embed", "--model", MODEL.toString(), "--input", "-"))
        .isEqualTo(arguments);
  }

  @Test
  void texts_of_a_jsonl_file_are_in_the_field_text() throws IOException {
    Path file =
        Files.writeString(
            temp.resolve("texts.jsonl"),
            """
            {"id": 1, "more": {"text": "not this one"}, "text": "hello world"}

            {"text": "caf\\u00e9\\nabc"}
            """);
    Run run = bantam("embed", "--model", MODEL.toString(), "--input", file.toString());
    assertThat(run.code()).isZero();
    assertThat(run.lines()).isEqualTo(expected(List.of("hello world", "café\nabc")));
  }

  @Test
  void a_lone_surrogate_is_the_replacement_character() throws IOException {
    Path file = Files.writeString(temp.resolve("texts.jsonl"), "{\"text\": \"a\\ud800b😀\"}\n");
    Run run =
        bantam("embed", "--model", MODEL.toString(), "--format", "csv", "--input", file.toString());
    assertThat(run.lines().getLast()).startsWith("a\uFFFDb😀,");
  }

  @Test
  void jsonl_has_an_object_for_each_text_in_the_order_of_the_input() throws IOException {
    Run run =
        bantam(
            "embed", "--model", MODEL.toString(), "--input", TEXTS.toString(), "--format", "jsonl");
    List<String> texts = Files.readAllLines(TEXTS);
    assertThat(run.lines()).hasSameSizeAs(texts);
    ObjectMapper json = new ObjectMapper();
    for (int i = 0; i < texts.size(); i++) {
      JsonNode row = json.readTree(run.lines().get(i));
      assertThat(row.fieldNames()).toIterable().containsExactly("text", "embedding");
      assertThat(row.get("text").textValue()).isEqualTo(texts.get(i));
      List<String> components = new ArrayList<>();
      row.get("embedding").forEach(component -> components.add(component.asText()));
      assertThat(floats(String.join(" ", components), " ")).isEqualTo(embed(texts.get(i)));
    }
  }

  @Test
  void csv_is_quoted_where_it_must_be() throws IOException {
    List<String> texts = List.of("plain", "a, b", "say \"hi\"", "two\nlines", " spaces ");
    Run run = bantam(args("embed", "--model", MODEL.toString(), "--format", "csv", texts));
    StringBuilder expected = new StringBuilder("text");
    for (int i = 0; i < DIMENSION; i++) {
      expected.append(',').append(i);
    }
    expected.append('\n');
    List<String> fields =
        List.of("plain", "\"a, b\"", "\"say \"\"hi\"\"\"", "\"two\nlines\"", " spaces ");
    for (int i = 0; i < texts.size(); i++) {
      String vector = expected(List.of(texts.get(i))).getFirst().replace(' ', ',');
      expected.append(fields.get(i)).append(',').append(vector).append('\n');
    }
    assertThat(run.out()).isEqualTo(expected.toString());
  }

  @Test
  void npy_is_what_numpy_writes() throws IOException {
    Path file = temp.resolve("vectors.npy");
    Run run =
        bantam(
            "embed",
            "--model",
            MODEL.toString(),
            "--input",
            TEXTS.toString(),
            "--format",
            "npy",
            "--output",
            file.toString());
    assertThat(run).isEqualTo(new Run(0, "", ""));
    byte[] bytes = Files.readAllBytes(file);
    // What numpy.save writes before float32 values of shape (7, 24).
    String header =
        "NUMPY\1\0\166\0{'descr': '<f4', 'fortran_order': False, 'shape': (7, 24), }"
            + " ".repeat(57)
            + "\n";
    assertThat(new String(bytes, 1, NPY_HEADER - 1, StandardCharsets.ISO_8859_1)).isEqualTo(header);
    assertThat(bytes[0]).isEqualTo((byte) 0x93);
    float[] values = new float[7 * DIMENSION];
    assertThat(bytes).hasSize(NPY_HEADER + values.length * Float.BYTES);
    ByteBuffer.wrap(bytes, NPY_HEADER, bytes.length - NPY_HEADER)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values);
    List<String> texts = Files.readAllLines(TEXTS);
    for (int i = 0; i < texts.size(); i++) {
      assertThat(Arrays.copyOfRange(values, i * DIMENSION, (i + 1) * DIMENSION))
          .isEqualTo(embed(texts.get(i)));
    }
  }

  @Test
  void no_text_gives_no_vector() throws IOException {
    Path empty = Files.createFile(temp.resolve("empty.txt"));
    Path file = temp.resolve("vectors.npy");
    assertThat(bantam("embed", "--model", MODEL.toString(), "--input", empty.toString()))
        .isEqualTo(new Run(0, "", ""));
    assertThat(bantam("embed", "--model", MODEL.toString(), "--format=npy", "--output=" + file))
        .isEqualTo(new Run(0, "", ""));
    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).contains("'shape': (0, 24)");
  }

  @Test
  void the_number_of_threads_changes_nothing() {
    String[] two = {"embed", "--model", MODEL.toString(), "--threads", "2", "hello world", "a"};
    String[] one = two.clone();
    one[4] = "1";
    assertThat(bantam(two)).isEqualTo(bantam(one));
  }

  @Test
  void results_are_written_before_the_input_has_ended_and_a_closed_pipe_ends_quietly() {
    InputStream endless =
        new InputStream() {
          private int position;

          @Override
          public int read() {
            return "hello world\n".charAt(position++ % 12);
          }

          @Override
          public int read(byte[] bytes, int offset, int length) {
            for (int i = 0; i < length; i++) {
              bytes[offset + i] = (byte) read();
            }
            return length;
          }
        };
    OutputStream head =
        new OutputStream() {
          private int written;

          @Override
          public void write(int b) throws IOException {
            if (++written > 100_000) {
              throw new IOException("Broken pipe");
            }
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal = new Terminal(endless, head, new PrintStream(err), false, false);
    assertThat(Main.execute(terminal, "embed", "--model", MODEL.toString())).isZero();
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void a_full_disk_is_a_failure_for_vectors_and_for_help() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    for (String[] args :
        List.of(
            new String[] {"embed", "--model", MODEL.toString(), "hello"},
            new String[] {"embed", "--help"})) {
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      InputStream none = InputStream.nullInputStream();
      Terminal terminal = new Terminal(none, full, new PrintStream(err), false, false);
      assertThat(Main.execute(terminal, args)).isEqualTo(1);
      assertThat(err.toString(StandardCharsets.UTF_8))
          .isEqualTo("bantam: No space left on device\n");
    }
  }

  @Test
  void batches_keep_the_order_of_the_input() throws IOException {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 700; i++) {
      texts.add("one two three ".repeat(i % 5) + i);
    }
    Path file = Files.write(temp.resolve("texts.txt"), texts);
    Run run =
        bantam("embed", "--model", MODEL.toString(), "--input", file.toString(), "--format=csv");
    assertThat(run.lines().stream().skip(1).map(line -> line.substring(0, line.indexOf(','))))
        .isEqualTo(texts);
  }

  private static List<String> expected(List<String> texts) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String text : texts) {
      List<String> components = new ArrayList<>();
      for (float component : embed(text)) {
        components.add(Float.toString(component));
      }
      lines.add(String.join(" ", components));
    }
    return lines;
  }

  private static float[] embed(String text) throws IOException {
    try (TextEncoder encoder = TextEncoder.load(MODEL)) {
      return encoder.embed(text);
    }
  }

  private static float[] floats(String line, String separator) {
    String[] parts = line.split(separator);
    float[] values = new float[parts.length];
    for (int i = 0; i < parts.length; i++) {
      values[i] = Float.parseFloat(parts[i]);
    }
    return values;
  }

  private static String[] args(
      String a, String b, String c, String d, String e, List<String> texts) {
    List<String> args = new ArrayList<>(List.of(a, b, c, d, e));
    args.addAll(texts);
    return args.toArray(String[]::new);
  }
}

package dev.bantam.kd.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.kd.metrics.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetTest {
  private static final TableOptions OPTIONS = TableOptions.ofText("text").withLabel("label");

  @TempDir Path folder;

  @Test
  void an_index_finds_every_row_of_every_format() throws IOException {
    List<Dataset> datasets = new ArrayList<>();
    StringBuilder csv = new StringBuilder("\uFEFFlabel,text\r\n");
    StringBuilder tsv = new StringBuilder("label\ttext\n\n");
    StringBuilder json = new StringBuilder("\n");
    for (int i = 0; i < 300; i++) {
      csv.append(i % 3).append(",\"é\r\n").append(i).append("\n\"\"\n\"\r\n");
      tsv.append(i % 3).append("\t\uFEFFrow ").append("\"x".repeat(i % 50)).append("\n\n");
      json.append("{\"label\": %d, \"text\": \"\uD83D\uDE00 %d\"}\r\n".formatted(i % 3, i));
    }
    datasets.add(open("a.csv", csv.toString()));
    datasets.add(open("a.tsv", tsv.toString()));
    datasets.add(open("a.jsonl", json.toString()));
    for (Dataset dataset : datasets) {
      List<Example> all = dataset.readAll();
      assertThat(all).hasSize(300).isEqualTo(dataset.readAll());
      try (IndexedDataset index = dataset.index()) {
        assertThat(index.size()).isEqualTo(300);
        for (int row : Shuffle.order(300, 1)) {
          assertThat(index.get(row)).isEqualTo(all.get(row));
        }
        assertThatThrownBy(() -> index.get(300)).isInstanceOf(IndexOutOfBoundsException.class);
      }
    }
  }

  @Test
  void an_index_finds_the_first_row_of_a_file_without_a_header() throws IOException {
    Path file = Files.writeString(folder.resolve("a.tsv"), "\uFEFFa\t1\t\tx\nb\t0\t\ty\n");
    try (IndexedDataset index = GlueTask.COLA.open(file).index()) {
      assertThat(index.size()).isEqualTo(2);
      assertThat(index.get(1)).isEqualTo(new Example("y", null, 0));
      assertThat(index.get(0)).isEqualTo(new Example("x", null, 1));
    }
  }

  @Test
  void threads_may_read_an_index_together() throws IOException {
    StringBuilder content = new StringBuilder("text,label\n");
    for (int i = 0; i < 2000; i++) {
      content.append("row ").append(i).append(",x\n");
    }
    try (IndexedDataset index = open("a.csv", content.toString()).index()) {
      List<String> texts =
          IntStream.range(0, 2000).parallel().mapToObj(row -> text(index, row)).toList();
      assertThat(texts).isEqualTo(IntStream.range(0, 2000).mapToObj(row -> "row " + row).toList());
    }
  }

  @Test
  void a_file_that_is_changed_under_an_index_is_noticed() throws IOException {
    Path file = folder.resolve("a.csv");
    Dataset dataset = open("a.csv", "text,label\nlong enough,x\nb,y\n");
    String message = file + ": was changed while it was in use";
    try (IndexedDataset index = dataset.index()) {
      Files.writeString(file, "text,label\nlong enough,z\nb,y\n");
      assertThatThrownBy(() -> index.get(0)).hasMessage(message);
      Files.writeString(file, "text,label\n");
      assertThatThrownBy(() -> index.get(1)).hasMessage(message);
    }
  }

  @Test
  void reading_says_how_far_it_is() throws IOException {
    try (ExampleReader reader = open("a.csv", "text,label\na,x\nb,y\n").read()) {
      assertThat(reader.fraction()).isLessThan(1);
      reader.next();
      reader.next();
      assertThat(reader.fraction()).isEqualTo(1);
      assertThat(reader.next()).isNull();
      assertThat(reader.next()).isNull();
    }
  }

  @Test
  void an_order_has_every_row_once_and_depends_on_the_seed_alone() {
    int[] order = Shuffle.order(1000, 5);
    assertThat(order).isEqualTo(Shuffle.order(1000, 5)).isNotEqualTo(Shuffle.order(1000, 6));
    assertThat(Arrays.stream(order).sorted().toArray())
        .isEqualTo(IntStream.range(0, 1000).toArray());
    assertThat(Shuffle.order(0, 5)).isEmpty();
    assertThat(Shuffle.order(8, 1)).isEqualTo(new int[] {5, 4, 7, 6, 2, 0, 3, 1});
  }

  @Test
  void every_order_is_as_likely() {
    int[] seen = new int[3 * 3 * 3];
    for (int seed = 0; seed < 6000; seed++) {
      int[] order = Shuffle.order(3, seed);
      seen[9 * order[0] + 3 * order[1] + order[2]]++;
    }
    assertThat(Arrays.stream(seen).filter(n -> n > 0)).hasSize(6).allMatch(n -> n > 850);
  }

  @Test
  void labels_are_matched_to_a_models_by_name() throws IOException {
    Dataset dataset = classes("entailment", "neutral", "contradiction");
    Dataset relabelled =
        dataset.withLabels(List.of("CONTRADICTION", "ENTAILMENT", "other", "NEUTRAL"));
    assertThat(relabelled.task().labels()).hasSize(4);
    assertThat(indices(relabelled)).containsExactly(1.0, 3.0, 0.0, Example.NO_LABEL);
    try (IndexedDataset index = relabelled.index()) {
      assertThat(index.size()).isEqualTo(4);
      assertThat(index.task()).isEqualTo(relabelled.task());
      assertThat(index.get(2).labelIndex()).isZero();
    }
    assertThat(dataset.withLabels(dataset.task().labels())).isSameAs(dataset);
  }

  @Test
  void a_name_in_the_same_case_comes_before_one_in_another() throws IOException {
    assertThat(indices(classes("a", "B").withLabels(List.of("A", "a", "b"))))
        .containsExactly(1.0, 2.0, Example.NO_LABEL);
  }

  @Test
  void a_model_without_names_takes_the_order_of_the_task() throws IOException {
    assertThat(indices(classes("no", "yes").withLabels(List.of("LABEL_0", "LABEL_1"))))
        .containsExactly(0.0, 1.0, Example.NO_LABEL);
    assertThatThrownBy(
            () -> classes("no", "yes").withLabels(List.of("LABEL_0", "LABEL_1", "LABEL_2")))
        .hasMessage("t: label 'no' is none of the model's [LABEL_0, LABEL_1, LABEL_2]");
  }

  @Test
  void a_label_that_a_model_does_not_know_is_named() {
    assertThatThrownBy(() -> classes("no", "maybe").withLabels(List.of("yes", "no")))
        .isInstanceOf(DataFormatException.class)
        .hasMessage("t: label 'maybe' is none of the model's [yes, no]");
    assertThatThrownBy(() -> classes("a", "A").withLabels(List.of("b", "a")))
        .hasMessage("t: labels 'a' and 'A' are both 'a' among the model's [b, a]");
    assertThatThrownBy(
            () -> GlueTask.STS_B.open(Files.createFile(folder.resolve("s"))).withLabels(List.of()))
        .hasMessage("STS-B: a regression has no labels to match");
  }

  @Test
  void a_task_that_makes_no_sense_is_refused() {
    assertThatThrownBy(() -> task(TaskType.CLASSIFICATION, List.of("a", "a"), 1))
        .hasMessage("t: a label twice in [a, a]");
    assertThatThrownBy(() -> task(TaskType.REGRESSION, List.of("a"), 1))
        .hasMessage("t: a regression with labels [a]");
    assertThatThrownBy(() -> task(TaskType.REGRESSION, List.of(), 3))
        .hasMessage("t: text columns [x, x, x], expected one or two");
  }

  /** An example of each label, and one without. */
  private static Dataset classes(String... labels) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      examples.add(new Example("text", null, i));
    }
    examples.add(new Example("text", null, Example.NO_LABEL));
    return Dataset.of(task(TaskType.CLASSIFICATION, List.of(labels), 1), examples);
  }

  private static Task task(TaskType type, List<String> labels, int columns) {
    return new Task(
        "t", type, List.of("x", "x", "x").subList(0, columns), labels, List.of(Metric.ACCURACY));
  }

  private static List<Double> indices(Dataset dataset) throws IOException {
    return dataset.readAll().stream().map(Example::label).toList();
  }

  private static String text(IndexedDataset index, int row) {
    try {
      return index.get(row).text();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Dataset open(String name, String content) throws IOException {
    return Tables.open(Files.writeString(folder.resolve(name), content), OPTIONS);
  }
}

package dev.bantam.kd.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.kd.metrics.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TablesTest {
  private static final TableOptions TEXT = TableOptions.ofText("text");
  private static final TableOptions LABELLED = TEXT.withLabel("label");

  @TempDir Path folder;

  @Test
  void labels_are_those_of_the_file_sorted() throws IOException {
    Dataset dataset = open("a.csv", "text,label\nx,sport\ny,art\nz,sport\n", LABELLED);
    assertThat(dataset.task())
        .isEqualTo(
            new Task(
                "a.csv",
                TaskType.CLASSIFICATION,
                List.of("text"),
                List.of("art", "sport"),
                List.of(Metric.ACCURACY, Metric.MACRO_F1)));
    assertThat(dataset.readAll())
        .containsExactly(example("x", 1), example("y", 0), example("z", 1));
  }

  @Test
  void labels_that_are_numbers_are_sorted_as_numbers() throws IOException {
    assertThat(open("a.csv", "text,label\nx,10\ny,9\nz,-1\n", LABELLED).task().labels())
        .containsExactly("-1", "9", "10");
    assertThat(open("b.csv", "text,label\nx,10\ny,9\nz,a\n", LABELLED).task().labels())
        .containsExactly("10", "9", "a");
  }

  @Test
  void labels_that_are_given_keep_their_order_and_others_are_unknown() throws IOException {
    TableOptions options = LABELLED.withLabels(List.of("sport", "news", "art"));
    Dataset dataset = open("a.tsv", "label\ttext\nart\tx\nSport\ty\n", options);
    assertThat(dataset.task().labels()).containsExactly("sport", "news", "art");
    assertThatThrownBy(dataset::readAll)
        .isInstanceOf(DataFormatException.class)
        .hasMessage(
            folder.resolve("a.tsv")
                + ": line 3: 'Sport' in column 'label', known labels: [sport, news, art]");
  }

  @Test
  void scores_make_a_regression() throws IOException {
    TableOptions options = TEXT.withPair("other").withScore("score");
    Dataset dataset =
        open("a.jsonl", "{\"score\": 1.5, \"other\": \"b\", \"text\": \"a\"}\n\n", options);
    assertThat(dataset.task().type()).isEqualTo(TaskType.REGRESSION);
    assertThat(dataset.task().metrics()).containsExactly(Metric.PEARSON, Metric.SPEARMAN);
    assertThat(dataset.readAll()).containsExactly(new Example("a", "b", 1.5));
  }

  @Test
  void texts_may_be_without_labels() throws IOException {
    Dataset dataset = open("a.csv", "text\nx\n\n\"y,\"\n\"\"\n", TEXT);
    assertThat(dataset.readAll())
        .containsExactly(
            example("x", Example.NO_LABEL),
            example("y,", Example.NO_LABEL),
            example("", Example.NO_LABEL)); // as "" is no blank line
    assertThat(dataset.task().outputs()).isZero();
    assertThatThrownBy(() -> dataset.readAll().getFirst().labelIndex())
        .hasMessage("label NaN is no index of a label");
  }

  @Test
  void quotes_of_csv_may_hold_commas_lines_and_quotes() throws IOException {
    assertThat(
            texts(
                """
                id,text,label
                1,"a, b",x
                2,"first
                second ""quoted""
                ",x
                3,plain "quote",x
                4,"",x
                5,,x
                """))
        .containsExactly("a, b", "first\nsecond \"quoted\"\n", "plain \"quote\"", "", "");
    assertThat(texts("text,label\r\n\"a\r\nb\",x\r\nc,x")).containsExactly("a\r\nb", "c");
  }

  @Test
  void broken_quotes_are_named_by_the_line_they_open_in() {
    assertRefused(
        "a.csv",
        "text,label\na,x\n\"b,x\nc,x\n",
        "line 3: field 1: a quote is opened and not closed");
    assertRefused(
        "a.csv",
        "text,label\na,\"x\" y\n",
        "line 2: field 2: text after the closing quote, expected a comma");
  }

  @Test
  void a_row_with_other_fields_is_named_by_its_first_line() {
    assertRefused(
        "a.csv", "text,label\n\"a\nb\",x\n\"c\nd\",x,y\n", "line 4: 3 fields, expected 2");
    assertRefused("a.tsv", "text\tlabel\na\n", "line 2: 1 fields, expected 2");
  }

  @Test
  void quotes_of_tsv_are_text() throws IOException {
    assertThat(open("a.tsv", "text\tlabel\n\"a\tx\n", LABELLED).readAll())
        .containsExactly(example("\"a", 0));
  }

  @Test
  void a_byte_order_mark_and_carriage_returns_are_no_part_of_names_or_texts() throws IOException {
    assertThat(open("a.csv", "\uFEFFtext,label\r\na,x\r\n", LABELLED).readAll())
        .containsExactly(example("a", 0));
    assertThat(open("a.jsonl", "\uFEFF{\"text\": \"a\", \"label\": 7}\r\n", LABELLED).readAll())
        .containsExactly(example("a", 0));
  }

  @Test
  void missing_columns_are_named_with_those_that_are_there() {
    assertRefused("a.csv", "Text,label\na,x\n", "no column 'text'; the header has [Text, label]");
    assertRefused("a.csv", "text\na\n", "no column 'label'; the header has [text]");
    assertRefused(
        "a.csv",
        "text,text,label\n",
        "column 'text' is there twice; the header has [text, text, label]");
    assertRefused(
        "a.jsonl",
        "{\"Text\": \"a\", \"n\": {}}\n",
        "line 1: no field 'text'; the object has [Text, n]");
  }

  @Test
  void files_without_rows_are_refused_where_they_tell_the_labels() {
    assertRefused("a.csv", "", "empty; expected a header and rows");
    assertRefused("a.csv", "text,label\n", "no rows; expected some, to tell the labels");
    assertRefused("a.jsonl", "", "no rows; expected some, to tell the labels");
    assertRefused("a.csv", "text,label\na,x\nb,\n", "line 3: no label in column 'label'");
  }

  @Test
  void a_column_with_too_many_labels_is_taken_for_something_else() {
    StringBuilder content = new StringBuilder("text,label\n");
    for (int i = 0; i <= 10_000; i++) {
      content.append("a,").append(i / 8.0).append('\n');
    }
    assertRefused(
        "a.csv",
        content.toString(),
        "column 'label' has more than 10,000 labels; are they scores?");
  }

  @Test
  void broken_json_is_named_by_its_line() {
    String good = "{\"text\": \"a\", \"label\": \"x\"}\n";
    assertThatThrownBy(() -> open("a.jsonl", good + "{\"text\": \n", LABELLED))
        .hasMessageStartingWith(folder.resolve("a.jsonl") + ": line 2: not valid JSON: ");
    assertRefused("a.jsonl", good + "[1]\n", "line 2: expected one JSON object");
    assertRefused("a.jsonl", good + "{\"text\": 1}\n", "line 2: expected a string in field 'text'");
    assertRefused(
        "a.jsonl",
        good + "{\"text\": \"a\", \"label\": [1]}\n",
        "line 2: expected a string or a number in field 'label'");
    assertRefused(
        "a.jsonl",
        "{\"text\": \"a\", \"label\": 1} {}\n",
        "line 1: expected one JSON object, found more after it");
    assertRefused(
        "a.jsonl", "{\"text\": \"a\", \"label\": null}\n", "line 1: field 'label' is null");
  }

  @Test
  void an_unknown_extension_is_refused() {
    assertRefused("a.parquet", "x", "expected a name that ends in .tsv, .csv, .jsonl or .txt");
  }

  @Test
  void all_splits_of_a_folder_have_the_labels_of_the_training_split() throws IOException {
    write("train.csv", "text,label\na,y\nb,z\n");
    write("dev.jsonl", "{\"text\": \"c\", \"label\": \"z\"}\n");
    write("test.tsv", "text\tlabel\nd\tx\n");
    Corpus corpus = Tables.in(folder, LABELLED);
    assertThat(corpus.task().labels()).containsExactly("y", "z");
    assertThat(corpus.split(Split.DEV).readAll()).containsExactly(example("c", 1));
    assertThatThrownBy(() -> corpus.split(Split.TEST).readAll())
        .hasMessageEndingWith("test.tsv: line 2: 'x' in column 'label', known labels: [y, z]");
  }

  @Test
  void splits_that_are_missing_or_there_twice_are_named() throws IOException {
    assertThatThrownBy(() -> Tables.in(folder, LABELLED))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("expected a train, dev or test file");
    Path train = write("train.csv", "text,label\na,y\n");
    Corpus corpus = Tables.of(Map.of(Split.TRAIN, train), LABELLED);
    assertThat(corpus.has(Split.DEV)).isFalse();
    assertThatThrownBy(() -> corpus.split(Split.DEV))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("no dev split, only [train]");
    write("train.tsv", "text\tlabel\na\ty\n");
    assertThatThrownBy(() -> Tables.in(folder, LABELLED))
        .hasMessage(folder + ": train.tsv and train.csv, expected one of them");
  }

  private List<String> texts(String csv) throws IOException {
    return open("a.csv", csv, LABELLED).readAll().stream().map(Example::text).toList();
  }

  private void assertRefused(String name, String content, String message) {
    assertThatThrownBy(() -> open(name, content, LABELLED).readAll())
        .isInstanceOf(DataFormatException.class)
        .hasMessage(folder.resolve(name) + ": " + message);
  }

  private Dataset open(String name, String content, TableOptions options) throws IOException {
    return Tables.open(write(name, content), options);
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private static Example example(String text, double label) {
    return new Example(text, null, label);
  }
}

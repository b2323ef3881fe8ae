package dev.bantam.kd.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.kd.metrics.Metric;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GlueTaskTest {
  private static final String STS_B =
      "index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1\tsentence2\tscore\n";
  private static final String SHORT_STS_B = "index\tsentence1\tsentence2\tscore\n";
  private static final String QQP = "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n";

  @TempDir Path folder;

  @Test
  void a_task_is_found_by_its_name() {
    for (GlueTask task : GlueTask.values()) {
      assertThat(GlueTask.byName(task.toString())).contains(task);
    }
    assertThat(GlueTask.byName("sst-2")).contains(GlueTask.SST_2);
    assertThat(GlueTask.byName("mnli-MM")).contains(GlueTask.MNLI_MISMATCHED);
    assertThat(GlueTask.byName("STS")).isEmpty();
  }

  @Test
  void tasks_have_the_metrics_of_the_benchmark() {
    assertThat(GlueTask.COLA.task().metrics()).containsExactly(Metric.MATTHEWS);
    assertThat(GlueTask.MRPC.task().metrics()).containsExactly(Metric.ACCURACY, Metric.F1);
    assertThat(GlueTask.QQP.task().metrics()).containsExactly(Metric.ACCURACY, Metric.F1);
    assertThat(GlueTask.STS_B.task().metrics()).containsExactly(Metric.PEARSON, Metric.SPEARMAN);
    for (GlueTask task : List.of(GlueTask.SST_2, GlueTask.MNLI, GlueTask.QNLI, GlueTask.RTE)) {
      assertThat(task.task().metrics()).containsExactly(Metric.ACCURACY);
    }
  }

  @Test
  void sst_2_is_of_single_texts() throws IOException {
    assertThat(dev(GlueTask.SST_2, "sentence\tlabel\nhide it \t0\na \"joy\"\t1\n"))
        .containsExactly(example("hide it ", 0), example("a \"joy\"", 1));
    assertThat(GlueTask.SST_2.task().labels()).containsExactly("negative", "positive");
    assertThat(GlueTask.SST_2.task().isPaired()).isFalse();
    assertThat(GlueTask.SST_2.task().outputs()).isEqualTo(2);
  }

  @Test
  void cola_has_no_header() throws IOException {
    assertThat(dev(GlueTask.COLA, "gj04\t1\t\tThey slept.\nbc01\t0\t*\tThem slept.\n"))
        .containsExactly(example("They slept.", 1), example("Them slept.", 0));
    assertThatThrownBy(() -> dev(GlueTask.COLA, "gj04\t1\tThey slept.\n"))
        .hasMessageEndingWith("dev.tsv: line 1: 3 fields, expected 4");
  }

  @Test
  void the_test_split_of_cola_has_a_header_and_no_labels() throws IOException {
    write("test.tsv", "index\tsentence\n0\tThey slept.\n");
    assertThat(GlueTask.COLA.in(folder).split(Split.TEST).readAll())
        .containsExactly(example("They slept.", Example.NO_LABEL));
  }

  @Test
  void mrpc_has_columns_with_signs_in_their_names_and_a_byte_order_mark() throws IOException {
    assertThat(
            dev(
                GlueTask.MRPC,
                "\uFEFFQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\r\n"
                    + "1\t7\t8\tHe ran .\t\" Ran .\r\n"))
        .containsExactly(new Example("He ran .", "\" Ran .", 1));
    assertThat(GlueTask.MRPC.task().isPaired()).isTrue();
  }

  @Test
  void the_labels_of_rte_and_qnli_are_words() throws IOException {
    assertThat(dev(GlueTask.RTE, "index\tsentence1\tsentence2\tlabel\n0\ta\tb\tnot_entailment\n"))
        .containsExactly(new Example("a", "b", 1));
    assertThat(dev(GlueTask.QNLI, "index\tquestion\tsentence\tlabel\n0\ta\tb\tentailment\n"))
        .containsExactly(new Example("a", "b", 0));
  }

  @Test
  void sts_b_has_scores() throws IOException {
    assertThat(dev(GlueTask.STS_B, STS_B + "0\tg\tf\ty\t0\ts\ts\t\"a, b\tc's \"d\" \t3.250\r\n"))
        .containsExactly(new Example("\"a, b", "c's \"d\" ", 3.25));
    assertThat(GlueTask.STS_B.task().outputs()).isEqualTo(1);
  }

  @Test
  void a_single_file_may_be_csv_or_jsonl() throws IOException {
    Example example = new Example("a, b", "c\td", 3.25);
    Path csv = write("x.csv", "sentence1,sentence2,score\n\"a, b\",c\td,3.25\n");
    assertThat(GlueTask.STS_B.open(csv).readAll()).containsExactly(example);
    Path json =
        write("x.jsonl", "{\"sentence1\":\"a, b\",\"sentence2\":\"c\\td\",\"score\":3.25}\n");
    assertThat(GlueTask.STS_B.open(json).readAll()).containsExactly(example);
  }

  @Test
  void mnli_has_two_dev_splits_and_one_for_training() throws IOException {
    String header = "index\tpairID\tsentence1\tsentence2\tgold_label\n";
    write("train.tsv", header + "0\t1\ta\tb\tneutral\n");
    write("dev_matched.tsv", header + "0\t1\tc\td\tentailment\n");
    write("dev_mismatched.tsv", header + "0\t1\te\tf\tcontradiction\n");
    Corpus matched = GlueTask.MNLI.in(folder);
    Corpus mismatched = GlueTask.MNLI_MISMATCHED.in(folder);
    assertThat(matched.split(Split.TRAIN).readAll()).containsExactly(new Example("a", "b", 1));
    assertThat(mismatched.split(Split.TRAIN).readAll()).containsExactly(new Example("a", "b", 1));
    assertThat(matched.split(Split.DEV).readAll()).containsExactly(new Example("c", "d", 0));
    assertThat(mismatched.split(Split.DEV).readAll()).containsExactly(new Example("e", "f", 2));
    assertThat(matched.has(Split.TEST)).isFalse();
  }

  @Test
  void broken_rows_of_qqp_are_passed_over_with_one_warning() throws IOException {
    write("dev.tsv", QQP + "1\t2\t3\twhat\twhy\t0\n4\t5\t6\tbroken\nrest\t1\n7\t8\t9\ta\tb\t1\n");
    Dataset dev = GlueTask.QQP.in(folder).split(Split.DEV);
    Logger logger = Logger.getLogger(FileDataset.class.getName());
    Messages messages = new Messages();
    logger.addHandler(messages);
    logger.setUseParentHandlers(false);
    try {
      Example first = new Example("what", "why", 0);
      Example second = new Example("a", "b", 1);
      assertThat(dev.readAll()).containsExactly(first, second);
      try (IndexedDataset index = dev.index()) {
        assertThat(index.size()).isEqualTo(2);
        assertThat(index.get(1)).isEqualTo(second);
        assertThat(index.get(0)).isEqualTo(first);
      }
    } finally {
      logger.removeHandler(messages);
      logger.setUseParentHandlers(true);
    }
    assertThat(messages.text)
        .hasToString(
            folder.resolve("dev.tsv") + ": passed over 2 malformed rows, the first in line 3\n");
  }

  @Test
  void only_a_test_split_may_be_without_labels() throws IOException {
    write("test.tsv", "index\tsentence\n0\ta\n");
    write("dev.tsv", "index\tsentence\n0\ta\n");
    Corpus sst = GlueTask.SST_2.in(folder);
    assertThat(sst.split(Split.TEST).readAll().getFirst().hasLabel()).isFalse();
    assertThatThrownBy(() -> sst.split(Split.DEV).readAll())
        .isInstanceOf(DataFormatException.class)
        .hasMessageEndingWith("dev.tsv: no column 'label'; the header has [index, sentence]");
  }

  @Test
  void an_unknown_label_is_named_with_its_line() {
    assertThatThrownBy(() -> dev(GlueTask.SST_2, "sentence\tlabel\na\t0\n\nb\t2\n"))
        .hasMessageEndingWith("dev.tsv: line 4: '2' in column 'label', known labels: [0, 1]");
  }

  @Test
  void a_row_with_other_fields_is_refused() throws IOException {
    assertRefused(SHORT_STS_B + "0\ta\tb\t1\n1\ta\tb\n", "line 3: 3 fields, expected 4");
  }

  @Test
  void a_score_that_is_no_number_is_refused() throws IOException {
    for (String score : List.of("high", "", "NaN", "Infinity", "1e300")) {
      assertRefused(
          SHORT_STS_B + "0\ta\tb\t" + score + "\n",
          "line 2: '" + score + "' in column 'score', expected a number");
    }
  }

  @Test
  void a_header_without_the_columns_is_refused() throws IOException {
    assertRefused("a\tb\n1\t2\n", "no column 'sentence1'; the header has [a, b]");
    assertRefused("", "empty; expected a header and rows");
  }

  @Test
  void what_is_not_utf8_is_refused() throws IOException {
    Files.write(
        folder.resolve("dev.tsv"),
        (SHORT_STS_B + "0\té\tb\t1\n").getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> GlueTask.STS_B.in(folder).split(Split.DEV).readAll())
        .hasMessageEndingWith("dev.tsv: line 2: not valid UTF-8");
  }

  @Test
  void a_missing_file_is_named() {
    assertThatThrownBy(() -> GlueTask.STS_B.in(folder).split(Split.TEST))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("test.tsv");
  }

  private List<Example> dev(GlueTask task, String content) throws IOException {
    write("dev.tsv", content);
    return task.in(folder).split(Split.DEV).readAll();
  }

  private static Example example(String text, double label) {
    return new Example(text, null, label);
  }

  private void assertRefused(String content, String message) throws IOException {
    Path file = write("dev.tsv", content);
    assertThatThrownBy(() -> GlueTask.STS_B.open(file).readAll())
        .isInstanceOf(DataFormatException.class)
        .hasMessage(file + ": " + message);
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private static final class Messages extends Handler {
    private final StringBuilder text = new StringBuilder();

    @Override
    public void publish(LogRecord logged) {
      text.append(new SimpleFormatter().formatMessage(logged)).append('\n');
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}

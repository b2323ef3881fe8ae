package dev.bantam.kd.cli;

import static dev.bantam.kd.cli.Run.bantam;
import static dev.bantam.kd.cli.Run.golden;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.kd.data.TableOptions;
import dev.bantam.kd.data.Tables;
import dev.bantam.kd.train.Trainer;
import dev.bantam.kd.train.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bantam train}, on a tiny checkpoint. */
class TrainCommandTest {
  private static final Path MODEL = golden("bert-classification");

  @TempDir Path temp;
  private Path output;

  @BeforeEach
  void write_the_data() throws IOException {
    output = temp.resolve("out");
    StringBuilder rows = new StringBuilder("sentence\tlabel\n");
    for (int i = 0; i < 24; i++) {
      rows.append(i % 2 == 0 ? "the lazy dog\t0\n" : "the quick fox jumps\t1\n");
    }
    Files.writeString(temp.resolve("train.tsv"), rows);
    Files.writeString(temp.resolve("dev.tsv"), rows);
  }

  private Run train(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("train", "--model", MODEL.toString(), "--output", output.toString()));
    args.addAll(List.of(more));
    return bantam(args.toArray(String[]::new));
  }

  private Run sst2(String... more) {
    List<String> args = new ArrayList<>(List.of("--task", "SST-2", "--data", temp.toString()));
    args.addAll(List.of(more));
    return train(args.toArray(String[]::new));
  }

  @Test
  void the_model_it_writes_classifies_as_well_as_it_says() throws IOException {
    Run run = sst2("--epochs=20", "--batch-size=4", "--lr=3e-3", "--seed=1", "--quiet");
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .matches("steps +120\nbest step +\\d+\ndev loss +0\\.\\d{4}\naccuracy +100\\.00\n");
    Run classified = bantam("classify", "--model", output.toString(), "the lazy dog");
    assertThat(classified.out()).startsWith("negative\t");
  }

  @Test
  void a_model_trained_for_4_bits_is_stored_in_them_and_is_as_good_as_it_says() throws IOException {
    for (String steps : List.of("--learn-steps", "--inputs=dynamic")) {
      output = temp.resolve("out" + steps);
      Run run =
          sst2(
              "--quantize=int4",
              "--group-size=channel",
              steps,
              "--epochs=6",
              "--batch-size=4",
              "--lr=3e-3",
              "--seed=1",
              "--quiet");
      assertThat(run.err()).isEmpty();
      assertThat(run.out()).containsPattern("accuracy +100\\.00\n");
      assertThat(bantam("inspect", output.toString()).out()).contains("int4");
      Run evaluated =
          bantam("evaluate", "--model", output.toString(), "--task=SST-2", "--data", "" + temp);
      assertThat(evaluated.out()).contains("100.00");
    }
  }

  @Test
  void json_has_the_metrics_and_standard_error_each_evaluation() throws IOException {
    Run run = sst2("--epochs=2", "--json", "--eval-every=1");
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly(
            "task", "steps", "best_step", "examples", "loss", "accuracy", "tokens", "seconds");
    assertThat(json.get("examples").intValue()).isEqualTo(24);
    assertThat(run.err().lines())
        .hasSize(2)
        .allMatch(line -> line.matches("bantam: step \\d: dev accuracy .*, loss \\d.*"));
  }

  @Test
  void tables_of_ones_own_are_learned_by_column() throws IOException {
    Path train =
        Files.writeString(
            temp.resolve("own.csv"), "topic,text\nanimal,the dog\nfruit,over the\n".repeat(1));
    Run run =
        train("--data", train.toString(), "--text-column=text", "--label-column=topic", "--quiet");
    assertThat(run).isEqualTo(new Run(0, "steps                   2\n", ""));
    assertThat(bantam("classify", "--model", output.toString(), "the dog").out())
        .matches("(animal|fruit)\t.*\n");
  }

  @Test
  void masked_tokens_are_learned_from_lines_of_text() throws IOException {
    Path text = Files.writeString(temp.resolve("own.txt"), "the lazy dog\nthe quick fox\n");
    Run run = train("--masked-lm", "--data", text.toString(), "--dev", text.toString(), "--quiet");
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("masked_accuracy");
    assertThat(output.resolve("config.json")).content().contains("BertForMaskedLM");
  }

  @Test
  void what_diverged_says_what_to_do_and_that_works() throws IOException {
    String[] hot = {"--epochs=9", "--batch-size=4", "--lr=1e30", "--eval-every=1", "--quiet"};
    Run diverged = sst2(hot);
    assertThat(diverged.code()).isEqualTo(1);
    assertThat(diverged.err())
        .matches(
            "bantam: (after )?step \\d+: the .* is .*; resumed, it would come to"
                + " the same: train anew into another folder, with a lower learning rate or a"
                + " longer warm-up\n");
    assertThat(sst2(with(hot, "--resume"))).isEqualTo(diverged);
    output = temp.resolve("another");
    hot[2] = "--lr=1e-3";
    assertThat(sst2(hot).code()).isZero();
  }

  @Test
  void an_unfinished_training_is_resumed_or_refused() throws IOException {
    Trainer.of(TrainingOptions.defaults().withEpochs(3))
        .withStop(() -> true)
        .train(MODEL, Tables.in(temp, TableOptions.ofText("sentence").withLabel("label")), output);
    String[] own = {
      "--data", temp.toString(), "--text-column=sentence", "--label-column=label", "--epochs=3"
    };
    assertThat(train(own))
        .isEqualTo(
            bad(
                output
                    + ": there is an unfinished training here; --resume goes on with it, or name"
                    + " another folder"));
    assertThat(train(with(own, "--resume", "--lr=1e-4")))
        .isEqualTo(
            bad(
                output
                    + ": the training there began with learningRate = 5.0E-5, not 1.0E-4;"
                    + " go on as it began, or name another folder"));
    Run resumed = train(with(own, "--resume"));
    assertThat(resumed.code()).isZero();
    assertThat(resumed.err()).startsWith("bantam: going on after step 1 of 3\n");
    assertThat(train(with(own, "--resume")))
        .isEqualTo(bad(output + ": there is no unfinished training here"));
    assertThat(train(own))
        .isEqualTo(
            bad(output + ": there is a model here already; name another folder, or remove it"));
  }

  private static String[] with(String[] args, String... more) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static Run bad(String message) {
    return new Run(2, "", "bantam: " + message + "\n");
  }

  @Test
  void data_that_nothing_can_be_learned_from_is_refused() throws IOException {
    String header = "text,label\n";
    Path rows = Files.writeString(temp.resolve("rows.csv"), header + "the dog,a\nthe fox,b\n");
    Path none = Files.writeString(temp.resolve("none.csv"), header);
    Path same = Files.writeString(temp.resolve("same.csv"), header + "the dog,a\nthe fox,a\n");
    assertThat(own(none, rows))
        .isEqualTo(bad(none + ": no rows; expected some, to tell the labels"));
    assertThat(own(same, rows))
        .isEqualTo(bad("same.csv: the labels are [a], expected two or more to tell apart"));
    assertThat(own(rows, none))
        .isEqualTo(bad("rows.csv: the dev split has no examples to choose a model by"));
    assertThat(output).doesNotExist();
    Files.createFile(output);
    assertThat(own(rows, rows)).isEqualTo(bad(output + ": is not a folder"));
  }

  private Run own(Path train, Path dev) {
    return train("--data=" + train, "--dev=" + dev, "--text-column=text", "--label-column=label");
  }

  @Test
  void arguments_that_make_no_sense_are_refused() {
    assertUsage(
        "--task: 'SST' is not known; known: CoLA, SST-2, MRPC, STS-B, QQP, MNLI, MNLI-mm, QNLI,"
            + " RTE, wordnet-nouns, wordnet-verbs, wordnet-pairs",
        train("--task=SST"));
    assertUsage("--data is missing: the folder with the files of RTE", train("--task=rte"));
    assertUsage(
        "--data: expected --task NAME too, or --text-column with --label-column",
        train("--data=" + temp));
    assertUsage("--data: wordnet-verbs needs none", train("--task=wordnet-verbs", "--data=x"));
    assertUsage("--task knows its columns; expected no others", sst2("--text-column=sentence"));
    assertUsage("--epochs: expected 1 or more, got 0", sst2("--epochs=0"));
    assertUsage(
        "--group-size: expected a number from 1, or channel, for training",
        sst2("--quantize=int4", "--group-size=tensor"));
    assertUsage("--lr: expected more than 0, got -1.0", sst2("--lr=-1"));
    assertUsage("--threads: expected 1 or more, got 0", sst2("--threads=0"));
    assertThat(train("--task=SST-2", "--data=" + temp.resolve("none")))
        .isEqualTo(bad(temp.resolve("none/train.tsv") + ": not found; expected a file of SST-2"));
    assertThat(output).doesNotExist();
  }

  private static void assertUsage(String message, Run run) {
    assertThat(run)
        .isEqualTo(new Run(2, "", "bantam: " + message + "\nSee 'bantam train --help'.\n"));
  }
}

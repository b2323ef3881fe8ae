package dev.bantam.kd.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.kd.data.Corpus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same seed gives the same model, to the bit, whatever happens meanwhile. */
class ResumeTest {
  private static final int STEPS = 24;

  @TempDir static Path reference;
  @TempDir Path temp;

  private static Corpus corpus() {
    return Toys.words(60, 12);
  }

  private static Trainer trainer(int threads) {
    return Trainer.of(Toys.options()).withDevice(Toys.device(threads));
  }

  @BeforeAll
  static void train() throws IOException {
    TrainingResult result = trainer(2).train(Toys.MODEL, corpus(), reference);
    assertThat(result.step()).isEqualTo(STEPS);
  }

  private static void assertSame(Path output) throws IOException {
    assertThat(output.resolve("model.safetensors"))
        .hasSameBinaryContentAs(reference.resolve("model.safetensors"));
    assertThat(log(output)).isEqualTo(log(reference));
    try (var files = Files.list(output)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "config.json",
              "model.safetensors",
              "tokenizer.json",
              "tokenizer_config.json",
              "training.jsonl");
    }
  }

  /** The log without times. */
  private static List<String> log(Path output) throws IOException {
    return Files.readAllLines(output.resolve("training.jsonl")).stream()
        .map(line -> line.replaceAll(",\"seconds\":[^,}]*", ""))
        .toList();
  }

  @Test
  void at_any_number_of_threads() throws IOException {
    trainer(1).train(Toys.MODEL, corpus(), temp);
    assertSame(temp);
  }

  @Test
  void when_layers_are_computed_again_on_the_way_back() throws IOException {
    Trainer.of(Toys.options().withRecompute(true))
        .withDevice(Toys.device(2))
        .train(Toys.MODEL, corpus(), temp);
    assertSame(temp);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 7, 8, 23})
  void after_an_interruption(int step) throws IOException {
    AtomicInteger asked = new AtomicInteger();
    TrainingResult first =
        trainer(2)
            .withStop(() -> asked.incrementAndGet() == step)
            .train(Toys.MODEL, corpus(), temp);
    assertThat(first.end()).isEqualTo(TrainingResult.End.INTERRUPTED);
    assertThat(first.step()).isEqualTo(step);
    assertThatThrownBy(() -> trainer(2).train(Toys.MODEL, corpus(), temp))
        .isInstanceOf(TrainingSetupException.class)
        .hasMessage(
            temp + ": there is an unfinished training here; resume it, or name another folder");
    TrainingResult second = trainer(1).resume(Toys.MODEL, corpus(), temp);
    assertThat(second.step()).isEqualTo(STEPS);
    assertSame(temp);
  }

  @Test
  void after_the_process_was_killed_again_and_again() throws IOException, InterruptedException {
    int step = 0;
    for (int kills = 0; kills < 3; kills++) {
      step = killAfter(step + 3);
    }
    trainer(2).resume(Toys.MODEL, corpus(), temp);
    assertSame(temp);
  }

  /** Trains in another process that is killed once it has said that a step is done. */
  private int killAfter(int step) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector", // the kernels of this process, for the same
                // bits
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                temp.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        if (Integer.parseInt(line) >= step) {
          process.destroyForcibly().waitFor();
          assertThat(Trainer.isUnfinished(temp)).isTrue();
          return Integer.parseInt(line);
        }
      }
    }
    throw new AssertionError("the process ended by itself, with code " + process.waitFor());
  }

  /** Trains, and leaves a checkpoint after every step. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) throws IOException {
      Path output = Path.of(args[0]);
      Trainer trainer =
          Trainer.of(Toys.options().withCheckpointInterval(Duration.ZERO))
              .withListener(
                  new TrainingListener() {
                    @Override
                    public void stepped(StepReport report) {
                      System.out.println(report.step());
                    }
                  });
      if (Trainer.isUnfinished(output)) {
        trainer.resume(Toys.MODEL, corpus(), output);
      } else {
        trainer.train(Toys.MODEL, corpus(), output);
      }
    }
  }

  @Test
  void what_a_killed_process_was_writing_is_removed() throws IOException {
    trainer(2).withStop(() -> true).train(Toys.MODEL, corpus(), temp);
    Path half =
        Files.createFile(
            temp.resolve(".model.safetensors.01234567-89ab-cdef-0123-456789abcdef.tmp"));
    Path own = Files.createFile(temp.resolve(".notes.tmp"));
    trainer(2).resume(Toys.MODEL, corpus(), temp);
    assertThat(half).doesNotExist();
    assertThat(own).exists();
    Files.delete(own);
    assertSame(temp);
  }

  @Test
  void two_trainings_do_not_write_into_one_folder() throws IOException {
    Trainer second = Trainer.of(Toys.options());
    List<Throwable> refused = new ArrayList<>();
    trainer(2)
        .withStop(
            () -> {
              try {
                second.train(Toys.MODEL, corpus(), temp);
              } catch (IOException e) {
                refused.add(e);
              }
              return refused.size() == 2;
            })
        .train(Toys.MODEL, corpus(), temp);
    assertThat(refused)
        .hasSize(2)
        .allSatisfy(
            e ->
                assertThat(e)
                    .isInstanceOf(TrainingSetupException.class)
                    .hasMessage(temp + ": another training is writing here; name another folder"));
    trainer(2).resume(Toys.MODEL, corpus(), temp);
    assertSame(temp);
  }

  @Test
  void what_ended_before_its_first_checkpoint_can_begin_anew() throws IOException {
    assertThatThrownBy(
            () ->
                trainer(2)
                    .withListener(
                        new TrainingListener() {
                          @Override
                          public void evaluated(Evaluation evaluation, boolean best) {
                            throw new IllegalStateException("the first model is saved");
                          }
                        })
                    .train(Toys.MODEL, corpus(), temp))
        .isInstanceOf(IllegalStateException.class);
    assertThat(temp.resolve("model.safetensors")).exists();
    assertThatThrownBy(() -> trainer(2).resume(Toys.MODEL, corpus(), temp))
        .isInstanceOf(TrainingSetupException.class)
        .hasMessage(temp + ": the training here ended before its first checkpoint; begin it anew");
    trainer(2).train(Toys.MODEL, corpus(), temp);
    assertSame(temp);
    assertThatThrownBy(() -> trainer(2).train(Toys.MODEL, corpus(), temp))
        .isInstanceOf(TrainingSetupException.class)
        .hasMessageContaining("there is a model here already");
  }

  @Test
  void another_training_is_not_resumed() throws IOException {
    trainer(2).withStop(() -> true).train(Toys.MODEL, corpus(), temp);
    Trainer other = Trainer.of(Toys.options().withEpochs(5));
    assertThatThrownBy(() -> other.resume(Toys.MODEL, corpus(), temp))
        .isInstanceOf(TrainingSetupException.class)
        .hasMessage(
            temp
                + ": the training there began with epochs = 3, not 5; go on as it began, or name"
                + " another folder");
    assertThatThrownBy(() -> trainer(2).resume(Toys.MODEL, Toys.words(61, 12), temp))
        .isInstanceOf(TrainingSetupException.class)
        .hasMessage(
            temp
                + ": the training there began with examples = 60, not 61; go on as it began, or"
                + " name another folder");
    assertThatThrownBy(() -> trainer(2).resume(Toys.MODEL, Toys.otherWords(60, 12), temp))
        .isInstanceOf(TrainingSetupException.class)
        .hasMessageContaining("the training there began with examplesChecksum = ");
    for (int dev : new int[] {0, 11}) {
      assertThatThrownBy(() -> trainer(2).resume(Toys.MODEL, Toys.words(60, dev), temp))
          .isInstanceOf(TrainingSetupException.class)
          .hasMessageContaining("the training there began with devChecksum = ");
    }
    Path model = Files.createDirectory(temp.resolve("model"));
    try (Stream<Path> files = Files.list(Toys.MODEL)) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(file.getFileName()));
      }
    }
    Path config = model.resolve("config.json");
    String text = Files.readString(config);
    Files.writeString(
        config, text.replace("\"hidden_dropout_prob\": 0.1", "\"hidden_dropout_prob\": 0.5"));
    assertThatThrownBy(() -> trainer(2).resume(model, corpus(), temp))
        .isInstanceOf(TrainingSetupException.class)
        .hasMessageContaining("the training there began with model = ");
  }
}

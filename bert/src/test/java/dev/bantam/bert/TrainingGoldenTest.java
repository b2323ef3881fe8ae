package dev.bantam.bert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.bert.BertConfig.ProblemType;
import dev.bantam.bert.tokenizer.BertTokenizer;
import dev.bantam.nn.NnModule;
import dev.bantam.nn.Parameter;
import dev.bantam.nn.optim.AdamW;
import dev.bantam.nn.optim.GradientNorm;
import dev.bantam.nn.optim.Optimizer;
import dev.bantam.nn.optim.ParameterGroup;
import dev.bantam.nn.optim.Schedule;
import dev.bantam.safetensors.Checkpoint;
import dev.bantam.tensor.Randomness;
import dev.bantam.tensor.Tape;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.op.CrossEntropyOp;
import dev.bantam.tensor.op.MseOp;
import dev.bantam.tensor.parallel.WorkerPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds training against PyTorch in float64: {@code goldens/make_training_goldens.py}. */
class TrainingGoldenTest {
  private static final WorkerPool POOL = WorkerPool.of(2);

  /** What is trained, whatever its head. */
  private interface Trained {
    NnModule module();

    Tensor loss(Workspace ws, TokenBatch batch, Checkpoint expected) throws IOException;
  }

  private static Trained load(Golden golden) throws IOException {
    Device device = Device.on(POOL);
    BertConfig config = BertConfig.load(golden.folder());
    if (golden.toString().contains("masked-lm")) {
      BertForMaskedLM model = BertForMaskedLM.forTraining(golden.folder(), device, 0);
      return new Trained() {
        @Override
        public NnModule module() {
          return model;
        }

        @Override
        public Tensor loss(Workspace ws, TokenBatch batch, Checkpoint expected) throws IOException {
          int[] labels = expected.ints("labels");
          int[] masked =
              IntStream.range(0, labels.length)
                  .filter(i -> labels[i] != CrossEntropyOp.IGNORED)
                  .toArray();
          Tensor logits = model.forward(ws, batch, masked);
          int[] wanted = IntStream.of(masked).map(i -> labels[i]).toArray();
          return CrossEntropyOp.forward(ws, logits, wanted);
        }
      };
    }
    BertForSequenceClassification model =
        BertForSequenceClassification.forTraining(
            golden.folder(), config.labels(), config.problemType(), device, 0);
    return new Trained() {
      @Override
      public NnModule module() {
        return model;
      }

      @Override
      public Tensor loss(Workspace ws, TokenBatch batch, Checkpoint expected) throws IOException {
        Tensor logits = model.forward(ws, batch);
        return config.problemType() == ProblemType.REGRESSION
            ? MseOp.forward(
                ws, logits, Tensor.wrap(expected.floats("targets"), batch.sequences(), 1))
            : CrossEntropyOp.forward(ws, logits, expected.ints("labels"));
      }
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert-classification",
        "bert-regression",
        "distilbert-classification",
        "bert-masked-lm"
      })
  void allGradientsAreThoseOfPyTorch(String name) throws IOException {
    Golden golden = Golden.of(name);
    BertConfig config = BertConfig.load(golden.folder());
    CheckpointNames names = CheckpointNames.withHead(config.modelType());
    try (Checkpoint expected = Checkpoint.open(golden.folder().resolve("training.safetensors"))) {
      Trained trained = load(golden);
      Workspace ws = new Workspace(Device.on(POOL).kernels(), POOL);
      try (Tape tape = Tape.record(ws)) {
        Tensor loss = trained.loss(ws, golden.batch(), expected);
        assertThat(loss.get()).isCloseTo(expected.floats("loss")[0], within(1e-5f));
        tape.backward(loss);
      }
      SequencedMap<String, Parameter> parameters = trained.module().namedParameters();
      int checked = 0;
      for (String key : parameters.keySet()) {
        Tensor x = parameters.get(key).value();
        String stored = "grad." + names.stored(key.startsWith("bert.") ? key.substring(5) : key);
        float[] gradient = expected.floats(stored);
        assertThat(x.hasGrad()).as(stored).isTrue();
        assertRelative(stored, x.grad().toArray(), gradient);
        checked++;
      }
      assertThat(expected.names().stream().filter(n -> n.startsWith("grad.")).count())
          .isEqualTo(checked);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-classification", "distilbert-classification", "bert-masked-lm"})
  void recomputedLayersHaveTheSameGradientsInLessMemory(String name) throws IOException {
    Golden golden = Golden.of(name);
    Trained kept = load(golden);
    Trained recomputed = load(golden);
    assertThat(arraysOfAStep(recomputed, golden, true))
        .isLessThan(arraysOfAStep(kept, golden, false));
    recomputed
        .module()
        .namedParameters()
        .forEach(
            (key, parameter) ->
                assertThat(parameter.value().grad().toArray())
                    .as(key)
                    .isEqualTo(kept.module().namedParameters().get(key).value().grad().toArray()));
  }

  /** Goes forward and back; returns how many arrays were alive between the two. */
  private static int arraysOfAStep(Trained trained, Golden golden, boolean recompute)
      throws IOException {
    Workspace ws = new Workspace(Device.on(POOL).kernels(), POOL);
    try (Checkpoint expected = Checkpoint.open(golden.folder().resolve("training.safetensors"));
        var _ = ws.training(new Randomness(1, 2));
        var _ = ws.recomputing(recompute);
        Tape tape = Tape.record(ws)) {
      Tensor loss = trained.loss(ws, golden.batch(), expected);
      int arrays = ws.mark();
      tape.backward(loss);
      return arrays;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert-classification",
        "bert-regression",
        "distilbert-classification",
        "bert-masked-lm"
      })
  void tenStepsOfAdamWHaveTheLossesOfPyTorch(String name) throws IOException {
    Golden golden = Golden.of(name);
    try (Checkpoint expected = Checkpoint.open(golden.folder().resolve("training.safetensors"))) {
      Trained trained = load(golden);
      Workspace ws = new Workspace(Device.on(POOL).kernels(), POOL);
      Optimizer optimizer =
          new AdamW(
              ParameterGroup.withoutDecayForBiasAndNorm(trained.module().namedParameters(), 0.01));
      Schedule schedule = Schedule.linear(2, 12);
      float[] losses = new float[10];
      for (int step = 0; step < losses.length; step++) {
        try (Tape tape = Tape.record(ws)) {
          Tensor loss = trained.loss(ws, golden.batch(), expected);
          losses[step] = loss.get();
          tape.backward(loss);
        }
        GradientNorm norm = GradientNorm.of(ws, optimizer.parameters(), 1);
        optimizer.step(ws, 1e-3 * schedule.factor(step), norm.clip(1));
        optimizer.zeroGrad();
      }
      assertThat(losses).containsExactly(expected.floats("losses"), within(1e-5f));
    }
  }

  private static org.assertj.core.data.Offset<Float> within(float tolerance) {
    return org.assertj.core.data.Offset.offset(tolerance);
  }

  /**
   * The norm of the difference is at most 1e-5 of the norm, or what rounding leaves of zero: a
   * key's bias adds the same to all scores of a query, so its gradient is zero.
   */
  private static void assertRelative(String what, float[] actual, float[] expected) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow((double) actual[i] - expected[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    assertThat(Math.sqrt(difference)).as(what).isLessThan(1e-5 * Math.sqrt(norm) + 1e-7);
  }

  @Test
  void aSavedModelComputesTheSameWhenItIsLoaded(@TempDir Path folder) throws IOException {
    for (String name : new String[] {"bert-classification", "distilbert-classification"}) {
      Golden golden = Golden.of(name);
      BertConfig config = BertConfig.load(golden.folder());
      Device device = Device.on(POOL);
      try (BertForSequenceClassification model =
          BertForSequenceClassification.forTraining(
              golden.folder(), config.labels(), config.problemType(), device, 0)) {
        model.save(folder.resolve(name));
        try (BertForSequenceClassification loaded =
            BertForSequenceClassification.load(folder.resolve(name), device)) {
          float[] expected = model.forward(golden.batch()).toArray();
          assertThat(loaded.forward(golden.batch()).toArray()).isEqualTo(expected);
          assertThat(loaded.config()).isEqualTo(model.config());
        }
      }
    }
  }

  @Test
  void aSavedModelTellsItsTokenizerHowLongTextsWere(@TempDir Path folder) throws IOException {
    Path original = Golden.of("bert-classification").folder();
    Path source = Folders.copy(original, folder);
    for (boolean configured : new boolean[] {true, false}) {
      if (!configured) {
        Files.delete(source.resolve("tokenizer_config.json"));
      }
      BertConfig config = BertConfig.load(source);
      Path target = folder.resolve("configured-" + configured);
      try (BertForSequenceClassification model =
          BertForSequenceClassification.forTraining(
              source, config.labels(), config.problemType(), Device.on(POOL), 0)) {
        model.save(target, 7);
      }
      assertThat(BertTokenizer.load(target).maxLength()).isEqualTo(7);
      String json = Files.readString(target.resolve("tokenizer_config.json"));
      assertThat(json.contains("\"do_lower_case\"")).isEqualTo(configured);
    }
  }

  @Test
  void aDecoderThatIsNotTiedIsSavedWithItsOwnBias(@TempDir Path folder) throws IOException {
    Golden golden = Golden.of("bert-untied-lm");
    Device device = Device.on(POOL);
    try (BertForMaskedLM model = BertForMaskedLM.forTraining(golden.folder(), device, 0)) {
      model.save(folder);
      try (Checkpoint saved = Checkpoint.open(folder);
          BertForMaskedLM loaded = BertForMaskedLM.load(folder, device)) {
        assertThat(saved.names()).contains("cls.predictions.decoder.bias", "cls.predictions.bias");
        float[] expected = model.forward(golden.batch()).toArray();
        assertThat(loaded.forward(golden.batch()).toArray()).isEqualTo(expected);
      }
    }
  }
}

package dev.bantam.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.bantam.nn.optim.AdamW;
import dev.bantam.nn.optim.Optimizer;
import dev.bantam.nn.optim.ParameterGroup;
import dev.bantam.tensor.Tape;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.op.CrossEntropyOp;
import dev.bantam.tensor.parallel.WorkerPool;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TrainingTest {
  private final Workspace ws = new Workspace(Kernels.best(), WorkerPool.of(1));

  private static final class Mlp extends NnModule {
    final Parameter weight = Parameter.trained(Tensor.zeros(16, 2));
    final Linear hidden = new Linear("hidden", weight, trained(16));
    final Linear output;

    Mlp(long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      Parameter out = Parameter.trained(Tensor.zeros(2, 16));
      Initializers.kaimingUniform(weight.value(), random);
      Initializers.kaimingUniform(out.value(), random);
      register("hidden", hidden);
      output = register("output", new Linear("output", out, trained(2)));
    }

    private static Parameter trained(int n) {
      return Parameter.trained(Tensor.zeros(n));
    }

    Tensor loss(Workspace ws, Tensor x, int[] labels) {
      Tensor h = hidden.forward(ws, x, Activation.RELU);
      return CrossEntropyOp.forward(ws, output.forward(ws, h), labels);
    }
  }

  /** Exclusive or: no straight line divides the classes. */
  private static final Tensor X = Tensor.wrap(new float[] {0, 0, 0, 1, 1, 0, 1, 1}, 4, 2);

  private static final int[] LABELS = {0, 1, 1, 0};

  private double train(Mlp model, int steps) {
    Optimizer optimizer =
        new AdamW(ParameterGroup.withoutDecayForBiasAndNorm(model.namedParameters(), 0.01));
    double loss = Double.NaN;
    for (int step = 0; step < steps; step++) {
      try (Tape tape = Tape.record(ws)) {
        Tensor mean = model.loss(ws, X, LABELS);
        tape.backward(mean);
        loss = mean.get();
      }
      optimizer.step(ws, 0.05, 1);
      optimizer.zeroGrad();
    }
    return loss;
  }

  @Test
  void aSmallNetworkLearnsExclusiveOr() {
    assertThat(train(new Mlp(1), 1)).isGreaterThan(0.5);
    assertThat(train(new Mlp(1), 200)).isLessThan(0.01);
  }

  /** {@code w ⊙ mask · gain}. */
  private static final class Masked extends Parametrization {
    final Parameter mask;
    final Parameter gain = register("gain", Parameter.trained(Tensor.wrap(new float[] {1}, 1)));

    Masked(Tensor mask) {
      this.mask = register("mask", Parameter.frozen(mask));
    }

    @Override
    public Tensor forward(Workspace ws, Tensor w) {
      Tensor m = mask.value();
      int n = w.shape().elements();
      Tensor y = ws.allocate(w.shape());
      Tensor s = gain.value();
      for (int i = 0; i < n; i++) {
        y.data()[i] = w.data()[w.offset() + i] * m.data()[i] * s.get(0);
      }
      if (ws.recording()) {
        ws.tape()
            .add(
                y,
                g -> {
                  Tensor dy = g.of(y);
                  Tensor dw = g.into(w);
                  Tensor ds = g.into(s);
                  float sum = 0;
                  for (int i = 0; i < n; i++) {
                    float d = dy.data()[dy.offset() + i] * m.data()[i];
                    dw.data()[dw.offset() + i] = d * s.get(0);
                    sum += d * w.data()[w.offset() + i];
                  }
                  ds.set(sum, 0);
                },
                w,
                s);
      }
      return y;
    }
  }

  @Test
  void aMaskedWeightHasAGradientOnlyWhereTheMaskIsOne() {
    Mlp model = new Mlp(2);
    Tensor mask = Tensor.zeros(16, 2);
    for (int row = 0; row < 16; row++) {
      mask.set(1, row, row % 2);
    }
    model.weight.parametrize(new Masked(mask));
    float[] before = model.weight.value().toArray();
    try (Tape tape = Tape.record(ws)) {
      tape.backward(model.loss(ws, X, LABELS));
    }
    float[] g = model.weight.value().grad().toArray();
    int kept = 0;
    for (int i = 0; i < g.length; i++) {
      if (mask.data()[i] == 0) {
        assertThat(g[i]).as("gradient at %d", i).isZero();
      } else if (g[i] != 0) {
        kept++;
      }
    }
    assertThat(kept).isPositive();
    train(model, 5);
    float[] after = model.weight.value().toArray();
    for (int i = 0; i < g.length; i++) {
      float decayed = (float) (before[i] * Math.pow(1 - 0.05 * 0.01, 5));
      if (mask.data()[i] == 0) {
        assertThat(after[i]).isCloseTo(decayed, Offset.offset(1e-6f)); // decay alone
      }
    }
  }

  @Test
  void aParametrizationsOwnParametersAreKnownByItsPlace() {
    Mlp model = new Mlp(3);
    Masked masked = new Masked(Tensor.zeros(16, 2));
    model.weight.parametrize(masked);
    assertThat(model.namedParameters().keySet())
        .containsExactly(
            "hidden.weight",
            "hidden.parametrizations.weight.0.gain",
            "hidden.parametrizations.weight.0.mask",
            "hidden.bias",
            "output.weight",
            "output.bias");
    assertThat(
            new AdamW(ParameterGroup.withoutDecayForBiasAndNorm(model.namedParameters(), 0))
                .parameters())
        .containsKey("hidden.parametrizations.weight.0.gain")
        .doesNotContainKey("hidden.parametrizations.weight.0.mask");
  }

  @Test
  void aParametrizationIsFoundCountedAndSavedLikeAnyPart() {
    Mlp model = new Mlp(3);
    long plain = model.bytes();
    Masked first = new Masked(Tensor.zeros(16, 2));
    Masked second = new Masked(Tensor.zeros(16, 2));
    model.weight.parametrize(first);
    model.weight.parametrize(second);
    assertThat(model.namedModules())
        .containsExactly(
            Map.entry("hidden", model.hidden),
            Map.entry("hidden.parametrizations.weight.0", first),
            Map.entry("hidden.parametrizations.weight.1", second),
            Map.entry("output", model.output));
    assertThat(first.bytes()).isEqualTo(Float.BYTES * (32 + 1));
    assertThat(model.bytes()).isEqualTo(plain + first.bytes() + second.bytes());
    assertThat(model.stateDict())
        .containsKeys(
            "hidden.parametrizations.weight.0.mask", "hidden.parametrizations.weight.1.gain");
    assertThat(model.namedModules().keySet().stream().filter(NnModule::isInParametrization))
        .hasSize(2);
  }

  @Test
  void aPartWithTwoNamesIsThereUnderTheFirst() {
    class Tied extends NnModule {
      Tied() {
        Mlp shared = register("a", new Mlp(1));
        register("b", shared);
      }
    }
    assertThat(new Tied().namedModules()).containsOnlyKeys("a", "a.hidden", "a.output");
  }

  @Test
  void aStateDictMakesAnotherModelTheSame() {
    Mlp trained = new Mlp(4);
    train(trained, 3);
    Mlp other = new Mlp(5);
    other.loadStateDict(trained.stateDict());
    assertThat(other.loss(ws, X, LABELS).get()).isEqualTo(trained.loss(ws, X, LABELS).get());
    trained.stateDict().get("output.bias").set(7, 0);
    assertThat(trained.namedParameters().get("output.bias").value().get(0)).isEqualTo(7);
    assertThat(other.namedParameters().get("output.bias").value().get(0)).isNotEqualTo(7);
  }

  @Test
  void aStateDictThatDoesNotFitIsRefusedWithAllThatIsWrong() {
    Mlp model = new Mlp(6);
    SequencedMap<String, Tensor> state = new LinkedHashMap<>(new Mlp(7).stateDict());
    state.remove("hidden.weight");
    state.put("hidden.kernel", Tensor.zeros(1));
    state.put("output.weight", Tensor.zeros(16, 2));
    Map<String, Tensor> before = Map.of("output.bias", model.stateDict().get("output.bias").copy());
    state.put("output.bias", Tensor.wrap(new float[] {8, 9}, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.loadStateDict(state))
        .withMessage(
            "Mlp: the state does not fit; missing: hidden.weight; unexpected: hidden.kernel;"
                + " of another shape: output.weight (expected [2, 16], got [16, 2])");
    assertThat(model.stateDict().get("output.bias").toArray())
        .isEqualTo(before.get("output.bias").toArray());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Mlp(8).loadStateDict(names(9)))
        .withMessageContaining("unexpected: n0, n1, n2, n3, n4 and 4 more");
  }

  private static SequencedMap<String, Tensor> names(int n) {
    SequencedMap<String, Tensor> all = new LinkedHashMap<>();
    for (int i = 0; i < n; i++) {
      all.put("n" + i, Tensor.zeros(1));
    }
    return all;
  }
}

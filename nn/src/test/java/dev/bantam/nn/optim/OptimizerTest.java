package dev.bantam.nn.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.bantam.nn.Initializers;
import dev.bantam.nn.Parameter;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.parallel.WorkerPool;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OptimizerTest {
  private final OptimGoldens goldens = new OptimGoldens();
  private final Workspace ws = new Workspace(Kernels.scalar(), WorkerPool.of(1));

  private static Stream<Named<Kernels>> kernels() {
    return Stream.of(Kernels.scalar(), Kernels.simd().orElseThrow())
        .map(kernels -> Named.of(kernels.name(), kernels));
  }

  private static Stream<Named<Function<List<ParameterGroup>, Optimizer>>> optimizers() {
    return Stream.of(Named.of("AdamW", AdamW::new), Named.of("SGD", g -> new Sgd(g, 0.9)));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void adamWWithGroupsClippingAndAScheduleIsThatOfPyTorch(Kernels kernels) {
    Workspace ws = new Workspace(kernels, WorkerPool.of(1));
    SequencedMap<String, Parameter> parameters = goldens.parameters();
    Optimizer optimizer = new AdamW(ParameterGroup.withoutDecayForBiasAndNorm(parameters, 0.01));
    Schedule schedule = Schedule.linear(3, OptimGoldens.STEPS);
    for (int step = 0; step < OptimGoldens.STEPS; step++) {
      goldens.gradients(ws, step, parameters);
      GradientNorm norm = GradientNorm.of(ws, parameters, 1);
      assertThat(norm.value() / goldens.get("adamw.norm")[step]).isBetween(1 - 1e-6, 1 + 1e-6);
      optimizer.step(ws, 0.01 * schedule.factor(step), norm.clip(1));
      optimizer.zeroGrad();
      goldens.assertAfter("adamw", step, parameters);
    }
  }

  @Test
  void sgdIsThatOfPyTorch() {
    SequencedMap<String, Parameter> momentum = goldens.parameters();
    SequencedMap<String, Parameter> plain = goldens.parameters();
    Optimizer withMomentum = new Sgd(List.of(new ParameterGroup(momentum, 0.05)), 0.9);
    Optimizer without = new Sgd(List.of(new ParameterGroup(plain, 0)), 0);
    for (int step = 0; step < OptimGoldens.STEPS; step++) {
      goldens.gradients(ws, step, momentum);
      goldens.gradients(ws, step, plain);
      withMomentum.step(ws, 0.01, 1);
      without.step(ws, 0.01, 1);
      withMomentum.zeroGrad();
      without.zeroGrad();
      goldens.assertAfter("sgd", step, momentum);
      goldens.assertAfter("plain", step, plain);
    }
    assertThat(without.state()).isEmpty();
  }

  /** A training of a hundred thousand elements. */
  private static final class Run {
    final SequencedMap<String, Parameter> parameters = new LinkedHashMap<>();
    final Optimizer optimizer;
    private final Workspace ws;

    Run(Function<List<ParameterGroup>, Optimizer> optimizer, int threads) {
      ws = new Workspace(Kernels.best(), WorkerPool.of(threads));
      parameters.put("table.weight", parameter(1, 300, 129));
      parameters.put("dense.weight", parameter(2, 301, 257));
      parameters.put("dense.bias", parameter(3, 301));
      this.optimizer = optimizer.apply(ParameterGroup.withoutDecayForBiasAndNorm(parameters, 0.01));
    }

    private static Parameter parameter(long seed, int... dims) {
      Tensor x = Tensor.zeros(dims);
      Initializers.normal(x, 0.1, new SplittableRandom(seed));
      return Parameter.trained(x);
    }

    Run steps(int from, int to) {
      for (int step = from; step < to; step++) {
        SplittableRandom random = new SplittableRandom(step);
        for (Parameter p : parameters.values()) {
          Tensor g = Tensor.zeros(p.value().shape().toArray());
          Initializers.normal(g, 0.01, random);
          Gradients.set(ws, p, g.toArray());
        }
        optimizer.step(ws, 1e-3, GradientNorm.of(ws, parameters, 0.5).clip(1));
        optimizer.zeroGrad();
      }
      ws.pool().close();
      return this;
    }

    void assertSameBits(Run other) {
      parameters.forEach(
          (name, p) ->
              assertThat(p.value().toArray())
                  .as(name)
                  .isEqualTo(other.parameters.get(name).value().toArray()));
      optimizer
          .state()
          .forEach(
              (name, x) ->
                  assertThat(x.toArray())
                      .as(name)
                      .isEqualTo(other.optimizer.state().get(name).toArray()));
    }
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void aTrainingHasTheSameBitsAtAnyNumberOfThreads(
      Function<List<ParameterGroup>, Optimizer> optimizer) {
    Run one = new Run(optimizer, 1).steps(0, 6);
    new Run(optimizer, 2).steps(0, 6).assertSameBits(one);
    new Run(optimizer, 3).steps(0, 6).assertSameBits(one);
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void aTrainingThatIsSavedAndRestoredGoesOnWithTheSameBits(
      Function<List<ParameterGroup>, Optimizer> optimizer) {
    Run whole = new Run(optimizer, 2).steps(0, 8);
    Run first = new Run(optimizer, 2).steps(0, 5);
    Run second = new Run(optimizer, 2);
    first.parameters.forEach(
        (name, p) -> {
          float[] x = p.value().toArray();
          System.arraycopy(x, 0, second.parameters.get(name).value().data(), 0, x.length);
        });
    second.optimizer.restore(first.optimizer.state());
    second.steps(5, 8).assertSameBits(whole);
  }

  @Test
  void parametersWithoutAGradientStayAsTheyAre() {
    Parameter still = Parameter.trained(Tensor.wrap(new float[] {1, 2}, 2));
    Parameter moved = Parameter.trained(Tensor.wrap(new float[] {1, 2}, 2));
    Parameter frozen = Parameter.frozen(Tensor.wrap(new float[] {1, 2}, 2));
    Map<String, Parameter> parameters = Map.of("still", still, "moved", moved, "frozen", frozen);
    Optimizer optimizer = new AdamW(List.of(new ParameterGroup(parameters, 0.1)));
    assertThat(optimizer.parameters()).containsOnlyKeys("still", "moved");
    Gradients.set(ws, moved, 1, -1);
    optimizer.step(ws, 0.1, 1);
    assertThat(still.value().toArray()).containsExactly(1, 2);
    assertThat(frozen.value().toArray()).containsExactly(1, 2);
    assertThat(moved.value().toArray()).doesNotContain(1, 2);
    assertThat(optimizer.state().get("still.step").get()).isZero();
    assertThat(optimizer.state().get("moved.step").get()).isOne();
    optimizer.zeroGrad();
    assertThat(moved.value().hasGrad()).isFalse();
  }

  @Test
  void aGroupHasALearningRateOfItsOwn() {
    Parameter p = Parameter.trained(Tensor.wrap(new float[] {1}, 1));
    SequencedMap<String, Parameter> one = new LinkedHashMap<>(Map.of("p", p));
    Gradients.set(ws, p, 2);
    new Sgd(List.of(new ParameterGroup(one, 0, 0.25)), 0).step(ws, 0.5, 1);
    assertThat(p.value().get(0)).isEqualTo(0.75f);
  }

  @Test
  void onlyTheMatricesOfAModelDecay() {
    Parameter vector = Parameter.frozen(Tensor.zeros(2));
    Parameter matrix = Parameter.frozen(Tensor.zeros(2, 2));
    SequencedMap<String, Parameter> names = new LinkedHashMap<>();
    names.put("query.weight", matrix);
    names.put("query.parametrizations.weight.0.scores", matrix);
    names.put("query.parametrizations.weight.1.step_size", Parameter.frozen(Tensor.zeros()));
    names.put("query.bias", vector);
    names.put("output.LayerNorm.weight", vector);
    names.put("parametrizations.weight.0.scores", matrix);
    List<ParameterGroup> groups = ParameterGroup.withoutDecayForBiasAndNorm(names, 0.01);
    assertThat(groups).extracting(ParameterGroup::weightDecay).containsExactly(0.01, 0.0);
    assertThat(groups.getFirst().parameters()).containsOnlyKeys("query.weight");
    names.remove("query.weight");
    assertThat(groups.getLast().parameters().keySet()).isEqualTo(names.keySet());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Parameter p = Parameter.trained(Tensor.zeros(2));
    ParameterGroup a = new ParameterGroup(Map.of("a", p), 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdamW(List.of(a, new ParameterGroup(Map.of("b", p), 0))))
        .withMessage("optimizer: parameter 'b' is there twice");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdamW(List.of(a), 0.9, 1, 1e-8))
        .withMessage("adamW: expected 0 <= beta1, beta2 < 1 and eps > 0, got 0.9, 1.0 and 1.0E-8");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sgd(List.of(a), Double.NaN))
        .withMessage("sgd: expected 0 <= momentum < 1, got NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ParameterGroup(Map.of(), -1))
        .withMessage(
            "parameter group: expected weightDecay and lrFactor of at least 0, got -1.0 and 1.0");
    Optimizer optimizer = new AdamW(List.of(a));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> optimizer.restore(Map.of("a.step", Tensor.zeros(), "a.exp_avg", Tensor.zeros(3))))
        .withMessage(
            "optimizer: the state does not fit; missing: a.exp_avg_sq;"
                + " of another shape: a.exp_avg (expected [2], got [3])");
  }
}

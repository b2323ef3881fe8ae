package dev.bantam.nn.optim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.nn.Initializers;
import dev.bantam.nn.Parameter;
import dev.bantam.tensor.Tape;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.op.EmbeddingOp;
import dev.bantam.tensor.parallel.WorkerPool;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Steps that leave out rows of an embedding table without a gradient give the bits of steps that do
 * not.
 */
class EmbeddingUpdateTest {
  private static final int ROWS = 3000;
  private static final int WIDTH = 37;

  private static Stream<Named<Kernels>> kernels() {
    return Stream.of(Kernels.scalar(), Kernels.simd().orElseThrow())
        .map(kernels -> Named.of(kernels.name(), kernels));
  }

  private static final class Run {
    final Workspace ws;
    final boolean known;
    final Parameter table;
    final SequencedMap<String, Parameter> parameters = new LinkedHashMap<>();
    Optimizer optimizer;
    double norm;

    Run(Kernels kernels, boolean known) {
      this.ws = new Workspace(kernels, WorkerPool.of(2));
      this.known = known;
      Tensor w = Tensor.zeros(ROWS, WIDTH);
      Initializers.normal(w, 0.5, new SplittableRandom(1));
      w.data()[5] = -0f;
      table = Parameter.trained(w);
      parameters.put("table", table);
      optimizer = optimizer();
    }

    Optimizer optimizer() {
      return new AdamW(List.of(new ParameterGroup(parameters, 0.1)));
    }

    void step(int step) {
      SplittableRandom random = new SplittableRandom(step);
      int[] ids = random.ints(20, 0, ROWS / 3).toArray();
      Tensor dy = Tensor.zeros(ids.length, WIDTH);
      Initializers.normal(dy, 1, random);
      try (Tape tape = Tape.record(ws)) {
        tape.backward(EmbeddingOp.forward(ws, table.value(), ids, -1), dy);
      }
      if (!known) {
        table.value().grad();
      }
      assertThat(table.value().gradRows() != null).isEqualTo(known);
      GradientNorm g = GradientNorm.of(ws, parameters, 1);
      norm = g.value();
      optimizer.step(ws, 0.01 / (1 + step), g.clip(1));
      optimizer.zeroGrad();
    }

    /** Goes on with another optimizer. */
    void resume() {
      Map<String, Tensor> state = optimizer.state();
      optimizer = optimizer();
      optimizer.restore(state);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void rowsWithoutAGradientMayBeLeftOut(Kernels kernels) {
    Run all = new Run(kernels, false);
    Run some = new Run(kernels, true);
    for (int step = 0; step < 6; step++) {
      if (step == 4) {
        some.resume();
      }
      all.step(step);
      some.step(step);
      assertThat(some.norm).isEqualTo(all.norm);
      assertThat(some.table.value().toArray()).isEqualTo(all.table.value().toArray());
      all.optimizer
          .state()
          .forEach(
              (name, x) ->
                  assertThat(Objects.requireNonNull(some.optimizer.state().get(name)).toArray())
                      .as(name)
                      .isEqualTo(x.toArray()));
    }
  }

  @Test
  void aTableThatIsLookedUpAsAMatrixOfOtherRowsMovesWhereItsGradientIs() {
    Workspace ws = new Workspace(Kernels.best(), WorkerPool.of(1));
    Parameter table = Parameter.trained(Tensor.zeros(4, 6));
    SequencedMap<String, Parameter> parameters = new LinkedHashMap<>();
    parameters.put("table", table);
    Optimizer optimizer = new AdamW(List.of(new ParameterGroup(parameters, 0)));
    for (int id : new int[] {1, 4}) {
      try (Tape tape = Tape.record(ws)) {
        Tensor y = EmbeddingOp.forward(ws, table.value().reshape(6, 4), new int[] {id}, -1);
        tape.backward(y, Tensor.wrap(new float[] {1, 1, 1, 1}, 1, 4));
      }
      optimizer.step(ws, 0.1, 1);
      optimizer.zeroGrad();
    }
    float[] moved = table.value().toArray();
    for (int i = 0; i < moved.length; i++) {
      assertThat(moved[i] != 0).isEqualTo(i / 4 == 1 || i / 4 == 4);
    }
  }
}

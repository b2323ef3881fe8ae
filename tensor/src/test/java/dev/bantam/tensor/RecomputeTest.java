package dev.bantam.tensor;

import static dev.bantam.tensor.Floats.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.op.DropoutOp;
import dev.bantam.tensor.op.LayerNormOp;
import dev.bantam.tensor.op.LinearOp;
import dev.bantam.tensor.op.RecomputeOp;
import dev.bantam.tensor.op.SumOp;
import dev.bantam.tensor.parallel.WorkerPool;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Layers that are computed again on the way back. */
class RecomputeTest {
  private static final int LAYERS = 4;
  private static final int WIDTH = 24;

  private final Workspace ws = new Workspace(Kernels.best(), WorkerPool.of(1));
  private final Tensor w1 = variable(1, 2 * WIDTH, WIDTH);
  private final Tensor w2 = variable(2, WIDTH, 2 * WIDTH);
  private final Tensor gamma = variable(3, WIDTH);
  private final Tensor beta = variable(4, WIDTH);
  private final List<Tensor> parameters = List.of(w1, w2, gamma, beta);
  private final Tensor input = variable(5, 7, WIDTH);

  private static Tensor variable(int seed, int... dims) {
    return Tensor.wrap(Floats.normal(seed, Shape.of(dims).elements()), dims).requireGrad();
  }

  private Tensor layer(Tensor x) {
    Tensor h = LinearOp.forward(ws, x, w1, null, Activation.GELU);
    Tensor z = LinearOp.forward(ws, DropoutOp.forward(ws, h, 0.2f), w2, null, Activation.NONE);
    return LayerNormOp.forward(ws, z, x, gamma, beta, 1e-5f, 0.1f);
  }

  private Tensor again(Tensor x) {
    return RecomputeOp.forward(ws, x, this::layer);
  }

  /** What a step leaves. */
  private record Step(float[] result, List<float[]> gradients, int arrays, int streams) {}

  private Step step(UnaryOperator<Tensor> layer) {
    parameters.forEach(Tensor::zeroGrad);
    input.zeroGrad();
    Randomness randomness = new Randomness(1, 2);
    try (var _ = ws.training(randomness);
        Tape tape = Tape.record(ws)) {
      Tensor h = input;
      for (int i = 0; i < LAYERS; i++) {
        h = layer.apply(h);
      }
      float[] result = h.toArray();
      int arrays = ws.mark();
      tape.backward(h, Tensor.wrap(Floats.normal(6, 7 * WIDTH), 7, WIDTH));
      return new Step(
          result,
          parameters.stream().map(p -> p.grad().toArray()).toList(),
          arrays,
          randomness.position());
    }
  }

  private void assertSame(Step actual, Step expected) {
    assertSameBits(actual.result, expected.result, "result");
    for (int i = 0; i < parameters.size(); i++) {
      assertSameBits(actual.gradients.get(i), expected.gradients.get(i), "gradient " + i);
    }
    assertThat(actual.streams).isEqualTo(expected.streams);
  }

  @Test
  void the_bits_are_those_of_layers_that_are_kept() {
    Step kept = step(this::layer);
    float[] inputGradient = input.grad().toArray();
    assertSame(step(this::again), kept);
    assertSameBits(input.grad().toArray(), inputGradient, "gradient of the input");
  }

  @Test
  void of_a_layer_only_its_result_is_kept() {
    assertThat(step(this::layer).arrays).isGreaterThanOrEqualTo(5 * LAYERS);
    assertThat(step(this::again).arrays).isEqualTo(LAYERS);
  }

  @Test
  void layers_of_layers_can_be_computed_again() {
    UnaryOperator<Tensor> two = x -> RecomputeOp.forward(ws, x, h -> again(again(h)));
    Step kept = step(x -> layer(layer(x)));
    assertSame(step(two), kept);
  }

  @Test
  void the_gradient_of_what_is_used_elsewhere_too_is_complete() {
    UnaryOperator<Tensor> squared = x -> LinearOp.forward(ws, x, w1, null, Activation.NONE);
    float[] kept = sharing(squared);
    assertSameBits(sharing(x -> RecomputeOp.forward(ws, x, squared)), kept, "gradient of w1");
  }

  private float[] sharing(UnaryOperator<Tensor> f) {
    w1.zeroGrad();
    try (Tape tape = Tape.record(ws)) {
      Tensor y = f.apply(LinearOp.forward(ws, f.apply(input), w2, null, Activation.TANH));
      tape.backward(SumOp.forward(ws, y));
    }
    return w1.grad().toArray();
  }

  @Test
  void parameters_get_gradients_where_the_input_is_constant() {
    try (Tape tape = Tape.record(ws)) {
      tape.backward(SumOp.forward(ws, again(input.detach())));
    }
    assertThat(w1.hasGrad()).isTrue();
    assertThat(input.hasGrad()).isFalse();
  }

  @Test
  void the_mode_of_the_way_forward_is_that_of_the_way_back() {
    Step kept = step(this::layer);
    for (Tensor p : parameters) {
      p.zeroGrad();
    }
    try (Tape tape = Tape.record(ws)) {
      Tensor h = input;
      try (var _ = ws.training(new Randomness(1, 2))) {
        for (int i = 0; i < LAYERS; i++) {
          h = again(h);
        }
      }
      try (var _ = ws.training(new Randomness(9, 9))) {
        tape.backward(h, Tensor.wrap(Floats.normal(6, 7 * WIDTH), 7, WIDTH));
      }
    }
    assertSameBits(w1.grad().toArray(), kept.gradients.get(0), "gradient of w1");
  }

  @Test
  void without_a_tape_nothing_is_computed_twice() {
    int[] runs = {0};
    RecomputeOp.forward(
        ws,
        input,
        x -> {
          runs[0]++;
          return layer(x);
        });
    assertThat(runs[0]).isEqualTo(1);
  }

  @Test
  void a_failure_on_the_way_back_leaves_the_randomness_where_it_was() {
    int[] runs = {0};
    Randomness randomness = new Randomness(1, 2);
    try (var _ = ws.training(randomness);
        Tape tape = Tape.record(ws)) {
      Tensor y =
          RecomputeOp.forward(
              ws,
              input,
              x -> {
                if (runs[0]++ == 1) {
                  throw new IllegalStateException("the second time");
                }
                return layer(x);
              });
      int position = randomness.position();
      assertThatThrownBy(() -> tape.backward(SumOp.forward(ws, y))).hasMessage("the second time");
      assertThat(randomness.position()).isEqualTo(position);
      assertThat(ws.tape()).isSameAs(tape);
    }
    assertThat(ws.mark()).isZero();
    step(this::again);
  }
}

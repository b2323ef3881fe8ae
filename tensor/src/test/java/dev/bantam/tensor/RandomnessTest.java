package dev.bantam.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.tensor.kernel.Dropout;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.op.DropoutOp;
import dev.bantam.tensor.parallel.WorkerPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What dropout drops: the right number of elements, and unlike any other mask. */
class RandomnessTest {
  private static final int N = 1 << 17;

  /** Deviations from chance are taken for chance up to this many standard deviations. */
  private static final double SIGMAS = 4.5;

  @ParameterizedTest
  @ValueSource(floats = {0.01f, 0.1f, 0.5f, 0.9f})
  void as_many_are_dropped_as_asked_for(float p) {
    double allowed = SIGMAS * Math.sqrt(p * (1 - p) / N);
    for (int seed = 0; seed < 20; seed++) {
      Dropout dropout = new Randomness(seed, 1).dropout(p);
      int dropped = 0;
      for (int i = 0; i < N; i++) {
        float factor = dropout.factor(i);
        assertThat(factor == 0 || factor == 1 / (1 - p)).isTrue();
        dropped += factor == 0 ? 1 : 0;
      }
      assertThat((double) dropped / N).isBetween(p - allowed, p + allowed);
    }
  }

  @Test
  void nothing_is_dropped_at_probability_0() {
    Dropout dropout = new Dropout(0, 1, 2);
    for (int i = 0; i < 1000; i++) {
      assertThat(dropout.factor(i)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {-0.1f, 1, 2, Float.NaN})
  void a_probability_that_is_none_is_refused(float p) {
    assertThatThrownBy(() -> new Randomness(1, 1).dropout(p))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dropout: expected 0 <= p < 1, got " + p);
  }

  @Test
  void masks_of_neighbouring_operations_steps_and_seeds_are_independent() {
    for (int i = 0; i < 10; i++) {
      Randomness step = new Randomness(3, i);
      Dropout first = step.dropout(0.3f);
      assertIndependent(first, step.dropout(0.3f), 0);
      assertIndependent(first, new Randomness(3, i + 1).dropout(0.3f), 0);
      assertIndependent(first, new Randomness(4, i).dropout(0.3f), 0);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8, 16, 64, 384, 768, 65536})
  void elements_of_one_mask_are_independent(int distance) {
    Dropout dropout = new Randomness(5, 6).dropout(0.3f);
    assertIndependent(dropout, dropout, distance);
  }

  /** Element i of one and element {@code i + shift} of the other are dropped independently. */
  private static void assertIndependent(Dropout a, Dropout b, int shift) {
    double p = a.p();
    double covariance = 0;
    for (int i = 0; i < N; i++) {
      covariance += ((a.factor(i) == 0 ? 1 : 0) - p) * ((b.factor(i + shift) == 0 ? 1 : 0) - p);
    }
    assertThat(Math.abs(covariance / N / (p * (1 - p)))).isLessThan(SIGMAS / Math.sqrt(N));
  }

  @Test
  void a_step_can_be_repeated() {
    Randomness randomness = new Randomness(1, 2);
    randomness.dropout(0.5f);
    int position = randomness.position();
    Dropout dropout = randomness.dropout(0.5f);
    randomness.seek(position);
    assertThat(randomness.dropout(0.5f)).isEqualTo(dropout);
    Randomness again = new Randomness(1, 2);
    again.seek(position);
    assertThat(again.dropout(0.5f)).isEqualTo(dropout);
  }

  @Test
  void the_way_back_drops_what_the_way_forward_dropped() {
    Workspace ws = new Workspace(Kernels.best(), WorkerPool.of(1));
    Tensor x = Tensor.wrap(Floats.filled(20_000, 1), 100, 200).requireGrad();
    float[] mask;
    try (var _ = ws.training(new Randomness(1, 1));
        Tape tape = Tape.record(ws)) {
      Tensor y = DropoutOp.forward(ws, x, 0.1f);
      mask = y.toArray();
      tape.backward(y, Tensor.wrap(Floats.filled(20_000, 1), 100, 200));
    }
    assertThat(mask).contains(0, 1 / 0.9f);
    Floats.assertSameBits(x.grad().toArray(), mask, "the gradient of a sum");
  }

  @Test
  void nothing_is_dropped_outside_training() {
    Workspace ws = new Workspace(Kernels.best(), WorkerPool.of(1));
    Tensor x = Tensor.zeros(3);
    try (var _ = ws.training(new Randomness(1, 1))) {
      try (var _ = ws.training(null)) {
        assertThat(DropoutOp.forward(ws, x, 0.1f)).isSameAs(x);
      }
      assertThat(DropoutOp.forward(ws, x, 0)).isSameAs(x);
      assertThat(DropoutOp.forward(ws, x, 0.1f)).isNotSameAs(x);
    }
    assertThat(DropoutOp.forward(ws, x, 0.1f)).isSameAs(x);
  }
}

package dev.bantam.tensor;

import static dev.bantam.tensor.Floats.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.op.AddOp;
import dev.bantam.tensor.op.DropoutOp;
import dev.bantam.tensor.op.LinearOp;
import dev.bantam.tensor.op.MeanOp;
import dev.bantam.tensor.op.MseOp;
import dev.bantam.tensor.op.MultiplyOp;
import dev.bantam.tensor.op.ScaleOp;
import dev.bantam.tensor.op.SumOp;
import dev.bantam.tensor.parallel.WorkerPool;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a tape records, and how gradients flow back along it. */
class TapeTest {
  private final Workspace ws = new Workspace(Kernels.best(), WorkerPool.of(1));
  private final Tensor x = Tensor.wrap(new float[] {1, 2, 3, 4}, 2, 2).requireGrad();

  private static Tensor ones(int... dims) {
    return Tensor.wrap(Floats.filled(Shape.of(dims).elements(), 1), dims);
  }

  @Test
  void a_result_gets_its_whole_gradient_before_it_flows_on() {
    try (Tape tape = Tape.record(ws)) {
      Tensor a = ScaleOp.forward(ws, x, 3);
      Tensor b = MultiplyOp.forward(ws, a, a); // 9 x²
      Tensor c = AddOp.forward(ws, b, a); // 9 x² + 3 x
      tape.backward(SumOp.forward(ws, AddOp.forward(ws, c, x))); // 9 x² + 4 x
    }
    assertThat(x.grad().toArray()).containsExactly(22, 40, 58, 76);
    assertThat(x.grad().shape()).isEqualTo(x.shape());
  }

  @Test
  void gradients_of_a_variable_accumulate_until_zeroed() {
    for (int step = 1; step <= 3; step++) {
      try (Tape tape = Tape.record(ws)) {
        tape.backward(SumOp.forward(ws, ScaleOp.forward(ws, x, 2)));
      }
      assertThat(x.grad().toArray()).containsOnly(2 * step);
    }
    x.zeroGrad();
    assertThat(x.hasGrad()).isFalse();
    assertThatThrownBy(x::grad)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("there is no gradient of Tensor[2, 2]");
    try (Tape tape = Tape.record(ws)) {
      tape.backward(SumOp.forward(ws, x));
    }
    assertThat(x.grad().toArray()).containsOnly(1);
  }

  @Test
  void the_gradient_of_an_intermediate_result_ends_when_it_has_flowed_on() {
    try (Tape tape = Tape.record(ws)) {
      Tensor a = ScaleOp.forward(ws, x, 2);
      Tensor loss = SumOp.forward(ws, a);
      tape.backward(loss);
      assertThat(a.hasGrad()).isFalse();
      assertThat(loss.hasGrad()).isFalse();
    }
  }

  @Test
  void a_view_hands_its_gradient_to_the_whole() {
    try (Tape tape = Tape.record(ws)) {
      Tensor first = ScaleOp.forward(ws, x.slice(0, 1), 10);
      Tensor flat = x.reshape(4);
      Tensor middle = ScaleOp.forward(ws, flat.slice(1, 3), 100);
      Tensor all = ScaleOp.forward(ws, flat, 1000);
      Tensor sum = AddOp.forward(ws, SumOp.forward(ws, first), SumOp.forward(ws, middle));
      tape.backward(AddOp.forward(ws, sum, SumOp.forward(ws, all)));
    }
    assertThat(x.grad().toArray()).containsExactly(1010, 1110, 1100, 1000);
    assertThat(x.slice(1, 2).grad().toArray()).containsExactly(1100, 1000);
  }

  @Test
  void a_view_of_a_result_hands_its_gradient_to_the_result() {
    try (Tape tape = Tape.record(ws)) {
      Tensor y = ScaleOp.forward(ws, x, 2);
      Tensor corner = y.reshape(4).slice(3, 4);
      tape.backward(SumOp.forward(ws, AddOp.forward(ws, y.slice(0, 1), corner.reshape(1, 1))));
    }
    assertThat(x.grad().toArray()).containsExactly(2, 2, 0, 4);
  }

  @Test
  void the_gradient_of_any_result_may_be_given() {
    try (Tape tape = Tape.record(ws)) {
      Tensor y = ScaleOp.forward(ws, x, 2);
      tape.backward(y.slice(1, 2), Tensor.wrap(new float[] {5, 7}, 1, 2));
    }
    assertThat(x.grad().toArray()).containsExactly(0, 0, 10, 14);
  }

  @Test
  void constants_get_no_gradient_and_are_not_recorded() {
    Tensor constant = ones(2, 2);
    try (Tape tape = Tape.record(ws)) {
      assertThat(ScaleOp.forward(ws, constant, 2).requiresGrad()).isFalse();
      assertThat(MultiplyOp.forward(ws, x.detach(), constant).requiresGrad()).isFalse();
      tape.backward(SumOp.forward(ws, MultiplyOp.forward(ws, x, constant)));
    }
    assertThat(constant.hasGrad()).isFalse();
    assertThat(x.hasGrad()).isTrue();
  }

  @Test
  void nothing_is_recorded_without_gradients() {
    try (Tape tape = Tape.record(ws)) {
      Tensor constant;
      try (var _ = ws.noGrad()) {
        assertThat(ws.recording()).isFalse();
        constant = ScaleOp.forward(ws, x, 2);
      }
      assertThat(ws.tape()).isSameAs(tape);
      tape.backward(SumOp.forward(ws, MultiplyOp.forward(ws, x, constant)));
    }
    assertThat(x.grad().toArray()).containsExactly(2, 4, 6, 8);
  }

  @Test
  void a_tape_within_a_tape_records_on_its_own() {
    Tensor w = ones(2, 2).requireGrad();
    try (Tape outer = Tape.record(ws)) {
      Tensor y = MultiplyOp.forward(ws, x, w);
      try (Tape inner = Tape.record(ws)) {
        inner.backward(SumOp.forward(ws, ScaleOp.forward(ws, w, 7)));
        assertThat(ws.tape()).isSameAs(inner);
      }
      assertThat(w.grad().toArray()).containsOnly(7);
      assertThat(ws.tape()).isSameAs(outer);
      outer.backward(SumOp.forward(ws, y));
    }
    assertThat(ws.recording()).isFalse();
    assertThat(w.grad().toArray()).containsExactly(8, 9, 10, 11);
    assertThat(x.grad().toArray()).containsOnly(1);
  }

  @Test
  void what_was_computed_ends_with_the_tape_and_not_before() {
    int before = ws.mark();
    try (var _ = Tape.record(ws)) {
      Tensor y;
      try (var _ = ws.scope()) {
        y = ScaleOp.forward(ws, x, 2);
      }
      int mark = ws.mark();
      Tensor z = ScaleOp.forward(ws, ScaleOp.forward(ws, y, 2), 2);
      assertThat(ws.keep(mark, z)).isSameAs(z);
      assertThat(ws.mark()).isEqualTo(mark + 2);
      assertThat(y.toArray()).containsExactly(2, 4, 6, 8);
    }
    assertThat(ws.mark()).isEqualTo(before);
  }

  @Test
  void a_tape_runs_once() {
    try (Tape tape = Tape.record(ws)) {
      Tensor loss = SumOp.forward(ws, x);
      tape.backward(loss);
      assertThatThrownBy(() -> tape.backward(loss))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("backward: this tape has run; record a new one");
    }
  }

  @Test
  void a_loss_is_a_scalar_that_depends_on_a_variable() {
    try (Tape tape = Tape.record(ws)) {
      Tensor y = ScaleOp.forward(ws, x, 2);
      assertThatThrownBy(() -> tape.backward(y))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "backward: expected a scalar, got shape [2, 2]; give the gradient of the result too");
      assertThatThrownBy(() -> tape.backward(Tensor.zeros()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("backward: Tensor[][0.0] depends on no variable");
      assertThatThrownBy(() -> tape.backward(y, ones(4)))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessage("backward: gradient [4] of y [2, 2]");
      tape.backward(y, ones(2, 2)); // none of these has spent it
    }
    assertThat(x.grad().toArray()).containsOnly(2);
  }

  @Test
  void there_is_no_tape_where_none_records() {
    assertThatThrownBy(ws::tape)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no tape records in this workspace");
  }

  @Test
  void a_failure_on_the_way_back_leaves_the_workspace_usable() {
    Tensor y;
    try (Tape tape = Tape.record(ws)) {
      y = ScaleOp.forward(ws, x, 2);
      Tensor z = ws.allocate(2, 2);
      Tensor failing = y;
      tape.add(
          z,
          g -> {
            g.into(failing);
            ws.allocate(100);
            throw new IllegalStateException("on the way back");
          },
          y);
      assertThatThrownBy(() -> tape.backward(z, ones(2, 2))).hasMessage("on the way back");
      assertThat(ws.tape()).isSameAs(tape);
    }
    assertThat(ws.recording()).isFalse();
    assertThat(ws.mark()).isZero();
    assertThat(y.hasGrad()).isFalse();
    assertThat(x.hasGrad()).isFalse();
    try (Tape tape = Tape.record(ws)) {
      tape.backward(SumOp.forward(ws, ScaleOp.forward(ws, x, 2)));
    }
    assertThat(x.grad().toArray()).containsOnly(2);
  }

  @Test
  void a_tape_may_end_without_a_way_back() {
    try (var _ = Tape.record(ws)) {
      ScaleOp.forward(ws, x, 2);
    }
    assertThat(ws.mark()).isZero();
    assertThat(x.hasGrad()).isFalse();
  }

  @Test
  void a_step_uses_the_arrays_of_the_step_before() {
    Tensor input = Tensor.wrap(Floats.normal(1, 7 * 20), 7, 20);
    Tensor w = Tensor.wrap(Floats.normal(2, 20 * 20), 20, 20).requireGrad();
    Tensor bias = Tensor.zeros(20).requireGrad();
    Set<float[]> first = arraysOfAStep(input, w, bias);
    Set<float[]> second = arraysOfAStep(input, w, bias);
    assertThat(second).hasSizeGreaterThan(10).isEqualTo(first);
  }

  /** The arrays of results, gradients and temporary tensors. */
  private Set<float[]> arraysOfAStep(Tensor input, Tensor w, Tensor bias) {
    Set<float[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
    try (var _ = ws.training(new Randomness(1, 2));
        Tape tape = Tape.record(ws)) {
      Tensor h = input;
      for (int layer = 0; layer < 3; layer++) {
        Tensor z = LinearOp.forward(ws, h, w, bias, Activation.GELU);
        Tensor x = h;
        Tensor y = ws.allocate(z.shape());
        tape.add(
            y,
            g -> {
              arrays.add(g.of(y).data());
              arrays.add(ws.allocate(w.shape()).data());
              arrays.add(g.into(z).data());
            },
            z);
        h = DropoutOp.forward(ws, AddOp.forward(ws, x, y), 0.1f);
        arrays.addAll(List.of(z.data(), y.data(), h.data()));
      }
      tape.backward(MseOp.forward(ws, h, input));
    }
    arrays.addAll(List.of(w.grad().data(), bias.grad().data()));
    w.zeroGrad();
    bias.zeroGrad();
    return arrays;
  }

  @Test
  void dividing_work_between_tapes_gives_the_gradient_of_the_sum() {
    Tensor other = Tensor.wrap(new float[] {1, 2, 3, 4}, 2, 2).requireGrad();
    try (Tape tape = Tape.record(ws)) {
      Tensor square = MultiplyOp.forward(ws, other, other);
      Tensor twice = ScaleOp.forward(ws, other, 2);
      tape.backward(SumOp.forward(ws, AddOp.forward(ws, square, twice)));
    }
    try (Tape tape = Tape.record(ws)) {
      tape.backward(SumOp.forward(ws, MultiplyOp.forward(ws, x, x)));
    }
    try (Tape tape = Tape.record(ws)) {
      tape.backward(SumOp.forward(ws, ScaleOp.forward(ws, x, 2)));
    }
    assertSameBits(x.grad().toArray(), other.grad().toArray(), "accumulated");
  }

  @Test
  void a_result_whose_gradient_is_kept_keeps_its_own() {
    Tensor w = ones(3, 2).requireGrad();
    try (Tape tape = Tape.record(ws)) {
      Tensor y = LinearOp.forward(ws, x, w, null, Activation.GELU).requireGrad();
      Tensor mean = MeanOp.forward(ws, y, 0).requireGrad();
      tape.backward(SumOp.forward(ws, mean));
      assertThat(mean.grad().toArray()).containsOnly(1);
      assertThat(y.grad().toArray()).containsOnly(0.5f);
    }
    float[] kept = x.grad().toArray();
    x.zeroGrad();
    try (Tape tape = Tape.record(ws)) {
      Tensor y = LinearOp.forward(ws, x, w, null, Activation.GELU);
      tape.backward(SumOp.forward(ws, MeanOp.forward(ws, y, 0)));
    }
    assertThat(x.grad().toArray()).isEqualTo(kept);
  }

  @Test
  void a_tape_that_is_closed_or_another_s_loss_is_refused() {
    Tape first = Tape.record(ws);
    Tensor loss = SumOp.forward(ws, ScaleOp.forward(ws, x, 2));
    first.close();
    assertThatThrownBy(() -> first.backward(loss))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("backward: this tape is closed; record a new one");
    try (Tape second = Tape.record(ws)) {
      first.close(); // does nothing
      assertThat(ws.recording()).isTrue();
      Workspace other = new Workspace(Kernels.best(), WorkerPool.of(1));
      try (Tape _ = Tape.record(other)) {
        Tensor foreign = SumOp.forward(other, x);
        assertThatThrownBy(() -> second.backward(foreign))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageEndingWith("was not computed on this tape");
      }
      second.backward(SumOp.forward(ws, x));
    }
    assertThat(x.grad().toArray()).containsOnly(1);
  }
}

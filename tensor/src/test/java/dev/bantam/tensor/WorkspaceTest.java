package dev.bantam.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.op.AddOp;
import dev.bantam.tensor.parallel.WorkerPool;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkspaceTest {
  private final Workspace ws = new Workspace(Kernels.scalar(), WorkerPool.of(1));

  @Test
  void it_says_where_operations_run() {
    try (WorkerPool pool = WorkerPool.of(2)) {
      Workspace two = new Workspace(Kernels.scalar(), pool);
      assertThat(two.pool()).isSameAs(pool);
      assertThat(two.kernels()).isSameAs(Kernels.scalar());
    }
  }

  @Test
  void tensors_of_one_scope_do_not_share_memory() {
    Tensor x = ws.allocate(2, 3);
    Tensor y = ws.allocate(2, 3);
    assertThat(x.shape()).isEqualTo(Shape.of(2, 3));
    assertThat(x.data()).isNotSameAs(y.data());
    assertThat(ws.allocate().shape()).isEqualTo(Shape.of());
    assertThat(ws.allocate(0, 3).toArray()).isEmpty();
  }

  @Test
  void a_bad_shape_takes_no_memory() {
    assertThatExceptionOfType(ShapeMismatchException.class)
        .isThrownBy(() -> ws.allocate(2, -3))
        .withMessage("shape: negative extent in [2, -3]");
    assertThat(ws.mark()).isZero();
  }

  @Test
  void a_closed_scope_gives_its_arrays_to_the_next_in_the_same_order() {
    float[] first;
    float[] second;
    try (var _ = ws.scope()) {
      first = ws.allocate(4).data();
      second = ws.allocate(8).data();
    }
    try (var _ = ws.scope()) {
      assertThat(ws.allocate(2, 2).data()).isSameAs(first);
      assertThat(ws.allocate(3).data()).isSameAs(second); // less than it holds
    }
  }

  @Test
  void an_array_grows_to_the_largest_tensor_in_its_place() {
    float[] small;
    try (var _ = ws.scope()) {
      small = ws.allocate(4).data();
    }
    float[] large;
    try (var _ = ws.scope()) {
      large = ws.allocate(5).data();
      assertThat(large).isNotSameAs(small).hasSizeGreaterThanOrEqualTo(5);
    }
    assertThat(ws.allocate(4).data()).isSameAs(large);
  }

  @Test
  void arrays_have_room_for_the_largest_batch_that_is_expected() {
    ws.expect(2, 5);
    float[] small;
    float[] other;
    try (var _ = ws.scope()) {
      small = ws.allocate(2, 3).data();
      other = ws.allocate(4, 3).data(); // is no part of the batch
    }
    assertThat(small).hasSize(5 * 3);
    assertThat(other).hasSize(4 * 3);
    ws.expect(5, 5);
    assertThat(ws.allocate(5, 3).data()).isSameAs(small);
  }

  @Test
  void a_batch_larger_than_expected_gets_its_memory() {
    ws.expect(6, 5);
    assertThat(ws.allocate(6, 3).shape()).isEqualTo(Shape.of(6, 3));
    ws.expect(1, Integer.MAX_VALUE);
    assertThat(ws.allocate(1, 0).toArray()).isEmpty();
  }

  @Test
  void gradients_have_room_for_the_largest_batch_too() {
    Tensor w = Tensor.wrap(new float[] {1, 2, 3}, 1, 3).requireGrad();
    float[][] gradients = new float[2][];
    for (int rows : new int[] {2, 5}) {
      ws.expect(rows, 5);
      try (Tape tape = Tape.record(ws)) {
        Tensor y = AddOp.forward(ws, ws.allocate(rows, 3), w);
        tape.backward(y, ws.allocate(rows, 3));
      }
      gradients[rows / 4] = ws.gradients.take(0, 0);
      ws.gradients.giveBack(gradients[rows / 4]);
    }
    assertThat(gradients[0]).hasSize(5 * 3).isSameAs(gradients[1]);
  }

  @Test
  void an_inner_scope_leaves_the_tensors_of_the_outer_one() {
    Tensor before = ws.allocate(2);
    try (var _ = ws.scope()) {
      Tensor kept = ws.allocate(2);
      float[] ended;
      try (var _ = ws.scope()) {
        ended = ws.allocate(2).data();
      }
      Tensor next = ws.allocate(2);
      assertThat(next.data()).isSameAs(ended).isNotSameAs(kept.data());
      assertThat(ws.mark()).isEqualTo(3);
    }
    assertThat(ws.mark()).isEqualTo(1);
    assertThat(ws.allocate(2).data()).isNotSameAs(before.data());
  }

  @Test
  void keep_ends_all_tensors_since_a_mark_but_one() {
    Tensor before = ws.allocate(2);
    int mark = ws.mark();
    float[] first = ws.allocate(2).data();
    Tensor kept = ws.allocate(2);
    float[] last = ws.allocate(2).data();
    kept.set(7, 1);
    assertThat(ws.keep(mark, kept)).isSameAs(kept);
    assertThat(ws.mark()).isEqualTo(mark + 1);
    assertThat(ws.allocate(2).data()).isSameAs(first);
    assertThat(ws.allocate(2).data()).isSameAs(last);
    assertThat(ws.allocate(2).data()).isNotSameAs(kept.data()).isNotSameAs(before.data());
    assertThat(kept.get(1)).isEqualTo(7); // nothing was copied
  }

  @Test
  void keep_knows_a_tensor_by_its_memory() {
    int mark = ws.mark();
    ws.allocate(6);
    Tensor x = ws.allocate(3, 2);
    Tensor view = x.slice(1, 3).reshape(4);
    assertThat(ws.keep(mark, view)).isSameAs(view);
    assertThat(ws.allocate(6).data()).isNotSameAs(x.data());
  }

  @Test
  void keep_refuses_what_was_not_allocated_since_the_mark() {
    Tensor before = ws.allocate(2, 3);
    int mark = ws.mark();
    Tensor ended;
    try (var _ = ws.scope()) {
      ended = ws.allocate(4);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ws.keep(mark, before))
        .withMessage("keep: [2, 3] was not allocated in this workspace since mark 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ws.keep(mark, ended))
        .withMessage("keep: [4] was not allocated in this workspace since mark 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ws.keep(0, Tensor.zeros()))
        .withMessage("keep: [] was not allocated in this workspace since mark 0");
  }

  @Test
  void a_chain_of_layers_needs_the_memory_of_one() {
    int mark = ws.mark();
    Tensor x = ws.keep(mark, ws.allocate(4));
    for (int layer = 0; layer < 5; layer++) {
      ws.allocate(16);
      x = ws.keep(mark, ws.allocate(4));
    }
    assertThat(ws.mark()).isEqualTo(mark + 1);
    assertThat(x.data()).hasSize(4);
  }

  @Test
  void scratch_memory_grows_and_is_one_array_a_worker() {
    try (WorkerPool pool = WorkerPool.of(2)) {
      Workspace two = new Workspace(Kernels.scalar(), pool);
      float[] first = two.scratch(0, 10);
      assertThat(first).hasSizeGreaterThanOrEqualTo(10);
      assertThat(two.scratch(0, 3)).isSameAs(first);
      assertThat(two.scratch(1, 3)).isNotSameAs(first);
      float[] grown = two.scratch(0, 11);
      assertThat(grown).hasSizeGreaterThanOrEqualTo(11);
      assertThat(two.scratch(0, 10)).isSameAs(grown);
    }
  }

  @Test
  void a_worker_has_a_workspace_of_one_thread_that_is_kept() {
    try (WorkerPool pool = WorkerPool.of(2)) {
      Workspace two = new Workspace(Kernels.scalar(), pool);
      Workspace own = two.ofWorker(1);
      assertThat(own.pool().parallelism()).isEqualTo(1);
      assertThat(own.kernels()).isSameAs(two.kernels());
      assertThat(two.ofWorker(1)).isSameAs(own);
      assertThat(two.ofWorker(0)).isNotSameAs(own).isNotSameAs(two);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void a_steady_state_allocates_no_arrays(int threads) {
    try (WorkerPool pool = WorkerPool.of(threads)) {
      Workspace shared = new Workspace(Kernels.scalar(), pool);
      Set<float[]> first = arraysOfPass(shared);
      assertThat(first.size()).isEqualTo(5);
      for (int pass = 0; pass < 3; pass++) {
        assertThat(first.containsAll(arraysOfPass(shared))).isTrue();
      }
      for (int worker = 0; worker < threads; worker++) {
        Set<float[]> own = arraysOfPass(shared.ofWorker(worker));
        assertThat(Collections.disjoint(first, own)).isTrue();
        assertThat(own.containsAll(arraysOfPass(shared.ofWorker(worker)))).isTrue();
      }
    }
  }

  /**
   * The arrays, by identity, in which a model of alike layers computes some batches, the largest
   * first.
   */
  private static Set<float[]> arraysOfPass(Workspace ws) {
    Set<float[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int rows : new int[] {50, 1, 49, 17}) {
      try (var _ = ws.scope()) {
        int mark = ws.mark();
        Tensor y = ws.keep(mark, ws.allocate(rows, 8));
        for (int layer = 0; layer < 3; layer++) {
          Tensor wide = ws.allocate(rows, 32);
          Tensor narrow = ws.allocate(rows, 8);
          Tensor sum = AddOp.forward(ws, narrow, y);
          arrays.addAll(List.of(y.data(), wide.data(), narrow.data(), sum.data()));
          arrays.add(ws.scratch(ws.pool().parallelism() - 1, rows));
          y = ws.keep(mark, sum);
        }
      }
    }
    return arrays;
  }
}

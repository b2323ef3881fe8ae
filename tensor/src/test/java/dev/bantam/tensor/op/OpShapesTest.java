package dev.bantam.tensor.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bantam.tensor.Shape;
import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.kernel.PackedMatrix;
import dev.bantam.tensor.parallel.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which shapes each operation takes, and how it refuses others. */
class OpShapesTest {
  private final WorkerPool pool = WorkerPool.of(2);
  private final Workspace ws = new Workspace(Kernels.best(), pool);

  @AfterEach
  void close() {
    pool.close();
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatExceptionOfType(ShapeMismatchException.class).isThrownBy(call).withMessage(message);
  }

  private PackedMatrix weight(int n, int k) {
    return ws.kernels().matmul().pack(new float[n * k], 0, n, k);
  }

  private Tensor attention(Tensor qkv, int heads, int... offsets) {
    return AttentionOp.forward(ws, qkv, qkv, qkv, offsets, heads, 1, 0, null);
  }

  private Tensor embedding(int... ids) {
    MemorySegment table = MemorySegment.ofArray(new float[] {0, 1, 2, 3, 4, 5});
    return EmbeddingOp.forward(ws, table, ValueLayout.JAVA_FLOAT, 2, ids);
  }

  @Test
  void terms_of_a_sum_have_one_shape_or_are_repeated() {
    assertRefused(
        () -> AddOp.forward(ws, Tensor.zeros(2, 3), Tensor.zeros(3, 2)),
        "add: x [2, 3] and y [3, 2] do not broadcast");
    assertThat(AddOp.forward(ws, Tensor.zeros(6), Tensor.zeros(1, 6)).shape())
        .isEqualTo(Shape.of(1, 6));
    assertThat(AddOp.forward(ws, Tensor.zeros(2, 1, 3), Tensor.zeros(2, 1, 3)).shape())
        .isEqualTo(Shape.of(2, 1, 3));
  }

  @Test
  void a_linear_layer_takes_rows_of_its_inputs() {
    assertRefused(
        () -> LinearOp.forward(ws, Tensor.zeros(2, 5), weight(4, 3), null, Activation.NONE),
        "linear: expected input [..., 3], got [2, 5]");
    assertRefused(
        () -> LinearOp.forward(ws, Tensor.zeros(), weight(4, 3), null, Activation.NONE),
        "linear: expected input [..., 3], got []");
    assertRefused(
        () ->
            LinearOp.forward(ws, Tensor.zeros(2, 3), Tensor.zeros(2, 3, 4), null, Activation.NONE),
        "linear: expected a weight [n, k], got [2, 3, 4]");
    assertRefused(
        () -> EmbeddingOp.forward(ws, Tensor.zeros(3, 2, 2), new int[] {1}, -1),
        "embedding: expected a table [rows, width], got [3, 2, 2]");
    assertRefused(
        () -> LinearOp.forward(ws, Tensor.zeros(2, 3), weight(4, 3), new float[3], Activation.NONE),
        "linear: bias [3] does not fit weight [4, 3]");
    for (int[] rows : new int[][] {{}, {7}, {2, 3}, {0}, {2, 0, 5}}) {
      Shape shape = Shape.of(Arrays.copyOf(rows, rows.length + 1));
      Tensor x = Tensor.zeros(shape.withLast(3).toArray());
      assertThat(LinearOp.forward(ws, x, weight(4, 3), null, Activation.NONE).shape())
          .isEqualTo(shape.withLast(4));
    }
  }

  @Test
  void a_linear_layer_may_have_no_inputs_or_no_outputs() {
    float[] bias = {-1, 2, 3};
    assertThat(
            LinearOp.forward(ws, Tensor.zeros(2, 0), weight(3, 0), bias, Activation.RELU).toArray())
        .containsExactly(0, 2, 3, 0, 2, 3);
    assertThat(
            LinearOp.forward(ws, Tensor.zeros(2, 3), weight(0, 3), null, Activation.NONE).shape())
        .isEqualTo(Shape.of(2, 0));
  }

  @Test
  void a_normalization_fits_the_last_axis() {
    Tensor three = Tensor.zeros(3);
    Tensor four = Tensor.zeros(4);
    assertRefused(
        () -> LayerNormOp.forward(ws, Tensor.zeros(2, 3), Tensor.zeros(3, 2), three, three, 1, 0),
        "layerNorm: residual [3, 2] differs from x [2, 3]");
    assertRefused(
        () -> LayerNormOp.forward(ws, Tensor.zeros(2, 3), null, four, three, 1, 0),
        "layerNorm: gamma [4], beta [3] do not fit x [2, 3]");
    assertRefused(
        () -> LayerNormOp.forward(ws, Tensor.zeros(2, 3), null, three, four, 1, 0),
        "layerNorm: gamma [3], beta [4] do not fit x [2, 3]");
    assertThat(LayerNormOp.forward(ws, Tensor.zeros(0, 3), null, three, three, 1, 0).shape())
        .isEqualTo(Shape.of(0, 3));
  }

  @Test
  void queries_keys_and_values_have_one_shape() {
    Tensor x = Tensor.zeros(5, 6);
    Tensor y = Tensor.zeros(6, 6);
    int[] offsets = {0, 5};
    assertRefused(
        () -> AttentionOp.forward(ws, x, y, x, offsets, 2, 1, 0, null),
        "attention: q [5, 6], k [6, 6], v [5, 6] differ");
    assertRefused(
        () -> AttentionOp.forward(ws, x, x, y, offsets, 2, 1, 0, null),
        "attention: q [5, 6], k [5, 6], v [6, 6] differ");
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 0, -2, 12})
  void heads_divide_the_width(int heads) {
    assertRefused(
        () -> attention(Tensor.zeros(5, 6), heads, 0, 5),
        "attention: expected q [tokens, " + heads + " · headDim], got [5, 6]");
  }

  @Test
  void attention_takes_a_ragged_batch_of_rows() {
    assertRefused(
        () -> attention(Tensor.zeros(1, 5, 6), 2, 0, 1),
        "attention: expected q [tokens, 2 · headDim], got [1, 5, 6]");
    assertRefused(
        () -> attention(Tensor.zeros(6), 2, 0, 6),
        "attention: expected q [tokens, 2 · headDim], got [6]");
    assertThat(attention(Tensor.zeros(0, 6), 2, 0).shape()).isEqualTo(Shape.of(0, 6));
    assertThat(attention(Tensor.zeros(3, 6), 2, 0, 0, 3, 3).shape()).isEqualTo(Shape.of(3, 6));
  }

  @Test
  void offsets_cut_all_tokens_into_sequences() {
    Tensor x = Tensor.zeros(5, 6);
    String expected = "attention: expected offsets that rise from 0 to 5 tokens, got ";
    assertRefused(() -> attention(x, 2), expected + "[]");
    assertRefused(() -> attention(x, 2, 0, 4), expected + "[0, 4]");
    assertRefused(() -> attention(x, 2, 1, 5), expected + "[1, 5]");
    assertRefused(() -> attention(x, 2, 0, 7, 5), expected + "[0, 7, 5]");
    assertRefused(() -> attention(x, 2, 0, -1, 5), expected + "[0, -1, 5]");
  }

  @Test
  void probabilities_of_a_sequence_begin_after_those_of_all_before() {
    assertThat(AttentionOp.probabilityOffsets(new int[] {0, 2, 2, 5}, 4))
        .containsExactly(0, 16, 16, 52);
    assertThat(AttentionOp.probabilityOffsets(new int[] {0}, 4)).containsExactly(0);
  }

  /** Counts chunks and runs none. */
  private static final class CountingPool implements WorkerPool {
    int chunks;

    @Override
    public int parallelism() {
      return 1;
    }

    @Override
    public void run(int chunks, ChunkTask task) {
      this.chunks += chunks;
    }

    @Override
    public void close() {}
  }

  @Test
  void probabilities_that_nobody_asks_for_may_be_more_than_an_array_holds() {
    CountingPool counting = new CountingPool();
    Workspace idle = new Workspace(ws.kernels(), counting);
    Tensor x = Tensor.zeros(1 << 15, 4);
    int[] offsets = {0, 1 << 15};
    AttentionOp.forward(idle, x, x, x, offsets, 2, 1, 0, null);
    assertThat(counting.chunks).isEqualTo(2);
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> AttentionOp.probabilityOffsets(offsets, 2));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, -1, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void an_id_outside_the_table_is_named(int id) {
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> embedding(0, id, 2))
        .withMessage("embedding: id " + id + " is not a row of [3, 2]");
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> EmbeddingOp.forward(ws, Tensor.zeros(3, 2), new int[] {0, id}, -1))
        .withMessage("embedding: id " + id + " is not a row of [3, 2]");
  }

  @Test
  void ids_may_repeat_or_be_none() {
    assertThat(embedding(2, 0, 2).toArray()).containsExactly(4, 5, 0, 1, 4, 5);
    Tensor table = Tensor.wrap(new float[] {9, 9, 0, 1, 2, 3, 4, 5}, 4, 2).slice(1, 4);
    assertThat(EmbeddingOp.forward(ws, table, new int[] {2, 0, 2}, -1).toArray())
        .containsExactly(4, 5, 0, 1, 4, 5);
    assertThat(embedding().shape()).isEqualTo(Shape.of(0, 2));
  }

  @Test
  void factors_of_a_product_fit() {
    assertRefused(
        () -> MatmulOp.forward(ws, Tensor.zeros(2, 128, 384), Tensor.zeros(768, 768)),
        "matmul: inner dimensions differ: lhs [2, 128, 384] x rhs [768, 768] (384 != 768)");
    assertRefused(
        () -> MatmulOp.forward(ws, Tensor.zeros(3), Tensor.zeros(3, 2)),
        "matmul: expected matrices: lhs [3] x rhs [3, 2]");
    assertRefused(
        () -> MatmulOp.forward(ws, Tensor.zeros(2, 4, 3), Tensor.zeros(5, 3, 2)),
        "matmul: batch dimensions differ: lhs [2, 4, 3] x rhs [5, 3, 2]");
    assertThat(MatmulOp.forward(ws, Tensor.zeros(0, 4, 3), Tensor.zeros(0, 3, 2)).shape())
        .isEqualTo(Shape.of(0, 4, 2));
    assertThat(MatmulOp.forward(ws, Tensor.zeros(2, 0), Tensor.zeros(0, 3)).toArray())
        .containsOnly(0)
        .hasSize(6);
  }

  @Test
  void an_order_names_each_axis_once() {
    Tensor x = Tensor.zeros(2, 3);
    assertRefused(
        () -> TransposeOp.forward(ws, x, new int[] {1, 1}),
        "transpose: order [1, 1] does not fit x [2, 3]");
    assertRefused(
        () -> TransposeOp.forward(ws, x, new int[] {0}),
        "transpose: order [0] does not fit x [2, 3]");
    assertRefused(() -> TransposeOp.forward(ws, x, 0, 2), "axis 2 is not in shape [2, 3]");
    assertThat(TransposeOp.forward(ws, Tensor.zeros(0, 3), 0, 1).shape()).isEqualTo(Shape.of(3, 0));
  }

  @Test
  void a_slice_lies_in_its_axis_and_on_the_first_one_it_is_a_view() {
    Tensor x = Tensor.zeros(4, 3);
    assertRefused(
        () -> SliceOp.forward(ws, x, 1, 2, 4),
        "slice: indices 2 to 4 are not in axis 1 of x [4, 3]");
    assertRefused(
        () -> SliceOp.forward(ws, x, 0, -1, 2),
        "slice: indices -1 to 2 are not in axis 0 of x [4, 3]");
    assertThat(SliceOp.forward(ws, x, 0, 1, 3).data()).isSameAs(x.data());
  }

  @Test
  void parts_of_a_whole_differ_along_one_axis() {
    assertRefused(
        () -> ConcatOp.forward(ws, 1, List.of(Tensor.zeros(2, 3), Tensor.zeros(4, 5))),
        "concat: [2, 3] and [4, 5] differ in more than axis 1");
    assertRefused(
        () -> ConcatOp.forward(ws, 0, List.of(Tensor.zeros(2), Tensor.zeros(2, 1))),
        "concat: [2] and [2, 1] differ in more than axis 0");
    assertRefused(
        () -> ConcatOp.forward(ws, 0, List.of()), "concat: expected at least one tensor, got none");
  }

  @Test
  void a_reduction_has_its_axis() {
    assertRefused(() -> SumOp.forward(ws, Tensor.zeros(2, 3), 2), "axis 2 is not in shape [2, 3]");
    assertRefused(
        () -> MaxOp.forward(ws, Tensor.zeros(2, 0), -1), "max: nothing along axis -1 of x [2, 0]");
    assertThat(SumOp.forward(ws, Tensor.zeros(2, 0), -1).toArray()).containsExactly(0, 0);
    assertThat(SumOp.forward(ws, Tensor.zeros(0, 2), 0).toArray()).containsExactly(0, 0);
    assertThat(MeanOp.forward(ws, Tensor.zeros(0)).get()).isNaN();
  }

  @Test
  void a_pooled_sequence_has_rows() {
    assertRefused(
        () -> MeanPoolOp.forward(ws, Tensor.zeros(5, 2), new int[] {0, 4}),
        "meanPool: offsets [0, 4] do not cut x [5, 2] into sequences");
    assertRefused(
        () -> MeanPoolOp.forward(ws, Tensor.zeros(5, 2), new int[] {0, 3, 3, 5}),
        "meanPool: sequence 1 has no rows");
    assertThat(MeanPoolOp.forward(ws, Tensor.zeros(0, 2), new int[] {0}).shape())
        .isEqualTo(Shape.of(0, 2));
  }

  @Test
  void losses_compare_what_has_one_shape() {
    Tensor x = Tensor.zeros(2, 3);
    Tensor y = Tensor.zeros(3, 2);
    assertRefused(() -> MseOp.forward(ws, x, y), "mse: x [2, 3] and y [3, 2] differ");
    assertRefused(
        () -> KlDivergenceOp.forward(ws, x, y, 1),
        "klDivergence: student [2, 3] and teacher [3, 2] differ");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> KlDivergenceOp.forward(ws, x, x, 0))
        .withMessage("klDivergence: expected a positive temperature, got 0.0");
    assertRefused(
        () -> CosineSimilarityOp.forward(ws, x, y),
        "cosineSimilarity: x [2, 3] and y [3, 2] differ");
    assertRefused(
        () -> CosineEmbeddingLossOp.forward(ws, x, x, new int[] {1}, 0),
        "cosineEmbeddingLoss: x [2, 3], y [2, 3] and 1 targets do not fit");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> CosineEmbeddingLossOp.forward(ws, x, x, new int[] {1, 0}, 0))
        .withMessage("cosineEmbeddingLoss: expected targets 1 or -1, got 0 at 1");
    assertRefused(
        () -> CrossEntropyOp.forward(ws, x, new int[] {1}),
        "crossEntropy: 1 labels for logits [2, 3]");
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> CrossEntropyOp.forward(ws, x, new int[] {0, 3}))
        .withMessage("crossEntropy: label 3 of row 1, expected one of 3 classes");
  }

  @Test
  void similarity_to_zero_is_zero() {
    Tensor x = Tensor.wrap(new float[] {0, 0, 3, 4}, 2, 2);
    Tensor y = Tensor.wrap(new float[] {1, 2, 6, 8}, 2, 2);
    assertThat(CosineSimilarityOp.forward(ws, x, y).toArray()).containsExactly(0, 1);
  }

  @Test
  void a_function_takes_any_shape() {
    Tensor x = Tensor.wrap(new float[] {-1, 2}, 1, 2, 1);
    assertThat(ActivationOp.forward(ws, x, Activation.RELU).shape()).isEqualTo(x.shape());
    assertThat(ActivationOp.forward(ws, x, Activation.RELU).toArray()).containsExactly(0, 2);
    assertThat(x.toArray()).containsExactly(-1, 2);
    assertThat(ActivationOp.forward(ws, Tensor.zeros(0), Activation.GELU).toArray()).isEmpty();
  }
}

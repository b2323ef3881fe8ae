package dev.bantam.tensor.op;

import static dev.bantam.tensor.Floats.assertSameBits;

import dev.bantam.tensor.Floats;
import dev.bantam.tensor.Shape;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.parallel.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Results do not depend on the number of threads, nor on what else is in a batch: bit for bit. */
class OpInvarianceTest {
  private static final int[] ROWS = {1, 2, 7, 85, 401};
  private static final int WIDTH = 85;
  private static final int HEADS = 5;

  private static Stream<Named<Kernels>> kernels() {
    return Stream.of(Kernels.scalar(), Kernels.simd().orElseThrow())
        .map(kernels -> Named.of(kernels.name(), kernels));
  }

  /** [rows, WIDTH], not at the beginning of its array, and with NaN around. */
  private static Tensor normal(long seed, int rows) {
    float[] data = Floats.filled(rows * WIDTH + 10, Float.NaN);
    System.arraycopy(Floats.normal(seed, rows * WIDTH), 0, data, 3, rows * WIDTH);
    return Tensor.wrap(data, 3, Shape.of(rows, WIDTH));
  }

  /** Compares results on 2 and 3 threads to the one on the caller alone. */
  private static void assertInvariant(
      Kernels kernels, String what, Function<Workspace, Tensor> operation) {
    float[] alone = operation.apply(new Workspace(kernels, WorkerPool.of(1))).toArray();
    for (int threads = 2; threads <= 3; threads++) {
      try (WorkerPool pool = WorkerPool.of(threads)) {
        Workspace ws = new Workspace(kernels, pool);
        String name = what + " on " + threads + " threads";
        assertSameBits(operation.apply(ws).toArray(), alone, name);
        assertSameBits(operation.apply(ws).toArray(), alone, name + ", again");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void sums_do_not_depend_on_threads(Kernels kernels) {
    for (int rows : ROWS) {
      Tensor x = normal(1, rows);
      Tensor y = normal(2, rows);
      assertInvariant(kernels, "add of " + rows, ws -> AddOp.forward(ws, x, y));
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void functions_do_not_depend_on_threads(Kernels kernels) {
    for (int rows : ROWS) {
      Tensor x = normal(1, rows);
      assertInvariant(
          kernels, "gelu of " + rows, ws -> ActivationOp.forward(ws, x, Activation.GELU));
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void normalizations_do_not_depend_on_threads(Kernels kernels) {
    Tensor gamma = Tensor.wrap(Floats.normal(3, WIDTH), WIDTH);
    Tensor beta = Tensor.wrap(Floats.normal(4, WIDTH), WIDTH);
    for (int rows : ROWS) {
      Tensor x = normal(1, rows);
      Tensor residual = normal(2, rows);
      assertInvariant(
          kernels,
          "layerNorm of " + rows,
          ws -> LayerNormOp.forward(ws, x, residual, gamma, beta, 1e-12f, 0));
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void linear_layers_do_not_depend_on_threads(Kernels kernels) {
    for (int outputs : new int[] {1, 33, 199}) {
      var w = kernels.matmul().pack(Floats.normal(5, outputs * WIDTH), 0, outputs, WIDTH);
      float[] bias = Floats.normal(6, outputs);
      for (int rows : ROWS) {
        Tensor x = normal(1, rows);
        assertInvariant(
            kernels,
            "linear of " + rows + " to " + outputs,
            ws -> LinearOp.forward(ws, x, w, bias, Activation.GELU));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void embeddings_do_not_depend_on_threads(Kernels kernels) {
    MemorySegment table = MemorySegment.ofArray(Floats.normal(7, 50 * WIDTH));
    for (int rows : ROWS) {
      int[] ids = new int[rows];
      Arrays.setAll(ids, i -> i * 37 % 50);
      assertInvariant(
          kernels,
          "embedding of " + rows,
          ws -> EmbeddingOp.forward(ws, table, ValueLayout.JAVA_FLOAT, WIDTH, ids));
    }
  }

  private static Tensor attention(Workspace ws, Tensor[] qkv, int[] offsets, float[] p) {
    return AttentionOp.forward(ws, qkv[0], qkv[1], qkv[2], offsets, HEADS, 0.25f, 0, p);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void attention_in_a_ragged_batch_is_attention_of_each_sequence_alone(Kernels kernels) {
    int[] offsets = {0, 1, 3, 20, 20, 85}; // lengths 1, 2, 17, 0, 65
    Tensor[] qkv = {normal(1, 85), normal(2, 85), normal(3, 85)};
    int[] pOffsets = AttentionOp.probabilityOffsets(offsets, HEADS);
    float[] p = new float[pOffsets[pOffsets.length - 1]];
    Workspace ws = new Workspace(kernels, WorkerPool.of(1));
    float[] batch = attention(ws, qkv, offsets, p).toArray();
    assertInvariant(kernels, "attention", w -> attention(w, qkv, offsets, null));
    for (int b = 0; b + 1 < offsets.length; b++) {
      int from = offsets[b];
      int to = offsets[b + 1];
      Tensor[] own = Stream.of(qkv).map(x -> x.slice(from, to)).toArray(Tensor[]::new);
      float[] ownP = new float[pOffsets[b + 1] - pOffsets[b]];
      float[] alone = attention(ws, own, new int[] {0, to - from}, ownP).toArray();
      String what = "sequence of " + (to - from);
      assertSameBits(Arrays.copyOfRange(batch, from * WIDTH, to * WIDTH), alone, what);
      assertSameBits(
          Arrays.copyOfRange(p, pOffsets[b], pOffsets[b + 1]), ownP, what + ": probabilities");
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void probabilities_do_not_depend_on_threads(Kernels kernels) {
    int[] offsets = {0, 1, 3, 20, 85};
    Tensor[] qkv = {normal(1, 85), normal(2, 85), normal(3, 85)};
    int[] pOffsets = AttentionOp.probabilityOffsets(offsets, HEADS);
    assertInvariant(
        kernels,
        "probabilities",
        ws -> {
          float[] p = new float[pOffsets[pOffsets.length - 1]];
          attention(ws, qkv, offsets, p);
          return Tensor.wrap(p, p.length);
        });
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void a_row_does_not_depend_on_the_rows_beside_it(Kernels kernels) {
    int outputs = 70;
    var w = kernels.matmul().pack(Floats.normal(5, outputs * WIDTH), 0, outputs, WIDTH);
    Tensor x = normal(1, 41);
    Workspace ws = new Workspace(kernels, WorkerPool.of(1));
    float[] batch = LinearOp.forward(ws, x, w, null, Activation.TANH).toArray();
    for (int i = 0; i < 41; i++) {
      assertSameBits(
          LinearOp.forward(ws, x.slice(i, i + 1), w, null, Activation.TANH).toArray(),
          Arrays.copyOfRange(batch, i * outputs, (i + 1) * outputs),
          "row " + i);
    }
  }
}

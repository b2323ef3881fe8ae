package dev.bantam.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.parallel.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class ModulesTest {
  private final Workspace ws = new Workspace(Kernels.scalar(), WorkerPool.of(1));

  private Linear linear(String name) {
    float[] w = {1, 2, 3, -4, -5, -6};
    return new Linear(
        name,
        new DenseLinearKernel(ws.kernels().matmul().pack(w, 0, 2, 3), new float[] {0.5f, 0.25f}));
  }

  private static Parameter frozen(float... values) {
    return Parameter.frozen(Tensor.wrap(values, values.length));
  }

  @Test
  void aLinearLayerMultipliesByTheTransposedWeightAndAddsTheBias() {
    Tensor x = Tensor.wrap(new float[] {1, 1, 1, 0, 1, 2}, 2, 3);
    assertThat(linear("l").forward(ws, x).toArray()).containsExactly(6.5f, -14.75f, 8.5f, -16.75f);
    assertThat(linear("l").forward(ws, x, Activation.RELU).toArray())
        .containsExactly(6.5f, 0, 8.5f, 0);
  }

  @Test
  void aLinearLayerNamesItselfWhenItsInputDoesNotFit() {
    assertThatExceptionOfType(ShapeMismatchException.class)
        .isThrownBy(
            () -> linear("encoder.layer.3.output.dense").forward(ws, Tensor.zeros(2, 128, 384)))
        .withMessage(
            "linear 'encoder.layer.3.output.dense': expected input [..., 3], got [2, 128, 384]");
  }

  @Test
  void aNormalizedRowHasMeanOfTheBiasAndDeviationOfTheWeight() {
    LayerNorm norm = new LayerNorm(frozen(2, 2), frozen(1, 1), 0);
    Tensor x = Tensor.wrap(new float[] {1, 3}, 1, 2);
    assertThat(norm.forward(ws, x).toArray()).containsExactly(-1, 3);
    assertThat(norm.forward(ws, x, Tensor.wrap(new float[] {9, -9}, 1, 2), 0).toArray())
        .containsExactly(3, -1);
  }

  @Test
  void anEmbeddingReadsRowsOfAnArrayAndOfUnalignedLittleEndianMemoryAlike() {
    float[] table = {1, 2, 3, 4, 5, 6};
    int[] ids = {2, 0, 2};
    float[] expected = {5, 6, 1, 2, 5, 6};
    assertThat(new Embedding(Parameter.frozen(Tensor.wrap(table, 3, 2))).forward(ws, ids).toArray())
        .isEqualTo(expected);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(25, 4).asSlice(1);
      ValueLayout.OfFloat layout =
          ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
      MemorySegment.copy(table, 0, memory, layout, 0, table.length);
      assertThat(new MappedEmbeddingKernel(memory, 3, 2).forward(ws, ids).toArray())
          .isEqualTo(expected);
    }
  }

  @Test
  void anEmbeddingRefusesIdsAndTablesThatDoNotFit() {
    Embedding embedding = new Embedding(Parameter.frozen(Tensor.zeros(3, 2)));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> embedding.forward(ws, new int[] {3}));
    assertThatExceptionOfType(ShapeMismatchException.class)
        .isThrownBy(() -> new MappedEmbeddingKernel(MemorySegment.ofArray(new float[5]), 3, 2))
        .withMessage("embedding: a table of 20 bytes is not [3, 2]");
  }

  @Test
  void aTableIsAllOfItsMemory() {
    assertThatExceptionOfType(ShapeMismatchException.class)
        .isThrownBy(() -> new MappedEmbeddingKernel(MemorySegment.ofArray(new byte[23]), 3, 2))
        .withMessage("embedding: a table of 23 bytes is not [3, 2]");
    Embedding embedding =
        new Embedding(new MappedEmbeddingKernel(MemorySegment.ofArray(new byte[24]), 3, 2));
    assertThat(embedding.rows()).isEqualTo(3);
    assertThat(embedding.width()).isEqualTo(2);
    assertThat(embedding.bytes()).isEqualTo(24);
  }

  @Test
  void aNormalizationRefusesWeightsAndInputsThatDoNotFit() {
    assertThatExceptionOfType(ShapeMismatchException.class)
        .isThrownBy(() -> new LayerNorm(frozen(1, 1), frozen(0, 0, 0), 0))
        .withMessage("layerNorm: weight [2] and bias [3] differ");
    LayerNorm norm = new LayerNorm(frozen(1, 1), frozen(0, 0), 0);
    assertThatExceptionOfType(ShapeMismatchException.class)
        .isThrownBy(() -> norm.forward(ws, Tensor.zeros(2, 3)))
        .withMessage("layerNorm: gamma [2], beta [2] do not fit x [2, 3]");
    assertThatExceptionOfType(ShapeMismatchException.class)
        .isThrownBy(() -> norm.forward(ws, Tensor.zeros(3, 2), Tensor.zeros(2), 0))
        .withMessage("layerNorm: residual [2] differs from x [3, 2]");
  }

  @Test
  void aLinearLayerTakesRowsOfAnyRankAndSaysItsSizes() {
    Linear linear = linear("l");
    assertThat(linear.kernel().inputs()).isEqualTo(3);
    assertThat(linear.kernel().outputs()).isEqualTo(2);
    Tensor x = Tensor.wrap(new float[] {1, 1, 1, 0, 1, 2}, 1, 2, 3);
    assertThat(linear.forward(ws, x).shape()).hasToString("[1, 2, 2]");
    assertThat(linear.forward(ws, x.slice(0, 0)).shape()).hasToString("[0, 2, 2]");
    assertThat(linear.forward(ws, Tensor.zeros(3)).toArray()).containsExactly(0.5f, 0.25f);
  }

  @Test
  void aLinearLayerNeedsNoBias() {
    var w = ws.kernels().matmul().pack(new float[] {1, 2, 3, -4, -5, -6}, 0, 2, 3);
    DenseLinearKernel kernel = new DenseLinearKernel(w, null);
    Tensor x = Tensor.wrap(new float[] {1, 1, 1}, 1, 3);
    assertThat(kernel.forward(ws, x, Activation.NONE).toArray()).containsExactly(6, -15);
    assertThat(new DenseLinearKernel(w, new float[2]).bytes()).isEqualTo(kernel.bytes() + 8);
    assertThat(kernel.bytes()).isEqualTo(w.bytes()).isGreaterThanOrEqualTo(24);
  }

  @Test
  void theNamesOfPartsCannotBeChangedFromOutside() {
    class Empty extends NnModule {}
    Empty empty = new Empty();
    assertThat(empty.namedModules()).isEmpty();
    assertThat(empty.bytes()).isZero();
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> empty.namedModules().put("more", new Empty()));
  }

  @Test
  void partsAreKnownByTheirPath() {
    class Block extends NnModule {
      Block() {
        register("dense", linear("dense"));
        register("LayerNorm", new LayerNorm(frozen(0, 0, 0), frozen(0, 0, 0), 0));
      }
    }
    class Model extends NnModule {
      Model() {
        register("layer.0", new Block());
        register("layer.1", new Block());
      }

      void registerAgain() {
        register("layer.1", new Block());
      }
    }
    Model model = new Model();
    assertThat(model.namedModules().keySet())
        .containsExactly(
            "layer.0",
            "layer.0.dense",
            "layer.0.LayerNorm",
            "layer.1",
            "layer.1.dense",
            "layer.1.LayerNorm");
    assertThat(model.bytes()).isEqualTo(2 * (linear("l").bytes() + 24));
    assertThatIllegalArgumentException()
        .isThrownBy(model::registerAgain)
        .withMessage("module: there are two parts named 'layer.1'");
  }

  @Test
  void aFrozenParameterOfAVariableIsNotTrained() {
    Tensor variable = Tensor.zeros(2).requireGrad();
    Parameter frozen = Parameter.frozen(variable);
    assertThat(frozen.isTrained()).isFalse();
    assertThat(frozen.value().data()).isSameAs(variable.data());
    assertThat(variable.requiresGrad()).isTrue();
  }
}

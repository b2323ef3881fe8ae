package dev.bantam.tensor.kernel.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.bantam.tensor.Floats;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.MatmulCase;
import dev.bantam.tensor.kernel.MatmulKernel;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both SIMD products, whichever of them {@link SimdKernels} takes on this machine. */
class SimdMatmulTest {
  private static Stream<Named<MatmulKernel>> kernels() {
    SimdVectors vectors = new SimdVectors();
    return Stream.of(
        Named.of("narrow", new NarrowMatmul(vectors)), Named.of("wide", new WideMatmul(vectors)));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void every_height_of_a_tile_has_the_bits_of_the_scalar_kernel(MatmulKernel kernel) {
    for (int rows = 1; rows <= 12; rows++) {
      for (int n : new int[] {1, 17, 64, 70, 150}) {
        for (int k : new int[] {1, 100, 257, 384}) {
          new MatmulCase(rows, n, k, rows % 2 == 0, Activation.NONE).check(kernel);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void without_inputs_a_product_is_its_bias(MatmulKernel kernel) {
    new MatmulCase(8, 70, 0, true, Activation.RELU).check(kernel);
    new MatmulCase(8, 70, 0, false, Activation.NONE).check(kernel);
    float[] y = new float[70];
    kernel.multiply(
        new float[0],
        0,
        0,
        false,
        1,
        kernel.pack(new float[0], 0, 70, 0),
        0,
        Math.ceilDiv(70, PanelSlice.WIDTH),
        false,
        Floats.filled(70, -0f),
        Activation.NONE,
        y,
        0,
        70,
        new float[kernel.scratchSize()]);
    Floats.assertSameBits(y, new float[70], "-0 + the sum of nothing");
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void few_inputs_beyond_a_block_take_little_memory(MatmulKernel kernel) {
    int n = 30 * PanelSlice.WIDTH;
    for (int k : new int[] {64, 128, 384, 448, 512, 768}) {
      double room = kernel.reserve(null, n, k).bytes() / (double) (Float.BYTES * n * k);
      assertThat(room).as("k " + k).isBetween(1.0, 1.02);
    }
  }

  @Test
  void weights_that_an_array_cannot_hold_are_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NarrowMatmul(new SimdVectors()).reserve(null, 1 << 20, 1 << 12))
        .withMessageMatching(
            "matmul: weights \\[1048576, 4096\\] take \\d+ floats when packed, expected at most"
                + " 1073741824");
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void blocks_of_rows_and_of_products_have_the_bits_of_the_scalar_kernel(MatmulKernel kernel) {
    for (int rows : new int[] {1, 120, 193, 250}) {
      for (int k : new int[] {384, 400, 769}) {
        new MatmulCase(rows, 40, k, true, Activation.RELU).check(kernel);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void any_split_has_the_same_bits(MatmulKernel kernel) {
    new MatmulCase(125, 150, 300, false, Activation.TANH).checkSplits(kernel);
    new MatmulCase(8, 64, 257, true, Activation.GELU_TANH).checkSplits(kernel);
  }
}

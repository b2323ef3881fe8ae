package dev.bantam.tensor.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the SIMD kernels that this machine runs to the scalar ones. */
class KernelDifferentialTest {
  private static final Kernels SCALAR = Kernels.scalar();
  private static final Kernels SIMD =
      Kernels.simd()
          .orElseThrow(() -> new AssertionError("the build runs tests with SIMD kernels"));
  private static final KernelCases CASES = new KernelCases(SIMD);

  @Test
  void the_best_kernels_are_the_simd_ones() {
    assertThat(Kernels.best()).isSameAs(SIMD);
    assertThat(SIMD.name()).matches("simd-(64|128|256|512|1024|2048)");
    assertThat(SCALAR.name()).isEqualTo("scalar");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 13, 16, 33, 64, 65, 121, 193})
  void products_have_the_bits_of_the_scalar_kernel(int rows) {
    for (int n : new int[] {1, 7, 16, 31, 33, 64, 100}) {
      for (int k : new int[] {1, 3, 64, 383, 384, 385, 768, 769}) {
        if ((long) rows * n * k < 500_000) {
          new MatmulCase(rows, n, k, (n + k) % 2 == 0, Activation.NONE).check(SIMD.matmul());
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void products_agree_under_every_activation(Activation activation) {
    for (int size : new int[] {1, 3, 7, 13, 16, 17, 31, 33, 64, 100, 207, 384}) {
      new MatmulCase(7, size, 257, true, activation).check(SIMD.matmul());
      new MatmulCase(7, 33, size, false, activation).check(SIMD.matmul());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 200})
  void products_have_the_same_bits_however_they_are_split(int rows) {
    for (Kernels kernels : new Kernels[] {SCALAR, SIMD}) {
      new MatmulCase(rows, 150, 259, true, Activation.RELU).checkSplits(kernels.matmul());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 32, 64, 80})
  void attention_agrees_at_every_length(int headDim) {
    for (int length = 1; length <= 70; length++) {
      CASES.attention(length, headDim);
    }
  }

  @Test
  void softmax_agrees() {
    CASES.softmax();
  }

  @Test
  void softmax_of_huge_scores_is_finite() {
    CASES.softmaxOfHugeScores();
  }

  @Test
  void softmax_gives_masked_entries_nothing() {
    CASES.softmaxOfMaskedScores();
  }

  @Test
  void layer_norm_agrees() {
    CASES.layerNorm();
  }

  @Test
  void layer_norm_of_rows_far_from_zero_agrees() {
    CASES.layerNormFarFromZero();
  }

  @Test
  void layer_norm_of_constant_rows_is_its_shift() {
    CASES.layerNormOfConstantRows();
  }

  @Test
  void elementwise_arithmetic_has_the_bits_of_the_scalar_kernel() {
    CASES.arithmetic();
  }

  @Test
  void reductions_agree() {
    CASES.reductions();
  }

  @Test
  void exp_and_activations_agree() {
    CASES.functions();
  }
}

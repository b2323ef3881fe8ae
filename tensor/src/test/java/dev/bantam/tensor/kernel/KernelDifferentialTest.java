package dev.bantam.tensor.kernel;

import static dev.bantam.tensor.Floats.assertClose;
import static dev.bantam.tensor.Floats.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.tensor.Floats;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
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
  private static final int[] SIZES = {1, 3, 7, 13, 16, 17, 31, 33, 64, 100, 207, 257, 702};
  private static final float INF = Float.POSITIVE_INFINITY;

  @Test
  void the_best_kernels_are_the_simd_ones() {
    assertThat(Kernels.best()).isSameAs(SIMD);
    assertThat(SIMD.name()).matches("simd-(64|128|256|512|1024|2048)");
    assertThat(SCALAR.name()).isEqualTo("scalar");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 13, 33, 121, 193})
  void products_have_the_bits_of_the_scalar_kernel(int rows) {
    for (int n : new int[] {1, 7, 16, 31, 33, 64, 100}) {
      for (int k : new int[] {1, 3, 64, 255, 256, 257, 513, 769}) {
        if ((long) rows * n * k < 500_000) {
          new MatmulCase(rows, n, k, (n + k) % 2 == 0, Activation.NONE).check(SIMD.matmul());
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void products_agree_under_every_activation(Activation activation) {
    for (int size : SIZES) {
      if (size < 300) {
        new MatmulCase(7, size, 257, true, activation).check(SIMD.matmul());
        new MatmulCase(7, 33, size, false, activation).check(SIMD.matmul());
      }
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
      String what = "attention of " + length + " x " + headDim;
      float[] expectedP = Floats.filled(length * length + 9, -7);
      float[] actualP = expectedP.clone();
      float[] expected = attend(SCALAR, length, headDim, expectedP);
      float[] actual = attend(SIMD, length, headDim, actualP);
      assertClose(actual, expected, 8e-6, 0, what); // values are up to 4
      assertClose(actualP, expectedP, 2e-6, 0, what + ": probabilities");
      assertSameBits(attend(SIMD, length, headDim, null), actual, what + " without probabilities");
    }
  }

  private static float[] attend(
      Kernels kernels, int length, int headDim, float @Nullable [] probabilities) {
    int ld = headDim + 3;
    int ldy = headDim + 5;
    float[][] qkv = new float[3][];
    for (int t = 0; t < 3; t++) {
      qkv[t] = Floats.filled(4 + length * ld, Float.NaN);
      float[] values = Floats.normal(t, length * headDim);
      for (int i = 0; i < length; i++) {
        System.arraycopy(values, i * headDim, qkv[t], 4 + i * ld, headDim);
      }
    }
    float[] y = Floats.filled(2 + length * ldy, -7);
    float scale = (float) (1 / Math.sqrt(headDim));
    AttentionKernel kernel = kernels.attention();
    float[] scratch = Floats.filled(kernel.scratchSize(length, headDim), Float.NaN);
    kernel.attend(
        qkv[0],
        qkv[1],
        qkv[2],
        4,
        ld,
        length,
        headDim,
        scale,
        y,
        2,
        ldy,
        probabilities,
        6,
        null,
        scratch);
    return y; // what lies between its rows is compared too
  }

  @Test
  void softmax_agrees() {
    for (int cols : SIZES) {
      float[] x = Floats.normal(cols, 3 * (cols + 2) + 1);
      for (int i = 0; i < x.length; i += 5) {
        x[i] *= 20;
      }
      softmax(x, cols);
    }
  }

  @Test
  void softmax_of_huge_scores_is_finite() {
    for (int cols : SIZES) {
      float[] x = Floats.normal(cols, 3 * (cols + 2) + 1);
      for (int i = 0; i < x.length; i++) {
        x[i] *= i % 3 == 0 ? 1e38f : 1e4f;
      }
      softmax(x, cols);
    }
  }

  @Test
  void softmax_gives_masked_entries_nothing() {
    for (int cols : SIZES) {
      float[] x = Floats.normal(cols, 3 * (cols + 2) + 1);
      for (int i = 0; i < x.length; i += 2) {
        x[i] = -INF;
      }
      Arrays.fill(x, 1, 1 + cols, -INF); // a row of nothing else
      float[] y = softmax(x, cols);
      assertThat(Arrays.copyOfRange(y, 1, 1 + cols)).containsOnly(0);
    }
  }

  private static float[] softmax(float[] x, int cols) {
    float[] expected = x.clone();
    float[] actual = x.clone();
    SCALAR.rows().softmax(expected, 1, cols + 2, 3, cols);
    SIMD.rows().softmax(actual, 1, cols + 2, 3, cols);
    for (int r = 0; r < 3; r++) {
      float sum = SCALAR.vectors().sum(actual, 1 + r * (cols + 2), cols);
      assertThat(sum).isIn(0f, sum > 0.99999f && sum < 1.00001f ? sum : Float.NaN);
    }
    assertClose(actual, expected, 1e-37, 1e-6, "softmax of " + cols);
    return actual;
  }

  @Test
  void layer_norm_agrees() {
    for (int cols : SIZES) {
      layerNorm(Floats.normal(cols, 4 * cols + 4), cols, 3e-6);
    }
  }

  @Test
  void layer_norm_of_rows_far_from_zero_agrees() {
    for (int cols : SIZES) {
      float[] x = Floats.normal(cols, 4 * cols + 4);
      for (int i = 0; i < x.length; i++) {
        x[i] += 500;
      }
      layerNorm(x, cols, 5e-6);
    }
  }

  @Test
  void layer_norm_of_constant_rows_is_its_shift() {
    for (int cols : SIZES) {
      for (float value : new float[] {0, 0.1f, -3.3f, 500.3f}) {
        float[] beta = Floats.normal(1, cols);
        float[] y = new float[cols];
        float[] gamma = Floats.filled(cols, 1);
        float[] x = Floats.filled(cols, value);
        SIMD.rows().layerNorm(x, 0, null, 0, gamma, beta, 1e-12f, y, 0, 1, cols);
        assertClose(y, beta, 1e-4, 0, cols + " times " + value);
      }
    }
  }

  private static void layerNorm(float[] x, int cols, double tolerance) {
    float[] residual = Floats.normal(7, 4 * cols + 4);
    float[] gamma = Floats.normal(8, cols);
    float[] beta = Floats.normal(9, cols);
    for (float[] r : new float[][] {null, residual}) {
      float[] expected = Floats.filled(3 * cols + 6, -7);
      float[] actual = expected.clone();
      SCALAR.rows().layerNorm(x, 1, r, 2, gamma, beta, 1e-5f, expected, 3, 3, cols);
      SIMD.rows().layerNorm(x, 1, r, 2, gamma, beta, 1e-5f, actual, 3, 3, cols);
      assertClose(actual, expected, tolerance, tolerance, "layerNorm of " + cols);
      float[] inPlace = x.clone();
      SIMD.rows().layerNorm(inPlace, 1, r, 2, gamma, beta, 1e-5f, inPlace, 1, 3, cols);
      assertSameBits(
          Arrays.copyOfRange(inPlace, 1, 1 + 3 * cols),
          Arrays.copyOfRange(actual, 3, 3 + 3 * cols),
          "layerNorm of " + cols + " in place");
    }
  }

  /** What a vector method does to its output, given two inputs of n floats at offsets 1 and 2. */
  @FunctionalInterface
  private interface VectorCase {
    void run(VectorKernel vectors, float[] a, float[] b, float[] y, int n);
  }

  private static void vectors(double absolute, double relative, VectorCase test) {
    for (int n : SIZES) {
      float[] a = Floats.normal(n, n + 4);
      float[] b = Floats.normal(n + 1, n + 4);
      float[] expected = Floats.normal(n + 2, n + 9);
      float[] actual = expected.clone();
      test.run(SCALAR.vectors(), a, b, expected, n);
      test.run(SIMD.vectors(), a, b, actual, n);
      assertClose(actual, expected, absolute, relative, "of " + n);
    }
  }

  @Test
  void elementwise_arithmetic_has_the_bits_of_the_scalar_kernel() {
    vectors(0, 0, (v, a, b, y, n) -> v.add(a, 1, b, 2, y, 3, n));
    vectors(0, 0, (v, a, b, y, n) -> v.subtract(a, 1, b, 2, y, 3, n));
    vectors(0, 0, (v, a, b, y, n) -> v.multiply(a, 1, b, 2, y, 3, n));
    vectors(0, 0, (v, a, b, y, n) -> v.max(a, 1, y, 3, n));
    vectors(0, 0, (v, a, b, y, n) -> v.scale(0.3f, y, 3, n));
    vectors(0, 0, (v, a, b, y, n) -> y[0] = v.max(a, 1, n));
    vectors(0, 0, (v, a, b, y, n) -> v.add(y, 3, b, 2, y, 3, n)); // in place
  }

  @Test
  void reductions_agree() {
    vectors(2e-5, 1e-6, (v, a, b, y, n) -> y[0] = v.sum(a, 1, n));
    vectors(2e-5, 1e-6, (v, a, b, y, n) -> y[0] = v.dot(a, 1, b, 2, n));
    for (Kernels kernels : new Kernels[] {SCALAR, SIMD}) {
      assertThat(kernels.vectors().sum(new float[2], 1, 0)).isZero();
      assertThat(kernels.vectors().dot(new float[2], 1, new float[2], 1, 0)).isZero();
      assertThat(kernels.vectors().max(new float[2], 1, 0)).isEqualTo(-INF);
    }
  }

  @Test
  void exp_and_activations_agree() {
    vectors(0, 3e-7, (v, a, b, y, n) -> v.exp(y, 3, n));
    for (Activation f : Activation.values()) {
      vectors(5e-7, 3e-7, (v, a, b, y, n) -> v.activate(f, y, 3, n));
    }
  }
}

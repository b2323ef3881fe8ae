package dev.bantam.tensor.kernel;

import static dev.bantam.tensor.Floats.assertClose;
import static dev.bantam.tensor.Floats.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.tensor.Floats;
import dev.bantam.tensor.kernel.TrainingKernel.AdamWStep;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Holds what SIMD kernels do in training to the scalar ones, with all that lies around. */
class TrainingKernelTest {
  private static final TrainingKernel SCALAR = Kernels.scalar().training();
  private static final TrainingKernel SIMD = Kernels.simd().orElseThrow().training();
  private static final int[] SIZES = {1, 13, 31, 207, 702, 4098};

  @ParameterizedTest
  @EnumSource
  void derivatives_of_activations_agree(Activation f) {
    for (int n : SIZES) {
      float[] x = Floats.normal(n, n + 5);
      for (int i = 0; i < x.length; i++) {
        x[i] *= i % 7 == 0 ? 20 : 2; // into the flat ends as well
      }
      float[] expected = Floats.normal(n + 1, n + 8);
      float[] actual = expected.clone();
      SCALAR.activationBackward(f, x, 2, expected, 3, n);
      SIMD.activationBackward(f, x, 2, actual, 3, n);
      assertClose(actual, expected, 1e-5, 1e-6, f + " of " + n);
    }
  }

  @ParameterizedTest
  @FieldSource("SIZES")
  void the_way_back_through_a_softmax_agrees(int cols) {
    int rows = 3;
    int ldp = cols + 2;
    int ldd = cols + 3;
    float[] p = Floats.normal(cols, 1 + rows * ldp);
    Kernels.scalar().rows().softmax(p, 1, ldp, rows, cols);
    float[] expected = Floats.normal(cols + 1, 2 + rows * ldd);
    float[] actual = expected.clone();
    SCALAR.softmaxBackward(p, 1, ldp, expected, 2, ldd, rows, cols, 0.7f);
    SIMD.softmaxBackward(p, 1, ldp, actual, 2, ldd, rows, cols, 0.7f);
    assertClose(actual, expected, 1e-6, 1e-6, "softmax of " + cols);
  }

  @ParameterizedTest
  @FieldSource("SIZES")
  void the_way_back_through_a_layer_norm_agrees(int cols) {
    for (float mean : new float[] {0, 300}) {
      int rows = 3;
      float[] s = Floats.normal(cols, 1 + rows * cols);
      for (int i = 0; i < s.length; i++) {
        s[i] += mean;
      }
      float[] gamma = Floats.normal(7, 2 + cols);
      float[] dy = Floats.normal(8, 3 + rows * cols);
      float[] expected = Floats.filled(4 + rows * cols + 5, -7);
      float[] actual = expected.clone();
      float[] expectedSums = Floats.normal(9, 5 + 2 * cols + 5);
      float[] actualSums = expectedSums.clone();
      float eps = 1e-5f;
      SCALAR.layerNormBackward(
          s, 1, gamma, 2, eps, dy, 3, expected, 4, expectedSums, 5, rows, cols);
      SIMD.layerNormBackward(s, 1, gamma, 2, eps, dy, 3, actual, 4, actualSums, 5, rows, cols);
      double tolerance = mean == 0 ? 1e-5 : 2e-3; // the deviations are of 300 ± 1
      assertClose(actual, expected, tolerance, 1e-5, "layerNorm of " + cols);
      assertClose(actualSums, expectedSums, tolerance, 1e-5, "dγ and dβ of " + cols);

      float[] inPlace = dy.clone();
      float[] sums = Floats.filled(2 * cols, 0);
      SIMD.layerNormBackward(s, 1, gamma, 2, eps, inPlace, 3, inPlace, 3, sums, 0, rows, cols);
      assertSameBits(
          Arrays.copyOfRange(inPlace, 3, 3 + rows * cols),
          Arrays.copyOfRange(actual, 4, 4 + rows * cols),
          "layerNorm of " + cols + " in place");
    }
  }

  @ParameterizedTest
  @FieldSource("SIZES")
  void dropout_has_the_bits_of_the_scalar_kernel(int n) {
    for (int first : new int[] {0, 5, Integer.MAX_VALUE - 8192}) {
      Dropout dropout = new Dropout(0.3f, n * 31, first ^ 77);
      float[] x = Floats.normal(n, n + 4);
      float[] expected = Floats.filled(n + 9, -7);
      float[] actual = expected.clone();
      SCALAR.dropout(dropout, first, x, 1, expected, 3, n);
      SIMD.dropout(dropout, first, x, 1, actual, 3, n);
      assertSameBits(actual, expected, "dropout of " + n + " from " + first);
      SIMD.dropout(dropout, first, x, 1, x, 1, n);
      assertSameBits(
          Arrays.copyOfRange(x, 1, 1 + n), Arrays.copyOfRange(actual, 3, 3 + n), "in place");
    }
  }

  @ParameterizedTest
  @FieldSource("SIZES")
  void dropout_is_the_same_however_it_is_split(int n) {
    Dropout dropout = new Dropout(0.3f, 4, 5);
    float[] x = Floats.normal(n, n);
    float[] whole = new float[n];
    SIMD.dropout(dropout, 0, x, 0, whole, 0, n);
    int cut = n / 3;
    SIMD.dropout(dropout, 0, x, 0, x, 0, cut);
    SIMD.dropout(dropout, cut, x, cut, x, cut, n - cut);
    assertSameBits(x, whole, "dropout of " + n + " cut at " + cut);
  }

  @ParameterizedTest
  @FieldSource("SIZES")
  void steps_of_adam_agree(int n) {
    float[][] expected = {
      Floats.normal(1, n + 5), Floats.filled(n + 3, 0), Floats.filled(n + 3, 0)
    };
    float[][] actual = {expected[0].clone(), expected[1].clone(), expected[2].clone()};
    for (int t = 1; t <= 4; t++) {
      float[] gradient = Floats.normal(10 + t, n + 2);
      gradient[1] = 0;
      AdamWStep step =
          new AdamWStep(
              5e-3, 0.9, 0.999, 1e-8, 0.01, 1 - Math.pow(0.9, t), 1 - Math.pow(0.999, t), 0.37);
      SCALAR.adamW(step, expected[0], 4, gradient, 1, expected[1], expected[2], 2, n);
      SIMD.adamW(step, actual[0], 4, gradient, 1, actual[1], actual[2], 2, n);
    }
    assertClose(actual[0], expected[0], 1e-6, 1e-6, "weights");
    assertClose(actual[1], expected[1], 1e-7, 1e-6, "m");
    assertClose(actual[2], expected[2], 1e-9, 1e-6, "v");
    assertThat(actual[0][3]).isEqualTo(Floats.normal(1, n + 5)[3]);
    assertThat(actual[1][1]).isZero();
  }
}

package dev.bantam.quant.kernel;

import static dev.bantam.quant.Numbers.assertSameBits;
import static dev.bantam.quant.Numbers.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.bantam.tensor.kernel.Kernels;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightRoundingTest {
  private static final WeightRounding FORMULAS = QuantizedKernels.of(Kernels.scalar()).weights();
  private static final WeightRounding SIMD =
      QuantizedKernels.of(Kernels.simd().orElseThrow()).weights();

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 16, 33, 71, 384})
  void vectors_give_the_bits_of_the_formulas(int n) {
    for (float scale : new float[] {0.2f, -0.2f, 0.01f, 3}) {
      float[] w = normal(1, n + 3);
      float[] dy = normal(2, n + 5);
      float[][] y = new float[2][n + 2];
      float[][] dw = new float[2][n + 1];
      float[] sums = new float[2];
      for (int i = 0; i < 2; i++) {
        WeightRounding rounding = i == 0 ? FORMULAS : SIMD;
        rounding.round(w, 3, n, scale, -8, 7, y[i], 2);
        rounding.weightGradient(w, 3, n, scale, -8, 7, dy, 5, dw[i], 1);
        sums[i] = rounding.scaleGradient(w, 3, n, scale, -8, 7, dy, 5);
      }
      assertSameBits(y[1], y[0], scale);
      assertSameBits(dw[1], dw[0], scale);
      assertThat(sums[1])
          .as("sum over %d, scale %f", n, scale)
          .isCloseTo(sums[0], within(n * 1e-5f));
    }
  }

  @Test
  void a_sum_has_the_same_bits_before_and_after_it_is_compiled() {
    float[] w = normal(1, 384);
    float[] dy = normal(2, 384);
    float first = SIMD.scaleGradient(w, 0, 384, 0.2f, -8, 7, dy, 0);
    for (int i = 0; i < 100_000; i++) {
      if (SIMD.scaleGradient(w, 0, 384, 0.2f, -8, 7, dy, 0) != first) {
        throw new AssertionError("another sum in call " + i);
      }
    }
  }

  @Test
  void gradients_are_those_of_the_paper_at_and_beyond_the_ends() {
    float[] w = new float[32];
    Arrays.fill(w, 4); // v = 2
    w[0] = -17; // v = -8.5, rounds to -8 and is out of range
    w[1] = -16; // v = -8, the last in range
    w[2] = 14.5f; // v = 7.25
    w[3] = 2.5f; // v = 1.25
    float[] ones = new float[32];
    Arrays.fill(ones, 1);
    float[] expected = ones.clone();
    expected[0] = 0;
    expected[2] = 0;
    for (WeightRounding rounding : new WeightRounding[] {FORMULAS, SIMD}) {
      float[] dw = new float[32];
      rounding.weightGradient(w, 0, 32, 2, -8, 7, ones, 0, dw, 0);
      assertThat(dw).containsExactly(expected);
      assertThat(rounding.scaleGradient(w, 0, 32, 2, -8, 7, ones, 0)).isEqualTo(-8 + 7 - 0.25f);
    }
  }
}

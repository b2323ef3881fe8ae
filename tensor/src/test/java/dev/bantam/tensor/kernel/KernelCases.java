package dev.bantam.tensor.kernel;

import static dev.bantam.tensor.Floats.assertClose;
import static dev.bantam.tensor.Floats.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.tensor.Floats;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cases for every kernel family, each of which holds the SIMD kernels to the scalar ones.
 *
 * @param simd the kernels to check
 */
public record KernelCases(Kernels simd) {
  private static final Kernels SCALAR = Kernels.scalar();
  private static final int[] SIZES = {1, 3, 7, 13, 16, 17, 31, 33, 64, 100, 207, 257, 702};
  private static final float INF = Float.POSITIVE_INFINITY;

  /** All families at once, with fewer products and lengths than {@link KernelDifferentialTest}. */
  public void all() {
    for (int length : new int[] {1, 2, 9, 17, 33, 65}) {
      attention(length, 20);
    }
    softmax();
    softmaxOfHugeScores();
    softmaxOfMaskedScores();
    layerNorm();
    layerNormFarFromZero();
    layerNormOfConstantRows();
    arithmetic();
    reductions();
    functions();
  }

  /** Probabilities and outputs of one head. */
  void attention(int length, int headDim) {
    String what = "attention of " + length + " x " + headDim;
    float[] expectedP = Floats.filled(length * length + 9, -7);
    float[] actualP = expectedP.clone();
    float[] expected = attend(SCALAR, length, headDim, expectedP);
    float[] actual = attend(simd, length, headDim, actualP);
    assertClose(actual, expected, 8e-6, 0, what); // values are up to 4
    assertClose(actualP, expectedP, 2e-6, 0, what + ": probabilities");
    assertSameBits(attend(simd, length, headDim, null), actual, what + " without probabilities");
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

  /** Of rows with a few scores that stand out. */
  void softmax() {
    for (int cols : SIZES) {
      float[] x = Floats.normal(cols, 3 * (cols + 2) + 1);
      for (int i = 0; i < x.length; i += 5) {
        x[i] *= 20;
      }
      softmax(x, cols);
    }
  }

  /** Of scores whose exponentials overflow unless the maximum is taken off. */
  void softmaxOfHugeScores() {
    for (int cols : SIZES) {
      float[] x = Floats.normal(cols, 3 * (cols + 2) + 1);
      for (int i = 0; i < x.length; i++) {
        x[i] *= i % 3 == 0 ? 1e38f : 1e4f;
      }
      softmax(x, cols);
    }
  }

  /** Of rows with entries of -∞, and of a row of nothing else. */
  void softmaxOfMaskedScores() {
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

  private float[] softmax(float[] x, int cols) {
    float[] expected = x.clone();
    float[] actual = x.clone();
    SCALAR.rows().softmax(expected, 1, cols + 2, 3, cols);
    simd.rows().softmax(actual, 1, cols + 2, 3, cols);
    for (int r = 0; r < 3; r++) {
      float sum = SCALAR.vectors().sum(actual, 1 + r * (cols + 2), cols);
      assertThat(sum).isIn(0f, sum > 0.99999f && sum < 1.00001f ? sum : Float.NaN);
    }
    assertClose(actual, expected, 1e-37, 1e-6, "softmax of " + cols);
    return actual;
  }

  /** With and without a residual, in place or not. */
  void layerNorm() {
    for (int cols : SIZES) {
      layerNorm(Floats.normal(cols, 4 * cols + 4), cols, 3e-6);
    }
  }

  /** Of rows whose mean is large beside their deviation. */
  void layerNormFarFromZero() {
    for (int cols : SIZES) {
      float[] x = Floats.normal(cols, 4 * cols + 4);
      for (int i = 0; i < x.length; i++) {
        x[i] += 500;
      }
      layerNorm(x, cols, 5e-6);
    }
  }

  /** Of rows without deviation: the result is the shift. */
  void layerNormOfConstantRows() {
    for (int cols : SIZES) {
      for (float value : new float[] {0, 0.1f, -3.3f, 500.3f}) {
        float[] beta = Floats.normal(1, cols);
        float[] y = new float[cols];
        float[] gamma = Floats.filled(cols, 1);
        float[] x = Floats.filled(cols, value);
        simd.rows().layerNorm(x, 0, null, 0, gamma, beta, 1e-12f, y, 0, 1, cols);
        assertClose(y, beta, 1e-4, 0, cols + " times " + value);
      }
    }
  }

  private void layerNorm(float[] x, int cols, double tolerance) {
    float[] residual = Floats.normal(7, 4 * cols + 4);
    float[] gamma = Floats.normal(8, cols);
    float[] beta = Floats.normal(9, cols);
    for (float[] r : new float[][] {null, residual}) {
      float[] expected = Floats.filled(3 * cols + 6, -7);
      float[] actual = expected.clone();
      SCALAR.rows().layerNorm(x, 1, r, 2, gamma, beta, 1e-5f, expected, 3, 3, cols);
      simd.rows().layerNorm(x, 1, r, 2, gamma, beta, 1e-5f, actual, 3, 3, cols);
      assertClose(actual, expected, tolerance, tolerance, "layerNorm of " + cols);
      float[] inPlace = x.clone();
      simd.rows().layerNorm(inPlace, 1, r, 2, gamma, beta, 1e-5f, inPlace, 1, 3, cols);
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

  private void vectors(double absolute, double relative, VectorCase test) {
    for (int n : SIZES) {
      float[] a = Floats.normal(n, n + 4);
      float[] b = Floats.normal(n + 1, n + 4);
      float[] expected = Floats.normal(n + 2, n + 9);
      float[] actual = expected.clone();
      test.run(SCALAR.vectors(), a, b, expected, n);
      test.run(simd.vectors(), a, b, actual, n);
      assertClose(actual, expected, absolute, relative, "of " + n);
    }
  }

  /** Addition and its like, bit for bit. */
  void arithmetic() {
    vectors(0, 0, (v, a, b, y, n) -> v.add(a, 1, b, 2, y, 3, n));
    vectors(0, 0, (v, a, b, y, n) -> v.subtract(a, 1, b, 2, y, 3, n));
    vectors(0, 0, (v, a, b, y, n) -> v.multiply(a, 1, b, 2, y, 3, n));
    vectors(0, 0, (v, a, b, y, n) -> v.max(a, 1, y, 3, n));
    vectors(0, 0, (v, a, b, y, n) -> v.scale(0.3f, y, 3, n));
    vectors(0, 0, (v, a, b, y, n) -> y[0] = v.max(a, 1, n));
    vectors(0, 0, (v, a, b, y, n) -> v.add(y, 3, b, 2, y, 3, n)); // in place
  }

  /** Sums, products and maxima. */
  void reductions() {
    vectors(2e-5, 1e-6, (v, a, b, y, n) -> y[0] = v.sum(a, 1, n));
    vectors(2e-5, 1e-6, (v, a, b, y, n) -> y[0] = v.dot(a, 1, b, 2, n));
    for (Kernels kernels : new Kernels[] {SCALAR, simd}) {
      assertThat(kernels.vectors().sum(new float[2], 1, 0)).isZero();
      assertThat(kernels.vectors().dot(new float[2], 1, new float[2], 1, 0)).isZero();
      assertThat(kernels.vectors().max(new float[2], 1, 0)).isEqualTo(-INF);
    }
  }

  /** The exponential and every activation. */
  void functions() {
    vectors(0, 3e-7, (v, a, b, y, n) -> v.exp(y, 3, n));
    for (Activation f : Activation.values()) {
      vectors(5e-7, 3e-7, (v, a, b, y, n) -> v.activate(f, y, 3, n));
    }
  }
}

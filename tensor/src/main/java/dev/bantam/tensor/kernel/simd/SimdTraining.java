package dev.bantam.tensor.kernel.simd;

import static dev.bantam.tensor.kernel.simd.VectorMath.L;
import static dev.bantam.tensor.kernel.simd.VectorMath.SPECIES;

import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.Dropout;
import dev.bantam.tensor.kernel.TrainingKernel;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** {@link TrainingKernel}, a vector at a time; what is left at the end of a run under a mask. */
final class SimdTraining implements TrainingKernel {
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final int WEYL = 0x9e3779b9;
  private static final IntVector STEPS = IntVector.zero(INTS).addIndex(1).mul(WEYL);

  private final SimdVectors vectors;

  SimdTraining(SimdVectors vectors) {
    this.vectors = vectors;
  }

  @Override
  public void activationBackward(
      Activation f, float[] x, int xOffset, float[] dy, int dyOffset, int n) {
    switch (f) {
      case NONE -> {}
      case GELU -> gelu(x, xOffset, dy, dyOffset, n);
      case GELU_TANH -> geluTanh(x, xOffset, dy, dyOffset, n);
      case RELU -> relu(x, xOffset, dy, dyOffset, n);
      case TANH -> tanh(x, xOffset, dy, dyOffset, n);
    }
  }

  private static void gelu(float[] x, int at, float[] dy, int to, int n) {
    int i = 0;
    for (; i <= n - L; i += L) {
      VectorMath.geluDerivative(FloatVector.fromArray(SPECIES, x, at + i))
          .mul(FloatVector.fromArray(SPECIES, dy, to + i))
          .intoArray(dy, to + i);
    }
    if (i < n) {
      VectorMask<Float> m = SPECIES.indexInRange(i, n);
      VectorMath.geluDerivative(FloatVector.fromArray(SPECIES, x, at + i, m))
          .mul(FloatVector.fromArray(SPECIES, dy, to + i, m))
          .intoArray(dy, to + i, m);
    }
  }

  private static void geluTanh(float[] x, int at, float[] dy, int to, int n) {
    int i = 0;
    for (; i <= n - L; i += L) {
      VectorMath.geluTanhDerivative(FloatVector.fromArray(SPECIES, x, at + i))
          .mul(FloatVector.fromArray(SPECIES, dy, to + i))
          .intoArray(dy, to + i);
    }
    if (i < n) {
      VectorMask<Float> m = SPECIES.indexInRange(i, n);
      VectorMath.geluTanhDerivative(FloatVector.fromArray(SPECIES, x, at + i, m))
          .mul(FloatVector.fromArray(SPECIES, dy, to + i, m))
          .intoArray(dy, to + i, m);
    }
  }

  private static void tanh(float[] x, int at, float[] dy, int to, int n) {
    for (int i = 0; i < n; i += L) {
      VectorMask<Float> m = SPECIES.indexInRange(i, n);
      FloatVector t = VectorMath.tanh(FloatVector.fromArray(SPECIES, x, at + i, m));
      FloatVector d = FloatVector.fromArray(SPECIES, dy, to + i, m);
      t.neg().mul(t).fma(d, d).intoArray(dy, to + i, m);
    }
  }

  private static void relu(float[] x, int at, float[] dy, int to, int n) {
    for (int i = 0; i < n; i++) {
      dy[to + i] = x[at + i] > 0 ? dy[to + i] : 0;
    }
  }

  @Override
  public void softmaxBackward(
      float[] p,
      int pOffset,
      int ldp,
      float[] dp,
      int dpOffset,
      int ldd,
      int rows,
      int cols,
      float factor) {
    for (int r = 0; r < rows; r++) {
      int at = pOffset + r * ldp;
      int to = dpOffset + r * ldd;
      float dot = vectors.dot(p, at, dp, to, cols);
      int i = 0;
      for (; i <= cols - L; i += L) {
        FloatVector.fromArray(SPECIES, dp, to + i)
            .sub(dot)
            .mul(FloatVector.fromArray(SPECIES, p, at + i))
            .mul(factor)
            .intoArray(dp, to + i);
      }
      for (; i < cols; i++) {
        dp[to + i] = (dp[to + i] - dot) * p[at + i] * factor;
      }
    }
  }

  @Override
  public void layerNormBackward(
      float[] s,
      int sOffset,
      float[] gamma,
      int gammaOffset,
      float eps,
      float[] dy,
      int dyOffset,
      float[] ds,
      int dsOffset,
      float[] sums,
      int sumsOffset,
      int rows,
      int cols) {
    for (int r = 0; r < rows; r++) {
      int row = sOffset + r * cols;
      int from = dyOffset + r * cols;
      float mean = vectors.sum(s, row, cols) / cols;
      float inverse = (float) (1 / Math.sqrt(variance(s, row, cols, mean) + eps));
      // x̂ and g = γ dy pass twice: first for their means, then for ds
      FloatVector sumG = FloatVector.zero(SPECIES);
      FloatVector sumGx = FloatVector.zero(SPECIES);
      float restG = 0;
      float restGx = 0;
      int beta = sumsOffset + cols;
      int i = 0;
      for (; i <= cols - L; i += L) {
        FloatVector x = FloatVector.fromArray(SPECIES, s, row + i).sub(mean).mul(inverse);
        FloatVector d = FloatVector.fromArray(SPECIES, dy, from + i);
        FloatVector g = d.mul(FloatVector.fromArray(SPECIES, gamma, gammaOffset + i));
        sumG = sumG.add(g);
        sumGx = g.fma(x, sumGx);
        x.fma(d, FloatVector.fromArray(SPECIES, sums, sumsOffset + i))
            .intoArray(sums, sumsOffset + i);
        d.add(FloatVector.fromArray(SPECIES, sums, beta + i)).intoArray(sums, beta + i);
      }
      for (; i < cols; i++) {
        float x = (s[row + i] - mean) * inverse;
        float d = dy[from + i];
        float g = d * gamma[gammaOffset + i];
        restG += g;
        restGx += g * x;
        sums[sumsOffset + i] += x * d;
        sums[beta + i] += d;
      }
      float meanG = (VectorMath.sum(sumG) + restG) / cols;
      float meanGx = (VectorMath.sum(sumGx) + restGx) / cols;
      int to = dsOffset + r * cols;
      i = 0;
      for (; i <= cols - L; i += L) {
        FloatVector x = FloatVector.fromArray(SPECIES, s, row + i).sub(mean).mul(inverse);
        FloatVector g =
            FloatVector.fromArray(SPECIES, dy, from + i)
                .mul(FloatVector.fromArray(SPECIES, gamma, gammaOffset + i));
        g.sub(meanG).sub(x.mul(meanGx)).mul(inverse).intoArray(ds, to + i);
      }
      for (; i < cols; i++) {
        float x = (s[row + i] - mean) * inverse;
        float g = dy[from + i] * gamma[gammaOffset + i];
        ds[to + i] = (g - meanG - x * meanGx) * inverse;
      }
    }
  }

  private static double variance(float[] s, int row, int cols, float mean) {
    FloatVector sum = FloatVector.zero(SPECIES);
    FloatVector squares = FloatVector.zero(SPECIES);
    float rest = 0;
    float restSquares = 0;
    int i = 0;
    for (; i <= cols - L; i += L) {
      FloatVector d = FloatVector.fromArray(SPECIES, s, row + i).sub(mean);
      sum = sum.add(d);
      squares = d.fma(d, squares);
    }
    for (; i < cols; i++) {
      float d = s[row + i] - mean;
      rest += d;
      restSquares += d * d;
    }
    // the mean is rounded; its rest counts beside small deviations
    double offset = ((double) VectorMath.sum(sum) + rest) / cols;
    double square = ((double) VectorMath.sum(squares) + restSquares) / cols;
    return Math.max(0, square - offset * offset);
  }

  @Override
  public void dropout(
      Dropout dropout, int first, float[] x, int xOffset, float[] y, int yOffset, int n) {
    int threshold = dropout.threshold();
    float scale = dropout.scale();
    int key0 = dropout.key0();
    int key1 = dropout.key1();
    int i = 0;
    for (; i <= n - L; i += L) {
      VectorMask<Float> dropped = dropped(STEPS.add((first + i) * WEYL + key0), key1, threshold);
      FloatVector.fromArray(SPECIES, x, xOffset + i)
          .mul(scale)
          .blend(0f, dropped)
          .intoArray(y, yOffset + i);
    }
    for (; i < n; i++) {
      y[yOffset + i] = dropout.apply(first + i, x[xOffset + i]);
    }
  }

  /**
   * {@code x[j, i] *= dropout.factor(first + i · cols + j)}: on the transpose of rows of cols
   * elements.
   *
   * @param x matrix [cols, width]
   * @param at index of the first element
   * @param width a multiple of the vector length
   */
  void dropoutTransposed(Dropout dropout, int first, int cols, float[] x, int at, int width) {
    int threshold = dropout.threshold();
    float scale = dropout.scale();
    IntVector lanes = STEPS.mul(cols);
    for (int i = 0; i < width; i += L) {
      IntVector counter = lanes.add((first + i * cols) * WEYL + dropout.key0());
      for (int j = 0; j < cols; j++) {
        int o = at + j * width + i;
        FloatVector.fromArray(SPECIES, x, o)
            .mul(scale)
            .blend(0f, dropped(counter, dropout.key1(), threshold))
            .intoArray(x, o);
        counter = counter.add(WEYL);
      }
    }
  }

  /** {@link Dropout#hash} of L elements, compared. */
  private static VectorMask<Float> dropped(IntVector counter, int key1, int threshold) {
    IntVector h = counter;
    h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 16)).mul(0x7feb352d);
    h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 15));
    h = h.add(key1).mul(0x846ca68b);
    h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 16));
    return h.lanewise(VectorOperators.LSHR, 8).compare(VectorOperators.LT, threshold).cast(SPECIES);
  }

  @Override
  public void adamW(
      AdamWStep step,
      float[] w,
      int wOffset,
      float[] gradient,
      int gradientOffset,
      float[] m,
      float[] v,
      int offset,
      int n) {
    float scale = (float) step.gradientScale();
    float beta1 = (float) step.beta1();
    float beta2 = (float) step.beta2();
    float rest1 = (float) (1 - step.beta1());
    float rest2 = (float) (1 - step.beta2());
    float decay = step.decay();
    float rate = (float) (-step.lr() / step.correction1());
    float root = (float) (1 / Math.sqrt(step.correction2()));
    float eps = (float) step.eps();
    int i = 0;
    for (; i <= n - L; i += L) {
      FloatVector g = FloatVector.fromArray(SPECIES, gradient, gradientOffset + i).mul(scale);
      FloatVector mean = FloatVector.fromArray(SPECIES, m, offset + i).mul(beta1);
      mean = g.fma(FloatVector.broadcast(SPECIES, rest1), mean);
      FloatVector square = FloatVector.fromArray(SPECIES, v, offset + i).mul(beta2);
      square = g.mul(rest2).fma(g, square);
      mean = mean.blend(0f, mean.abs().lt(Float.MIN_NORMAL));
      square = square.blend(0f, square.lt(Float.MIN_NORMAL));
      mean.intoArray(m, offset + i);
      square.intoArray(v, offset + i);
      FloatVector denominator = square.sqrt().mul(root).add(eps);
      FloatVector weight = FloatVector.fromArray(SPECIES, w, wOffset + i).mul(decay);
      mean.div(denominator)
          .fma(FloatVector.broadcast(SPECIES, rate), weight)
          .intoArray(w, wOffset + i);
    }
    for (; i < n; i++) {
      float g = gradient[gradientOffset + i] * scale;
      float mean = flush(Math.fma(g, rest1, m[offset + i] * beta1));
      float square = flush(Math.fma(g * rest2, g, v[offset + i] * beta2));
      m[offset + i] = mean;
      v[offset + i] = square;
      float denominator = (float) Math.sqrt(square) * root + eps;
      w[wOffset + i] = Math.fma(mean / denominator, rate, w[wOffset + i] * decay);
    }
  }

  private static float flush(float x) {
    return Math.abs(x) < Float.MIN_NORMAL ? 0 : x;
  }
}

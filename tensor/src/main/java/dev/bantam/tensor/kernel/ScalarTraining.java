package dev.bantam.tensor.kernel;

/** {@link TrainingKernel} as the formulas, sums in double. */
final class ScalarTraining implements TrainingKernel {

  @Override
  public void activationBackward(
      Activation f, float[] x, int xOffset, float[] dy, int dyOffset, int n) {
    if (f == Activation.NONE) {
      return;
    }
    for (int i = 0; i < n; i++) {
      dy[dyOffset + i] = (float) (derivative(f, x[xOffset + i]) * dy[dyOffset + i]);
    }
  }

  private static double derivative(Activation f, double x) {
    return switch (f) {
      case NONE -> 1;
      case GELU -> // Φ(x) + x φ(x)
          0.5 * (1 + ScalarVectors.erf(x / Math.sqrt(2)))
              + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
      case GELU_TANH -> {
        double c = Math.sqrt(2 / Math.PI);
        double t = Math.tanh(c * (x + 0.044715 * x * x * x));
        yield 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * c * (1 + 3 * 0.044715 * x * x);
      }
      case RELU -> x > 0 ? 1 : 0;
      case TANH -> 1 - Math.tanh(x) * Math.tanh(x);
    };
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
      double dot = 0;
      for (int i = 0; i < cols; i++) {
        dot += (double) p[at + i] * dp[to + i];
      }
      for (int i = 0; i < cols; i++) {
        dp[to + i] = (float) (factor * p[at + i] * (dp[to + i] - dot));
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
      int dRow = dyOffset + r * cols;
      int to = dsOffset + r * cols;
      double mean = 0;
      for (int i = 0; i < cols; i++) {
        mean += s[row + i];
      }
      mean /= cols;
      double variance = 0;
      for (int i = 0; i < cols; i++) {
        variance += (s[row + i] - mean) * (s[row + i] - mean);
      }
      double inverse = 1 / Math.sqrt(variance / cols + eps);
      double meanG = 0;
      double meanGx = 0;
      for (int i = 0; i < cols; i++) {
        double x = (s[row + i] - mean) * inverse;
        double g = (double) gamma[gammaOffset + i] * dy[dRow + i];
        meanG += g / cols;
        meanGx += g * x / cols;
        sums[sumsOffset + i] += (float) (x * dy[dRow + i]);
        sums[sumsOffset + cols + i] += dy[dRow + i];
      }
      for (int i = 0; i < cols; i++) {
        double x = (s[row + i] - mean) * inverse;
        double g = (double) gamma[gammaOffset + i] * dy[dRow + i];
        ds[to + i] = (float) (inverse * (g - meanG - x * meanGx));
      }
    }
  }

  @Override
  public void dropout(
      Dropout dropout, int first, float[] x, int xOffset, float[] y, int yOffset, int n) {
    for (int i = 0; i < n; i++) {
      y[yOffset + i] = dropout.apply(first + i, x[xOffset + i]);
    }
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
    for (int i = 0; i < n; i++) {
      double g = step.gradientScale() * gradient[gradientOffset + i];
      double mean = step.beta1() * m[offset + i] + (1 - step.beta1()) * g;
      double square = step.beta2() * v[offset + i] + (1 - step.beta2()) * g * g;
      m[offset + i] = flush((float) mean);
      v[offset + i] = flush((float) square);
      double decayed = (double) w[wOffset + i] * step.decay();
      double root = Math.sqrt(square / step.correction2()) + step.eps();
      w[wOffset + i] = (float) (decayed - step.lr() / step.correction1() * mean / root);
    }
  }

  private static float flush(float x) {
    return Math.abs(x) < Float.MIN_NORMAL ? 0 : x;
  }
}

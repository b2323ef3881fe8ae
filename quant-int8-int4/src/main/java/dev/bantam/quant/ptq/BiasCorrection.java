package dev.bantam.quant.ptq;

/**
 * Takes the mean of the output's error into the bias: {@code bias -= (W' - W) E[x]} (Nagel et al.
 * 2019, "Data-Free Quantization Through Weight Equalization and Bias Correction", section 4.2).
 */
public final class BiasCorrection {
  private BiasCorrection() {}

  /**
   * The corrected bias; new.
   *
   * @param bias [rows]
   * @param w the weight as it was, row-major [rows, columns]
   * @param replacement what it becomes
   * @param mean of each column of the input, [columns]
   */
  public static float[] correct(float[] bias, float[] w, ScaledWeight replacement, double[] mean) {
    float[] deviation = replacement.deviation(w);
    float[] corrected = new float[bias.length];
    for (int row = 0; row < bias.length; row++) {
      double error = 0;
      for (int column = 0; column < mean.length; column++) {
        error += deviation[row * mean.length + column] * mean[column];
      }
      corrected[row] = (float) (bias[row] - error);
    }
    return corrected;
  }
}

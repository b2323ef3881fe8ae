package dev.bantam.quant;

/** Signal to quantization noise ratio: {@code 10 log₁₀(Σ x² / Σ (x - x̂)²)}, in decibels. */
public final class Sqnr {
  private Sqnr() {}

  /**
   * The ratio.
   *
   * @param exact the numbers x
   * @param rounded what became of them
   * @return decibels; infinite if nothing changed
   */
  public static double decibels(float[] exact, float[] rounded) {
    double signal = 0;
    double noise = 0;
    for (int i = 0; i < exact.length; i++) {
      double error = (double) exact[i] - rounded[i];
      signal += (double) exact[i] * exact[i];
      noise += error * error;
    }
    return noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
  }
}

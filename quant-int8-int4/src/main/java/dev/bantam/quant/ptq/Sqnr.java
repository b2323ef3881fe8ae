package dev.bantam.quant.ptq;

/** Signal to quantization noise, in dB: 6 for each bit. */
public final class Sqnr {
  private Sqnr() {}

  /**
   * {@code 10 log10(signal / noise)}.
   *
   * @param signal sum of squares of what is approximated
   * @param noise sum of squares of the error; infinity dB if 0
   */
  public static double decibels(double signal, double noise) {
    return noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
  }

  /** Of numbers and their approximation. */
  public static double of(float[] exact, float[] approximate) {
    double signal = 0;
    double noise = 0;
    for (int i = 0; i < exact.length; i++) {
      double error = (double) approximate[i] - exact[i];
      signal += (double) exact[i] * exact[i];
      noise += error * error;
    }
    return decibels(signal, noise);
  }
}

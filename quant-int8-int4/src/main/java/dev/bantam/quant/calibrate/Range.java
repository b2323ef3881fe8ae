package dev.bantam.quant.calibrate;

import dev.bantam.quant.InputQuantization;

/**
 * Numbers that codes are to cover; always with 0, which padding, ReLU and GELU make often and which
 * must be exact.
 *
 * @param min least, at most 0
 * @param max greatest, at least 0
 */
public record Range(float min, float max) {

  /** Widens to include 0. */
  public Range {
    if (!Float.isFinite(min) || !Float.isFinite(max) || min > max) {
      throw new IllegalArgumentException("range: [%s, %s]".formatted(min, max));
    }
    min = Math.min(min, 0);
    max = Math.max(max, 0);
  }

  /**
   * Covers the range with the 256 codes: {@code scale = (max - min) / 255}, {@code zeroPoint =
   * round(-128 - min / scale)}.
   */
  public InputQuantization.Static asymmetric() {
    float scale = step(((double) max - min) / 255);
    int zero = (int) Math.rint(-128 - (double) min / scale);
    return new InputQuantization.Static(scale, Math.clamp(zero, -128, 127));
  }

  /** Covers {@code ±max(|min|, |max|)} with the codes -127 to 127; the code of 0 is 0. */
  public InputQuantization.Static symmetric() {
    return new InputQuantization.Static(step(Math.max(-min, max) / 127.0), 0);
  }

  /** A range of 0, give or take nothing that counts, is covered by any step. */
  private static float step(double exact) {
    float step = (float) exact;
    return step < Float.MIN_NORMAL ? 1 : step;
  }
}

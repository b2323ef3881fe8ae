package dev.bantam.quant;

/** How a layer with integer weights rounds its input. */
public sealed interface InputQuantization {

  /** Not at all: weights are turned to floats and multiplied with floats. */
  record None() implements InputQuantization {}

  /**
   * To 8 bits, each row (token) by itself, over a range that includes 0: {@code scale = (max - min)
   * / 255}, {@code least = round(min / scale)}, {@code code = clamp(round(x · (1 / scale)), least,
   * least + 255)}, half to even; so 0 is exact, and an input of one sign has codes of that sign
   * only. A row's result does not depend on the other rows.
   */
  record Dynamic() implements InputQuantization {}

  /**
   * To integers in [-128, 127] with a scale that calibration chose: {@code code = clamp(round(x ·
   * (1 / scale)) + zeroPoint)}, half to even.
   *
   * @param scale step, positive and not subnormal
   * @param zeroPoint the code of 0, in [-128, 127]
   */
  record Static(float scale, int zeroPoint) implements InputQuantization {
    /** Checks the ranges. */
    public Static {
      if (!(scale >= Float.MIN_NORMAL) || scale == Float.POSITIVE_INFINITY) {
        throw new IllegalArgumentException(
            "input scale: expected a positive number, not subnormal, got " + scale);
      }
      if (zeroPoint < -128 || zeroPoint > 127) {
        throw new IllegalArgumentException(
            "input zero point: expected -128 to 127, got " + zeroPoint);
      }
    }
  }
}

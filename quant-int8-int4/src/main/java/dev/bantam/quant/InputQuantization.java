package dev.bantam.quant;

/** How a layer with integer weights rounds its input. */
public sealed interface InputQuantization {

  /** Not at all: weights are turned to floats and multiplied with floats. */
  record None() implements InputQuantization {}

  /**
   * To integers in [-127, 127], each row (token) by itself: {@code scale = max|x| / 127}, {@code
   * code = round(x / scale)}, half to even. A row's result does not depend on the other rows.
   */
  record Dynamic() implements InputQuantization {}

  /**
   * To integers in [-128, 127] with a scale that calibration chose: {@code code = clamp(round(x /
   * scale) + zeroPoint)}, half to even.
   *
   * @param scale step, positive
   * @param zeroPoint the code of 0, in [-128, 127]
   */
  record Static(float scale, int zeroPoint) implements InputQuantization {
    /** Checks the ranges. */
    public Static {
      if (!(scale > 0) || scale == Float.POSITIVE_INFINITY) {
        throw new IllegalArgumentException("input scale: expected a positive number, got " + scale);
      }
      if (zeroPoint < -128 || zeroPoint > 127) {
        throw new IllegalArgumentException(
            "input zero point: expected -128 to 127, got " + zeroPoint);
      }
    }
  }
}

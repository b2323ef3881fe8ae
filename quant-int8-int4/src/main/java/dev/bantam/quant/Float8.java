package dev.bantam.quant;

/**
 * Floats of 8 bits (Micikevicius et al. 2022, "FP8 Formats for Deep Learning"; Open Compute
 * Project, "8-bit Floating Point Specification"). Both directions are exact: a float is rounded to
 * the nearest value of the format, to the even one of two; what is beyond the largest is made the
 * largest, and NaN stays NaN.
 */
public final class Float8 {
  private static final int E4M3_MAX = 0x7E; // 448
  private static final int E5M2_MAX = 0x7B; // 57,344

  private Float8() {}

  /** The value of a code of 1 sign, 4 exponent (bias 7) and 3 fraction bits. */
  public static float e4m3ToFloat(byte code) {
    return (code & 0x7F) == 0x7F ? Float.NaN : toFloat(code, 3, 7);
  }

  /** The value of a code of 1 sign, 5 exponent (bias 15) and 2 fraction bits. */
  public static float e5m2ToFloat(byte code) {
    return Float.float16ToFloat((short) (code << 8)); // the upper half of an IEEE binary16
  }

  /** The code of the value of E4M3 that is nearest; not a number is 0x7F. */
  public static byte floatToE4m3(float x) {
    return Float.isNaN(x) ? 0x7F : fromFloat(x, 3, 7, E4M3_MAX);
  }

  /** The code of the finite value of E5M2 that is nearest; not a number is 0x7F. */
  public static byte floatToE5m2(float x) {
    return Float.isNaN(x) ? 0x7F : fromFloat(x, 2, 15, E5M2_MAX);
  }

  private static float toFloat(int code, int fractionBits, int bias) {
    int exponent = (code & 0x7F) >> fractionBits;
    int fraction = code & ((1 << fractionBits) - 1);
    float magnitude =
        exponent == 0 // subnormal
            ? Math.scalb((float) fraction, 1 - bias - fractionBits)
            : Math.scalb((float) (fraction + (1 << fractionBits)), exponent - bias - fractionBits);
    return (byte) code < 0 ? -magnitude : magnitude;
  }

  private static byte fromFloat(float x, int fractionBits, int bias, int max) {
    int sign = Float.floatToRawIntBits(x) >>> 24 & 0x80;
    float magnitude = Math.abs(x);
    // exponent of the value's binade, not below that of the subnormals
    int exponent = Math.max(Math.getExponent(magnitude), 1 - bias);
    if (exponent > Float.MAX_EXPONENT) { // infinite
      return (byte) (sign | max);
    }
    // steps of the format in that binade; rounding up to the next binade carries into its code
    int steps = (int) Math.rint(Math.scalb(magnitude, fractionBits - exponent));
    int code = steps + ((exponent + bias - 1) << fractionBits);
    return (byte) (sign | Math.min(code, max));
  }
}

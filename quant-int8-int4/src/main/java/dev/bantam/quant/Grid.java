package dev.bantam.quant;

/**
 * The values that the codes of a group of weights stand for: {@code scale · (code - zeroPoint)} for
 * integers, {@code scale · level(code)} for the other types.
 *
 * @param type what a code is
 * @param scale step, not 0; negative where the code of the largest element is to be the least
 *     integer
 * @param zeroPoint the code of 0; 0 for types that are not integers
 */
public record Grid(WeightType type, float scale, int zeroPoint) {

  /** The code whose value is nearest to a weight; of two, the even one where codes are integers. */
  public int code(float weight) {
    float x = weight / scale;
    return switch (type) {
      // clamped before the cast: a weight that grew may be far outside
      case INT8, INT4 -> (int) Math.clamp(Math.rint(x) + zeroPoint, type.minCode(), type.maxCode());
      case NF4 -> NormalFloat.nearest(x);
      case FP8_E4M3 -> Float8.floatToE4m3(x);
      case FP8_E5M2 -> Float8.floatToE5m2(x);
    };
  }

  /** The weight that a code stands for. */
  public float value(int code) {
    return scale * (type.isInteger() ? code - zeroPoint : type.level(code));
  }

  /** The value nearest to a weight. */
  public float round(float weight) {
    return value(code(weight));
  }

  /** The sum of squared errors of rounding some weights. */
  public double squaredError(float[] w, int offset, int length) {
    double sum = 0;
    for (int i = offset; i < offset + length; i++) {
      double error = round(w[i]) - w[i];
      sum += error * error;
    }
    return sum;
  }
}

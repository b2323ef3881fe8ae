package dev.bantam.quant;

/**
 * How a weight is rounded to few bits.
 *
 * @param type what an element becomes
 * @param granularity what shares a scale
 * @param asymmetric whether integers have a zero point, so that a range need not be centred on 0
 * @param clipped whether the range is narrowed to where the squared error of its elements is least;
 *     otherwise it holds all of them
 * @param halfScales whether scales are numbers that an IEEE binary16 holds, as they are when stored
 *     in two bytes
 */
public record WeightScheme(
    WeightType type,
    Granularity granularity,
    boolean asymmetric,
    boolean clipped,
    boolean halfScales) {

  /** Checks that the parts fit. */
  public WeightScheme {
    if (asymmetric && !type.isInteger()) {
      throw new IllegalArgumentException("weight scheme: " + type.id() + " has no zero point");
    }
  }

  /** Symmetric, over the full range; the scales of groups, of which there are many, are halves. */
  public static WeightScheme of(WeightType type, Granularity granularity) {
    boolean groups = granularity instanceof Granularity.PerGroup;
    return new WeightScheme(type, granularity, false, false, groups);
  }

  /** This with zero points. */
  public WeightScheme withZeroPoints() {
    return new WeightScheme(type, granularity, true, clipped, halfScales);
  }

  /** This with ranges of least squared error. */
  public WeightScheme withClipping() {
    return new WeightScheme(type, granularity, asymmetric, true, halfScales);
  }

  /** This with scales of two bytes, or of four. */
  public WeightScheme withHalfScales(boolean half) {
    return new WeightScheme(type, granularity, asymmetric, clipped, half);
  }
}

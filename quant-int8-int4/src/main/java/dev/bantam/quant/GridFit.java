package dev.bantam.quant;

/**
 * Chooses the {@link Grid} of a group of weights.
 *
 * <ul>
 *   <li>INT8: {@code scale = max|w| / 127};
 *   <li>INT4: {@code scale = w* / -8}, where w* is the element of largest magnitude, so that it has
 *       the code -8 whatever its sign. The other side ends at 7 of 8 steps, and a step is an eighth
 *       of the range, not a seventh;
 *   <li>asymmetric: {@code scale = (max - min) / (codes - 1)} over a range that includes 0, and a
 *       zero point that is an integer, so that 0 is exact;
 *   <li>NF4, FP8: the element of largest magnitude has the outermost level.
 * </ul>
 *
 * A group of zeros, or of numbers whose step no float holds, has scale 1 and becomes zeros.
 */
public final class GridFit {
  private static final int CLIPPINGS = 40; // from the full range down to half of it
  private static final float MAX_HALF = 65_504;

  private final WeightScheme scheme;

  /** Fits as a scheme demands. */
  public GridFit(WeightScheme scheme) {
    this.scheme = scheme;
  }

  /**
   * The grid of some weights.
   *
   * @param w weights, finite
   * @param offset index of the first
   * @param length number of weights
   */
  public Grid fit(float[] w, int offset, int length) {
    float min = 0;
    float max = 0;
    for (int i = offset; i < offset + length; i++) {
      min = Math.min(min, w[i]);
      max = Math.max(max, w[i]);
    }
    Grid best = over(min, max, 1);
    if (scheme.clipped()) {
      double least = best.squaredError(w, offset, length);
      for (int i = 1; i <= CLIPPINGS; i++) {
        Grid grid = over(min, max, 1 - 0.5 * i / CLIPPINGS);
        double error = grid.squaredError(w, offset, length);
        if (error < least) {
          least = error;
          best = grid;
        }
      }
    }
    return best;
  }

  /** The grid of a part of a range that includes 0. */
  private Grid over(double min, double max, double part) {
    WeightType type = scheme.type();
    if (scheme.asymmetric()) {
      float scale = scale(part * (max - min) / (type.maxCode() - type.minCode()));
      double zero = Math.rint(type.minCode() - part * min / scale);
      return new Grid(type, scale, (int) Math.clamp(zero, type.minCode(), type.maxCode()));
    }
    double outermost = max >= -min ? max : min;
    double scale =
        switch (type) {
          case INT8 -> Math.abs(outermost) / 127;
          case INT4 -> outermost / -8;
          case NF4 -> Math.abs(outermost);
          case FP8_E4M3 -> Math.abs(outermost) / 448;
          case FP8_E5M2 -> Math.abs(outermost) / 57_344;
        };
    return new Grid(type, scale(part * scale), 0);
  }

  private float scale(double exact) {
    float scale = (float) exact;
    if (scheme.halfScales()) {
      scale = Float.float16ToFloat(Float.floatToFloat16(Math.clamp(scale, -MAX_HALF, MAX_HALF)));
    }
    return scale == 0 ? 1 : scale;
  }
}

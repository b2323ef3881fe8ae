package dev.bantam.quant.calibrate;

/** All that was seen: nothing is clipped. */
public final class MinMax implements RangeObserver {
  private float min = Float.POSITIVE_INFINITY;
  private float max = Float.NEGATIVE_INFINITY;

  /** Observes from nothing. */
  public MinMax() {}

  @Override
  public void observe(float[] x, int offset, int rows, int columns) {
    float low = min;
    float high = max;
    for (int i = offset; i < offset + rows * columns; i++) {
      if (!Float.isFinite(x[i])) {
        throw new IllegalArgumentException(
            "observe: input [%d, %d] is %s; an input must be finite"
                .formatted((i - offset) / columns, (i - offset) % columns, x[i]));
      }
      low = Math.min(low, x[i]);
      high = Math.max(high, x[i]);
    }
    min = low;
    max = high;
  }

  @Override
  public Range range() {
    if (min > max) {
      throw new IllegalStateException("range: nothing was observed");
    }
    return new Range(min, max);
  }
}

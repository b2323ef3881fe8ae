package dev.bantam.quant.calibrate;

import org.jspecify.annotations.Nullable;

/**
 * The ends of batches, averaged: {@code end = momentum · end + (1 - momentum) · end of the batch}.
 * A rare outlier moves an end a little, not for good.
 */
public final class MovingAverage implements RangeObserver {
  private final double momentum;
  private double @Nullable [] ends; // min, max

  /**
   * Observes from nothing.
   *
   * @param momentum weight of the past, in [0, 1)
   */
  public MovingAverage(double momentum) {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException("momentum: expected 0 <= momentum < 1, got " + momentum);
    }
    this.momentum = momentum;
  }

  @Override
  public void observe(float[] x, int offset, int rows, int columns) {
    if (rows == 0) {
      return;
    }
    MinMax batch = new MinMax();
    batch.observe(x, offset, rows, columns);
    Range range = batch.range();
    ends =
        ends == null
            ? new double[] {range.min(), range.max()}
            : new double[] {average(ends[0], range.min()), average(ends[1], range.max())};
  }

  private double average(double past, double batch) {
    return momentum * past + (1 - momentum) * batch;
  }

  @Override
  public Range range() {
    if (ends == null) {
      throw new IllegalStateException("range: nothing was observed");
    }
    return new Range((float) ends[0], (float) ends[1]);
  }
}

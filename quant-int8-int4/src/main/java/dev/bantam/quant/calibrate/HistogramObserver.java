package dev.bantam.quant.calibrate;

/** Chooses a range from a histogram of all that was seen. */
abstract sealed class HistogramObserver implements RangeObserver
    permits Entropy, LeastSquares, Percentile, QuantileSearch {
  private final Histogram histogram = new Histogram();

  @Override
  public final void observe(float[] x, int offset, int rows, int columns) {
    histogram.observe(x, offset, rows, columns);
  }

  @Override
  public final Range range() {
    return choose(histogram.bins());
  }

  abstract Range choose(Histogram.Bins bins);
}

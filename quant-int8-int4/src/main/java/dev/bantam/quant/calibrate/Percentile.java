package dev.bantam.quant.calibrate;

/** Cuts the same part of the numbers off either end. */
public final class Percentile extends HistogramObserver {
  private final double percent;

  /**
   * Observes from nothing.
   *
   * @param percent of the numbers that are at or below the upper end; as many are at or above the
   *     lower end. More than 50, at most 100; 99.99 is usual
   */
  public Percentile(double percent) {
    if (!(percent > 50 && percent <= 100)) {
      throw new IllegalArgumentException("percentile: expected 50 < p <= 100, got " + percent);
    }
    this.percent = percent;
  }

  @Override
  Range choose(Histogram.Bins bins) {
    double low = quantile(bins, 1 - percent / 100);
    double high = quantile(bins, percent / 100);
    return bins.within(Math.min(low, 0), high);
  }

  /** The number below which a part of the numbers is, taking a bin to be filled evenly. */
  static double quantile(Histogram.Bins bins, double part) {
    double wanted = part * bins.total();
    double below = 0;
    int bin = 0;
    while (bin < bins.counts().length - 1 && below + bins.counts()[bin] < wanted) {
      below += bins.counts()[bin++];
    }
    long count = bins.counts()[bin];
    return bins.low() + (bin + (count == 0 ? 0 : (wanted - below) / count)) * bins.width();
  }
}

package dev.bantam.quant.calibrate;

import java.util.Arrays;

/**
 * Counts in bins of equal width. A width is a power of two and bins begin at its multiples, so that
 * when a number is out of reach, pairs of bins become one and no count is split: the histogram is
 * the same in whatever order and batches numbers come. From the least number (or 0) to the greatest
 * (or 0) there are more than 2,048 bins and at most 4,096.
 */
final class Histogram {
  private static final int BINS = 4096;

  private final MinMax extent = new MinMax();
  private final long[] counts = new long[BINS];
  private int exponent = Float.MIN_EXPONENT - 12; // of the width
  private int first; // multiple of the width at which bin 0 begins, at most 0

  void observe(float[] x, int offset, int rows, int columns) {
    if (rows == 0) {
      return;
    }
    extent.observe(x, offset, rows, columns);
    widen(extent.range());
    double perWidth = Math.scalb(1.0, -exponent);
    for (int i = offset; i < offset + rows * columns; i++) {
      counts[(int) Math.floor(x[i] * perWidth) - first]++;
    }
  }

  /** Doubles the width until the range fits. */
  private void widen(Range range) {
    int doublings = 0;
    while (bins(range, exponent + doublings) > BINS) {
      doublings++;
    }
    int low = (int) Math.floor(Math.scalb((double) range.min(), -exponent - doublings));
    long[] old = counts.clone();
    Arrays.fill(counts, 0);
    for (int bin = 0; bin < BINS; bin++) {
      if (old[bin] > 0) {
        int multiple = doublings > 31 ? (first + bin) >> 31 : (first + bin) >> doublings; // floor
        counts[multiple - low] += old[bin];
      }
    }
    first = low;
    exponent += doublings;
  }

  private static double bins(Range range, int exponent) {
    return Math.floor(Math.scalb((double) range.max(), -exponent))
        - Math.floor(Math.scalb((double) range.min(), -exponent))
        + 1;
  }

  /** What was counted, without the bins that no number reached. */
  Bins bins() {
    Range range = extent.range();
    double width = Math.scalb(1.0, exponent);
    int used = (int) bins(range, exponent);
    return new Bins(Arrays.copyOf(counts, used), first * width, width, range);
  }

  /**
   * A finished histogram.
   *
   * @param counts of the numbers in [low + i · width, low + (i + 1) · width)
   * @param low where the first bin begins
   * @param width of a bin
   * @param range what was seen
   */
  record Bins(long[] counts, double low, double width, Range range) {
    long total() {
      return Arrays.stream(counts).sum();
    }

    /** The number in the middle of a bin. */
    double middle(int bin) {
      return low + (bin + 0.5) * width;
    }

    /** The range within some bins that was seen. */
    Range within(double from, double to) {
      return new Range(
          (float) Math.max(from, range.min()), (float) Math.max(0, Math.min(to, range.max())));
    }
  }
}

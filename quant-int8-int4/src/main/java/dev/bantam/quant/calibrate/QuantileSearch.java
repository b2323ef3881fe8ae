package dev.bantam.quant.calibrate;

/**
 * Moves the ends inwards over quantiles, a hundred-thousandth of the numbers at a time, that end
 * first whose next step passes more empty bins, for as long as the squared error of 256 levels does
 * not grow: what PyTorch's {@code HistogramObserver} does. It stops at the first range that is not
 * better than the one before, where {@link LeastSquares} looks at all.
 */
public final class QuantileSearch extends HistogramObserver {
  private static final int LEVELS = 256;
  private static final double STEP = 1e-5;

  /** Observes from nothing. */
  public QuantileSearch() {}

  @Override
  Range choose(Histogram.Bins bins) {
    int[] ends = search(bins);
    double from = bins.low() + ends[0] * bins.width();
    double to = bins.low() + (ends[1] + 1) * bins.width();
    return bins.within(Math.min(from, 0), to);
  }

  /** The first and the last bin of the range. */
  static int[] search(Histogram.Bins bins) {
    int n = bins.counts().length;
    double[] below = new double[n]; // numbers in the bins up to this one
    double total = 0;
    for (int bin = 0; bin < n; bin++) {
      total += bins.counts()[bin];
      below[bin] = total;
    }
    double alpha = 0;
    double beta = 1;
    int start = 0;
    int end = n - 1;
    double least = Double.POSITIVE_INFINITY;
    while (alpha < beta) {
      int left = start;
      while (left < end && below[left] < (alpha + STEP) * total) {
        left++;
      }
      int right = end;
      while (right > start && below[right] > (beta - STEP) * total) {
        right--;
      }
      boolean fromLeft = left - start > end - right;
      if (fromLeft) {
        alpha += STEP;
      } else {
        beta -= STEP;
      }
      int nextStart = fromLeft ? left : start;
      int nextEnd = fromLeft ? end : right;
      if (nextStart != start || nextEnd != end) {
        double error = squaredError(bins, nextStart, nextEnd);
        if (error > least) {
          break;
        }
        least = error;
        start = nextStart;
        end = nextEnd;
      }
    }
    return new int[] {start, end};
  }

  /**
   * The squared error if the bins start, ..., end are cut into 256 levels whose middles stand for
   * them, and the numbers of a bin are spread evenly over it.
   */
  private static double squaredError(Histogram.Bins bins, int start, int end) {
    double width = bins.width();
    double level = width * (end - start + 1) / LEVELS;
    double sum = 0;
    for (int bin = 0; bin < bins.counts().length; bin++) {
      long count = bins.counts()[bin];
      if (count > 0) {
        double from = (bin - start) * width;
        double to = from + width;
        double firstLevel = Math.clamp(Math.floor(from / level), 0, LEVELS - 1);
        double lastLevel = Math.clamp(Math.floor(to / level), 0, LEVELS - 1);
        double error =
            squares(from - (firstLevel + 0.5) * level, level / 2)
                + (lastLevel - firstLevel - 1) * squares(-level / 2, level / 2)
                + squares(-level / 2, to - (lastLevel + 0.5) * level);
        sum += count / width * error;
      }
    }
    return sum;
  }

  /** The integral of x^2. */
  private static double squares(double from, double to) {
    return (to * to * to - from * from * from) / 3;
  }
}

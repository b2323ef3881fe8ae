package dev.bantam.quant.calibrate;

/**
 * Chooses the range whose 256 codes give the least mean squared error. In each turn one end moves
 * to that of a hundred places between 0 and the outermost number where it helps most, until none
 * helps.
 */
public final class LeastSquares extends HistogramObserver {
  private static final int PLACES = 100;
  private static final int TURNS = 10;

  /** Observes from nothing. */
  public LeastSquares() {}

  @Override
  Range choose(Histogram.Bins bins) {
    Range seen = bins.range();
    Range best = seen;
    double least = squaredError(bins, seen);
    for (int turn = 0; turn < TURNS; turn++) {
      Range before = best;
      for (int place = 0; place <= PLACES; place++) {
        float part = (float) place / PLACES;
        for (Range range :
            new Range[] {
              new Range(before.min(), part * seen.max()), new Range(part * seen.min(), before.max())
            }) {
          double error = squaredError(bins, range);
          if (error < least) {
            least = error;
            best = range;
          }
        }
      }
      if (best.equals(before)) {
        break;
      }
    }
    return best;
  }

  /** Sum over the numbers, each taken to be in the middle of its bin, of (rounded - number)^2. */
  static double squaredError(Histogram.Bins bins, Range range) {
    var q = range.asymmetric();
    double sum = 0;
    for (int bin = 0; bin < bins.counts().length; bin++) {
      long count = bins.counts()[bin];
      if (count > 0) {
        double x = bins.middle(bin);
        double code = Math.clamp(Math.rint(x / q.scale()) + q.zeroPoint(), -128, 127);
        double error = (code - q.zeroPoint()) * q.scale() - x;
        sum += count * error * error;
      }
    }
    return sum;
  }
}

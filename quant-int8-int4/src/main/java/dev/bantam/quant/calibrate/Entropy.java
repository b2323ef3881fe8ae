package dev.bantam.quant.calibrate;

/**
 * Chooses the range that loses the least information (Migacz 2017, "8-bit Inference with
 * TensorRT"). For each threshold t, the numbers clipped to [max(min, -t), min(max, t)] have a
 * distribution P; Q is what is left of it when its bins are merged into 256 levels. The threshold
 * with the least Kullback-Leibler divergence {@code Σ P ln(P / Q)} is taken.
 *
 * <p>A range of one sign stays one: its levels are not spent on the other side.
 */
public final class Entropy extends HistogramObserver {
  private static final int LEVELS = 256;
  private static final double SMOOTHING = 1e-4; // counts given to empty bins of Q and P

  /** Observes from nothing. */
  public Entropy() {}

  @Override
  Range choose(Histogram.Bins bins) {
    int n = bins.counts().length;
    int zero = (int) Math.round(-bins.low() / bins.width()); // the bin that begins at 0
    int outermost = Math.max(zero, n - zero);
    int best = outermost;
    double least = divergence(bins.counts(), 0, n);
    for (int t = outermost - 1; t >= LEVELS / 2; t--) {
      int from = Math.max(0, zero - t);
      int to = Math.min(n, zero + t);
      double divergence = divergence(bins.counts(), from, to);
      if (divergence < least) {
        least = divergence;
        best = t;
      }
    }
    return bins.within(-best * bins.width(), best * bins.width());
  }

  /** KL(P, Q) if the bins from, ..., to - 1 stay and what is outside is added to the outermost. */
  static double divergence(long[] counts, int from, int to) {
    int n = to - from;
    double[] p = new double[n];
    double[] q = new double[n];
    for (int bin = 0; bin < counts.length; bin++) {
      p[Math.clamp(bin - from, 0, n - 1)] += counts[bin];
    }
    int levels = Math.min(LEVELS, n);
    for (int level = 0; level < levels; level++) {
      int begin = from + (int) ((long) level * n / levels);
      int end = from + (int) ((long) (level + 1) * n / levels);
      long sum = 0;
      int filled = 0;
      for (int bin = begin; bin < end; bin++) {
        sum += counts[bin];
        filled += counts[bin] > 0 ? 1 : 0;
      }
      for (int bin = begin; bin < end; bin++) {
        q[bin - from] = counts[bin] > 0 ? (double) sum / filled : 0;
      }
    }
    double sumP = smooth(p);
    double sumQ = smooth(q);
    double divergence = 0;
    for (int i = 0; i < n; i++) {
      divergence += p[i] / sumP * Math.log(p[i] / sumP / (q[i] / sumQ));
    }
    return divergence;
  }

  /** Fills empty bins, lest a clipped tail that falls into one make Q 0 where P is not. */
  private static double smooth(double[] distribution) {
    double sum = 0;
    for (int i = 0; i < distribution.length; i++) {
      distribution[i] = Math.max(distribution[i], SMOOTHING);
      sum += distribution[i];
    }
    return sum;
  }
}

package dev.bantam.quant.model;

import dev.bantam.quant.calibrate.Entropy;
import dev.bantam.quant.calibrate.LeastSquares;
import dev.bantam.quant.calibrate.MinMax;
import dev.bantam.quant.calibrate.MovingAverage;
import dev.bantam.quant.calibrate.Percentile;
import dev.bantam.quant.calibrate.RangeObserver;
import java.util.Locale;

/** How the range of a static input is found. */
public enum RangeChoice {
  /** All that was seen. */
  MIN_MAX,
  /** A moving average of the range of each batch. */
  MOVING_AVERAGE,
  /** All but one in ten thousand on either side. */
  PERCENTILE,
  /** The range whose codes tell most of the distribution. */
  ENTROPY,
  /** The range of least squared error. */
  LEAST_SQUARES;

  RangeObserver newObserver() {
    return switch (this) {
      case MIN_MAX -> new MinMax();
      case MOVING_AVERAGE -> new MovingAverage(0.9);
      case PERCENTILE -> new Percentile(99.99);
      case ENTROPY -> new Entropy();
      case LEAST_SQUARES -> new LeastSquares();
    };
  }

  /** Name on the command line. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package dev.bantam.quant.calibrate;

/** Chooses the range of numbers that codes are to cover. */
public interface RangeObserver extends Observer {

  /**
   * The range for what was observed.
   *
   * @throws IllegalStateException if nothing was
   */
  Range range();
}

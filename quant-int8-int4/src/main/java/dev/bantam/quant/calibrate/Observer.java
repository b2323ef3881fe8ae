package dev.bantam.quant.calibrate;

/** Learns from the inputs of a layer, a batch at a time, in memory that does not grow. */
public interface Observer {

  /**
   * Takes one batch.
   *
   * @param x row-major [rows, columns], finite; only tokens, no padding
   * @param offset index of the first element
   * @param rows tokens
   * @param columns inputs of the layer
   * @throws IllegalArgumentException if an element is not finite
   */
  void observe(float[] x, int offset, int rows, int columns);
}

package dev.bantam.quant.calibrate;

/** Of each column of a layer's input: the largest and the mean magnitude, and the mean. */
public final class ColumnStatistics implements Observer {
  private final float[] max;
  private final double[] magnitudes;
  private final double[] sums;
  private long rows;

  /**
   * Observes from nothing.
   *
   * @param columns inputs of the layer
   */
  public ColumnStatistics(int columns) {
    max = new float[columns];
    magnitudes = new double[columns];
    sums = new double[columns];
  }

  @Override
  public void observe(float[] x, int offset, int rows, int columns) {
    checkColumns(columns, max.length);
    new MinMax().observe(x, offset, rows, columns); // refuses what is not finite
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        float value = x[offset + row * columns + column];
        max[column] = Math.max(max[column], Math.abs(value));
        magnitudes[column] += Math.abs(value);
        sums[column] += value;
      }
    }
    this.rows += rows;
  }

  static void checkColumns(int columns, int expected) {
    if (columns != expected) {
      throw new IllegalArgumentException(
          "observe: expected rows of %d columns, got %d".formatted(expected, columns));
    }
  }

  /** Inputs of the layer. */
  public int columns() {
    return max.length;
  }

  /** Tokens seen. */
  public long rows() {
    return rows;
  }

  /** {@code max|x|} of each column. */
  public float[] maxMagnitude() {
    return max.clone();
  }

  /** The mean of {@code |x|} of each column; zeros if nothing was observed. */
  public double[] meanMagnitude() {
    return mean(magnitudes);
  }

  /** The mean of x of each column; zeros if nothing was observed. */
  public double[] mean() {
    return mean(sums);
  }

  private double[] mean(double[] sums) {
    double[] means = new double[sums.length];
    for (int column = 0; column < means.length; column++) {
      means[column] = sums[column] / Math.max(1, rows);
    }
    return means;
  }
}

package dev.bantam.quant.calibrate;

import java.util.Arrays;

/**
 * Some rows of a layer's input, evenly spaced: every row until memory is full; then every second
 * one is let go and every second one taken, and so on.
 */
public final class RowSample implements Observer {
  private final int columns;
  private final float[] kept;
  private final int capacity;
  private long seen;
  private long stride = 1;
  private int rows;

  /**
   * Observes from nothing.
   *
   * @param capacity the most rows to keep; when more were seen, at least half as many are
   * @param columns inputs of the layer
   */
  public RowSample(int capacity, int columns) {
    if (capacity < 2) {
      throw new IllegalArgumentException("row sample: expected 2 rows or more, got " + capacity);
    }
    this.capacity = capacity;
    this.columns = columns;
    kept = new float[Math.multiplyExact(capacity, columns)];
  }

  @Override
  public void observe(float[] x, int offset, int rows, int columns) {
    ColumnStatistics.checkColumns(columns, this.columns);
    for (int row = 0; row < rows; row++) {
      if (seen++ % stride == 0) {
        if (this.rows == capacity && !thin()) {
          continue;
        }
        System.arraycopy(x, offset + row * columns, kept, this.rows++ * columns, columns);
      }
    }
  }

  /** Lets every second row go; whether the row now seen is still one to take. */
  private boolean thin() {
    rows = Math.ceilDiv(rows, 2);
    for (int row = 1; row < rows; row++) {
      System.arraycopy(kept, 2 * row * columns, kept, row * columns, columns);
    }
    stride *= 2;
    return (seen - 1) % stride == 0;
  }

  /** Rows kept. */
  public int rows() {
    return rows;
  }

  /** Inputs of the layer. */
  public int columns() {
    return columns;
  }

  /** The rows kept, row-major [rows, columns]. */
  public float[] toArray() {
    return Arrays.copyOf(kept, rows * columns);
  }
}

package dev.bantam.tensor;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Some rows of a matrix. An embedding table has a gradient only in the rows that were looked up;
 * who knows them need not go through the others, which are most.
 */
public final class RowSet {
  private final BitSet rows = new BitSet();
  private final int count;
  private final int width;

  /**
   * An empty set.
   *
   * @param count rows of the matrix
   * @param width elements of a row
   */
  public RowSet(int count, int width) {
    this.count = count;
    this.width = width;
  }

  /** Adds the row that an element is in. */
  public void addRowOf(int element) {
    rows.set(element / width);
  }

  /** Adds all rows of another set of rows of such a matrix. */
  public void addAll(RowSet other) {
    rows.or(other.rows);
  }

  void addAll(int[] added) {
    for (int row : added) {
      rows.set(row);
    }
  }

  /** Whether it has the row that an element is in. */
  public boolean hasRowOf(int element) {
    return rows.get(element / width);
  }

  /**
   * Where the stretch of rows ends that an element is in, all in the set or all not.
   *
   * @return the first element behind it
   */
  public int endOfStretch(int element) {
    int row = element / width;
    int end = rows.get(row) ? rows.nextClearBit(row) : rows.nextSetBit(row);
    return end < 0 ? count * width : end * width;
  }

  boolean fits(Shape shape) {
    return shape.rank() == 2 && shape.dim(0) == count && shape.dim(1) == width;
  }

  /** Fills its rows with zeros, and is empty then. */
  void zero(float[] matrix) {
    rows.stream().forEach(row -> Arrays.fill(matrix, row * width, (row + 1) * width, 0));
    rows.clear();
  }
}

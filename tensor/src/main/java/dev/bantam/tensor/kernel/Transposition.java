package dev.bantam.tensor.kernel;

/** The transpose of a matrix. */
public final class Transposition {
  /** Columns that are written at a time: as many lines of y stay in the first level cache. */
  private static final int COLUMNS = 96;

  private Transposition() {}

  /**
   * {@code y[j, i] = x[i, j]}.
   *
   * @param x matrix [rows, cols]
   * @param xOffset index of the first element
   * @param ldx distance between rows of x
   * @param rows rows of x
   * @param cols columns of x
   * @param y output [cols, rows]
   * @param yOffset index of the first element
   * @param ldy distance between rows of y; not a multiple of 1024, or all lines that are written
   *     fall into one set of the cache
   */
  public static void transpose(
      float[] x, int xOffset, int ldx, int rows, int cols, float[] y, int yOffset, int ldy) {
    for (int j = 0; j < cols; j += COLUMNS) {
      int width = Math.min(COLUMNS, cols - j);
      block(x, xOffset + j, ldx, rows, width, y, yOffset + j * ldy, ldy);
    }
  }

  private static void block(
      float[] x, int at, int ldx, int rows, int cols, float[] y, int to, int ldy) {
    int i = 0;
    for (; i + 8 <= rows; i += 8) { // eight at once: half a line of y
      int r0 = at + i * ldx;
      int r1 = r0 + ldx;
      int r2 = r1 + ldx;
      int r3 = r2 + ldx;
      int r4 = r3 + ldx;
      int r5 = r4 + ldx;
      int r6 = r5 + ldx;
      int r7 = r6 + ldx;
      for (int j = 0; j < cols; j++) {
        int o = to + j * ldy + i;
        y[o] = x[r0 + j];
        y[o + 1] = x[r1 + j];
        y[o + 2] = x[r2 + j];
        y[o + 3] = x[r3 + j];
        y[o + 4] = x[r4 + j];
        y[o + 5] = x[r5 + j];
        y[o + 6] = x[r6 + j];
        y[o + 7] = x[r7 + j];
      }
    }
    for (; i < rows; i++) {
      for (int j = 0; j < cols; j++) {
        y[to + j * ldy + i] = x[at + i * ldx + j];
      }
    }
  }
}

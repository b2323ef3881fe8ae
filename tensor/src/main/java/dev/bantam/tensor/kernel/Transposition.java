package dev.bantam.tensor.kernel;

/** The transpose of a matrix, in blocks that stay in the first level cache. */
public final class Transposition {
  private static final int BLOCK = 32;

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
   * @param ldy distance between rows of y
   */
  public static void transpose(
      float[] x, int xOffset, int ldx, int rows, int cols, float[] y, int yOffset, int ldy) {
    for (int i = 0; i < rows; i += BLOCK) {
      int height = Math.min(BLOCK, rows - i);
      for (int j = 0; j < cols; j += BLOCK) {
        int width = Math.min(BLOCK, cols - j);
        block(x, xOffset + i * ldx + j, ldx, height, width, y, yOffset + j * ldy + i, ldy);
      }
    }
  }

  private static void block(
      float[] x, int at, int ldx, int rows, int cols, float[] y, int to, int ldy) {
    int i = 0;
    for (; i + 4 <= rows; i += 4) { // four at once: a line of y is touched less often
      int r0 = at + i * ldx;
      int r1 = r0 + ldx;
      int r2 = r1 + ldx;
      int r3 = r2 + ldx;
      for (int j = 0; j < cols; j++) {
        int o = to + j * ldy + i;
        y[o] = x[r0 + j];
        y[o + 1] = x[r1 + j];
        y[o + 2] = x[r2 + j];
        y[o + 3] = x[r3 + j];
      }
    }
    for (; i < rows; i++) {
      for (int j = 0; j < cols; j++) {
        y[to + j * ldy + i] = x[at + i * ldx + j];
      }
    }
  }
}

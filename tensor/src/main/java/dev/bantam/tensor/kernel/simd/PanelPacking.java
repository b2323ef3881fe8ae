package dev.bantam.tensor.kernel.simd;

import java.util.Arrays;

/**
 * Transposes rows of a matrix into a panel, the layout in which a vector load brings neighbouring
 * outputs.
 */
final class PanelPacking {
  private PanelPacking() {}

  /**
   * {@code panel[c * width + r] = w[r * ld + c]}; columns of the panel beyond {@code rows} become
   * zero.
   *
   * @param w row-major [rows, cols]
   * @param at index of the first element
   * @param ld distance between rows of w
   * @param rows rows to take, at most width
   * @param cols elements of a row
   * @param panel output [cols, width]
   * @param to index of the first output
   * @param width columns of the panel
   */
  static void pack(
      float[] w, int at, int ld, int rows, int cols, float[] panel, int to, int width) {
    if (rows < width) {
      Arrays.fill(panel, to, to + cols * width, 0);
    }
    transpose(w, at, ld, rows, cols, panel, to, width);
  }

  /** As {@link #pack}, but leaves columns of the panel beyond {@code rows} as they are. */
  static void transpose(
      float[] w, int at, int ld, int rows, int cols, float[] panel, int to, int width) {
    int r = 0;
    for (; r + 4 <= rows; r += 4) { // at once: each line of the panel is then touched less often
      int r0 = at + r * ld;
      int r1 = r0 + ld;
      int r2 = r1 + ld;
      int r3 = r2 + ld;
      for (int c = 0; c < cols; c++) {
        int o = to + c * width + r;
        panel[o] = w[r0 + c];
        panel[o + 1] = w[r1 + c];
        panel[o + 2] = w[r2 + c];
        panel[o + 3] = w[r3 + c];
      }
    }
    for (; r < rows; r++) {
      for (int c = 0; c < cols; c++) {
        panel[to + c * width + r] = w[at + r * ld + c];
      }
    }
  }

  /**
   * {@code panel[c * width + r] = w[c * ld + r]}: as {@link #pack}, of a matrix that is stored
   * transposed.
   *
   * @param w row-major [depth, ...]
   * @param at index of the first element
   * @param ld distance between rows of w
   * @param taken columns of w to take, at most width
   * @param depth rows of w to take
   * @param panel output [cols, width]
   * @param to index of the first output
   * @param width columns of the panel
   */
  static void copy(
      float[] w, int at, int ld, int taken, int depth, float[] panel, int to, int width) {
    for (int c = 0; c < depth; c++) {
      int o = to + c * width;
      System.arraycopy(w, at + c * ld, panel, o, taken);
      if (taken < width) {
        Arrays.fill(panel, o + taken, o + width, 0);
      }
    }
  }
}

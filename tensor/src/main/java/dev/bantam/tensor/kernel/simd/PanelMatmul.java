package dev.bantam.tensor.kernel.simd;

import static dev.bantam.tensor.kernel.simd.PanelSlice.DEPTH;
import static dev.bantam.tensor.kernel.simd.PanelSlice.VECTOR;
import static dev.bantam.tensor.kernel.simd.PanelSlice.WIDTH;

import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.MatmulKernel;
import dev.bantam.tensor.kernel.PackedMatrix;
import org.jspecify.annotations.Nullable;

/**
 * {@link MatmulKernel} as register tiles that pass over panels of weights.
 *
 * <p>Panels are cut into slices of {@link PanelSlice#DEPTH} inputs. A block of rows of x is copied
 * to scratch, as many columns at a time, the way the tiles like it; then panels pass over it, and
 * outputs collect in y.
 */
abstract class PanelMatmul implements MatmulKernel {
  /** Rows of a transposed matrix that are packed together, panel by panel. */
  private static final int PACKED_ROWS = 16;

  /**
   * Panels that pass over the rows together: their slices stay in the second level cache, rows of x
   * in the first, and y is written in longer runs.
   */
  private static final int GROUP = 3;

  private static final float[] ZEROS = new float[WIDTH];

  private final SimdVectors vectors;
  private final int blockRows;
  private final int edge;
  private final int scratchSize;

  /**
   * @param vectors for activations
   * @param blockRows rows whose slice of x stays in the second level cache beside those of panels
   * @param sideSize floats that {@link #copy} writes for them
   * @param tileRows rows of the largest tile
   */
  PanelMatmul(SimdVectors vectors, int blockRows, int sideSize, int tileRows) {
    this.vectors = vectors;
    this.blockRows = blockRows;
    this.edge = sideSize; // where a tile of the last panel is, when that is not a full one
    this.scratchSize = sideSize + tileRows * WIDTH;
  }

  /**
   * Panel after panel, each slice after slice. If k is no multiple of DEPTH, the rests of all
   * panels follow, as many as fit into the room of a slice side by side in each.
   */
  interface Panels extends PackedMatrix {
    @Override
    default int panelWidth() {
      return WIDTH;
    }

    @Override
    default long bytes() {
      return Float.BYTES * size(n(), k());
    }

    /** Outputs of a panel: the last may have fewer than others. */
    default int width(int panel) {
      return Math.min(WIDTH, n() - panel * WIDTH);
    }

    /** Index of an element. */
    default long position(int output, int input) {
      return slice(output / WIDTH, input) + PanelSlice.position(output % WIDTH, input % DEPTH);
    }

    /** Where the slice of a panel begins that an input is in. */
    default long slice(int panel, int input) {
      int full = k() / DEPTH;
      if (input / DEPTH < full) {
        return PanelSlice.SIZE * ((long) panel * full + input / DEPTH);
      }
      int rest = k() % DEPTH;
      int together = rests(rest);
      long room = PanelSlice.SIZE * ((long) panels() * full + panel / together);
      return room + PanelSlice.position(0, panel % together * rest);
    }

    /** Floats of a matrix. */
    static long size(int n, int k) {
      int panels = Math.ceilDiv(n, WIDTH);
      int rest = k % DEPTH;
      long slices = (long) panels * (k / DEPTH);
      return PanelSlice.SIZE * (rest == 0 ? slices : slices + Math.ceilDiv(panels, rests(rest)));
    }

    /** How many slices of so many inputs fit into the room of a full one. */
    private static int rests(int inputs) {
      return DEPTH / Math.max(1, inputs);
    }

    /**
     * Copies the weights of an input in all outputs of a panel.
     *
     * @param w where from
     * @param from index of the first of {@link PanelSlice#WIDTH} floats
     * @param to position of the first output
     */
    void copyInput(float[] w, int from, long to);
  }

  /**
   * Copies rows of x for tiles.
   *
   * @param x [rows, columns] or, if transposed, [columns, rows]
   * @param at index of the first element
   * @param ldx distance between rows or, if transposed, columns
   * @param transposed whether x holds the transpose
   * @param rows rows to take, at most {@code blockRows}
   * @param columns columns to take, at most {@link PanelSlice#DEPTH}
   * @param scratch where to, from 0 on
   */
  abstract void copy(
      float[] x, int at, int ldx, boolean transposed, int rows, int columns, float[] scratch);

  /** Rows of the next tile when so many rows are left. */
  abstract int height(int left);

  /**
   * Computes a tile: a product, added to where it starts from.
   *
   * @param height rows
   * @param scratch what {@link #copy} has copied
   * @param row first row
   * @param w panels
   * @param from position of a slice
   * @param depth its inputs
   * @param start start of the sums; row i begins at {@code at + i * lds}
   * @param at index of the first start
   * @param lds distance between rows of start: 0 if all rows start from one; start may be y
   * @param y outputs; row i begins at {@code to + i * ldy}
   * @param to index of the first output
   * @param ldy distance between rows of y
   */
  abstract void tile(
      int height,
      float[] scratch,
      int row,
      Panels w,
      long from,
      int depth,
      float[] start,
      int at,
      int lds,
      float[] y,
      int to,
      int ldy);

  @Override
  public final void pack(
      float[] w,
      int offset,
      int ldw,
      boolean transposed,
      PackedMatrix into,
      int panelFrom,
      int panelTo) {
    Panels panels = (Panels) into;
    if (transposed) {
      float[] padded = new float[WIDTH];
      for (int from = 0; from < panels.k(); from += PACKED_ROWS) {
        int end = Math.min(from + PACKED_ROWS, panels.k());
        for (int p = panelFrom; p < panelTo; p++) {
          for (int k = from; k < end; k++) {
            packInput(w, offset + k * ldw + p * WIDTH, panels, p, k, padded);
          }
        }
      }
      return;
    }
    packRows(SquarePacking::pack, w, offset, ldw, panels, panelFrom, panelTo);
  }

  /** With {@link PanelPacking}, because this is for models that are loaded. */
  @Override
  public final PackedMatrix pack(float[] w, int offset, int n, int k) {
    Panels panels = (Panels) reserve(null, n, k);
    packRows(PanelPacking::pack, w, offset, k, panels, 0, panels.panels());
    return panels;
  }

  /** {@link PanelPacking#pack} or {@link SquarePacking#pack}. */
  private interface RowPacking {
    void pack(float[] w, int at, int ld, int rows, int cols, float[] panel, int to, int width);
  }

  private static void packRows(
      RowPacking packing,
      float[] w,
      int offset,
      int ldw,
      Panels panels,
      int panelFrom,
      int panelTo) {
    float[] part = new float[VECTOR * DEPTH];
    for (int p = panelFrom; p < panelTo; p++) {
      for (int k = 0; k < panels.k(); k += DEPTH) {
        int depth = Math.min(DEPTH, panels.k() - k);
        for (int j = 0; j < WIDTH; j += VECTOR) { // a vector's outputs, which are together
          int from = p * WIDTH + j;
          int n = Math.clamp(panels.n() - from, 0, VECTOR);
          packing.pack(w, offset + from * ldw + k, ldw, n, depth, part, 0, VECTOR);
          panels.write(from, k, part, 0, VECTOR, depth);
        }
      }
    }
  }

  /** Of {@code padded}, what is beyond the width of the last panel is zero. */
  private static void packInput(float[] w, int from, Panels panels, int p, int k, float[] padded) {
    long to = panels.position(p * WIDTH, k);
    int width = panels.width(p);
    if (width == WIDTH) {
      panels.copyInput(w, from, to);
    } else {
      System.arraycopy(w, from, padded, 0, width);
      panels.copyInput(padded, 0, to);
    }
  }

  @Override
  public final void multiply(
      float[] x,
      int xOffset,
      int ldx,
      boolean transposed,
      int rows,
      PackedMatrix w,
      int panelFrom,
      int panelTo,
      boolean add,
      float @Nullable [] bias,
      Activation activation,
      float[] y,
      int yOffset,
      int ldy,
      float[] scratch) {
    Panels panels = (Panels) w;
    int inputs = panels.k();
    for (int m = 0; m < rows; m += blockRows) {
      int block = Math.min(blockRows, rows - m);
      for (int k = 0; k == 0 || k < inputs; k += DEPTH) { // once without inputs: y is the bias
        int depth = Math.min(DEPTH, inputs - k);
        int from = xOffset + (transposed ? k * ldx + m : m * ldx + k);
        copy(x, from, ldx, transposed, block, depth, scratch);
        boolean sum = add || k > 0;
        float[] start = sum ? y : bias == null ? ZEROS : bias;
        Activation last = k + depth == inputs ? activation : Activation.NONE;
        for (int group = panelFrom; group < panelTo; group += GROUP) {
          int end = Math.min(group + GROUP, panelTo);
          for (int i = 0, height; i < block; i += height) {
            height = height(block - i);
            int row = yOffset + (m + i) * ldy;
            for (int p = group; p < end; p++) {
              int to = row + p * WIDTH;
              int at = sum ? to : bias == null ? 0 : p * WIDTH;
              tile(height, scratch, i, panels, p, k, depth, start, at, sum ? ldy : 0, y, to, ldy);
            }
            activate(last, y, row, ldy, height, group * WIDTH, Math.min(end * WIDTH, panels.n()));
          }
        }
      }
    }
  }

  private void tile(
      int height,
      float[] scratch,
      int row,
      Panels w,
      int p,
      int k,
      int depth,
      float[] start,
      int at,
      int lds,
      float[] y,
      int to,
      int ldy) {
    long from = w.slice(p, k);
    int width = w.width(p);
    if (width < WIDTH) {
      copyTile(start, at, lds, scratch, edge, WIDTH, height, width);
      tile(height, scratch, row, w, from, depth, scratch, edge, WIDTH, scratch, edge, WIDTH);
      copyTile(scratch, edge, WIDTH, y, to, ldy, height, width);
    } else {
      tile(height, scratch, row, w, from, depth, start, at, lds, y, to, ldy);
    }
  }

  private void activate(
      Activation activation, float[] y, int at, int ldy, int rows, int from, int to) {
    for (int i = 0; activation != Activation.NONE && i < rows; i++) {
      vectors.activate(activation, y, at + i * ldy + from, to - from);
    }
  }

  private static void copyTile(
      float[] from, int at, int ldFrom, float[] to, int offset, int ldTo, int rows, int width) {
    for (int i = 0; i < rows; i++) {
      System.arraycopy(from, at + i * ldFrom, to, offset + i * ldTo, width);
    }
  }

  @Override
  public final int scratchSize() {
    return scratchSize;
  }
}

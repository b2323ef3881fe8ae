package dev.bantam.tensor.kernel.simd;

import static dev.bantam.tensor.kernel.simd.PanelSlice.DEPTH;
import static dev.bantam.tensor.kernel.simd.PanelSlice.VECTOR;
import static dev.bantam.tensor.kernel.simd.PanelSlice.WIDTH;

import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.MatmulKernel;
import dev.bantam.tensor.kernel.PackedMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@link MatmulKernel} on {@link TallTiles}, and on {@link WideTiles} for the last few rows.
 *
 * <p>Weights are panels outside the heap, cut into slices of {@link PanelSlice#DEPTH} inputs. A
 * block of rows is copied to scratch at the constant stride that the tiles need, {@link
 * PanelSlice#DEPTH} columns at a time; then panels pass over it, and outputs collect in y.
 */
final class WideMatmul implements MatmulKernel {
  private static final int STRIDE = WideTiles.STRIDE;

  /**
   * Rows whose slice of x stays in the second level cache beside a panel slice; a multiple of the
   * tile's.
   */
  private static final int BLOCK_ROWS = 16 * TallTiles.ROWS;

  /** Where scratch holds a tile of the last panel, when that is not a full one. */
  private static final int EDGE = BLOCK_ROWS * STRIDE;

  /** Rows of a transposed matrix that are packed together, panel by panel. */
  private static final int PACKED_ROWS = 16;

  /**
   * Panels that pass over the rows together: their slices stay in the second level cache, rows of x
   * in the first, and y is written in longer runs.
   */
  private static final int GROUP = 3;

  private static final float[] ZEROS = new float[WIDTH];

  private final SimdVectors vectors;

  WideMatmul(SimdVectors vectors) {
    this.vectors = vectors;
  }

  /**
   * Panel after panel, each slice after slice, the last of them not full if k is no multiple of
   * DEPTH; the memory lives as long as this object.
   */
  private record Panels(MemorySegment data, int n, int k) implements PackedMatrix {
    @Override
    public int panelWidth() {
      return WIDTH;
    }

    /** Outputs of a panel: the last may have fewer than others. */
    int width(int panel) {
      return Math.min(WIDTH, n - panel * WIDTH);
    }

    /** Where an element is, in bytes. */
    long position(int output, int input) {
      return slice(output / WIDTH, input) + PanelSlice.position(output % WIDTH, input % DEPTH);
    }

    @Override
    public void write(int output, int input, float[] w, int offset, int outputs, int inputs) {
      long to = position(output, input);
      MemorySegment.copy(w, offset, data, ValueLayout.JAVA_FLOAT, to, outputs * inputs);
    }

    /** Where the slice of a panel begins that an input is in. */
    long slice(int panel, int input) {
      return PanelSlice.BYTES * ((long) panel * Math.ceilDiv(k, DEPTH) + input / DEPTH);
    }

    @Override
    public long bytes() {
      return bytes(n, k);
    }

    static long bytes(int n, int k) {
      return PanelSlice.BYTES * Math.ceilDiv(n, WIDTH) * Math.ceilDiv(k, DEPTH);
    }
  }

  @Override
  public PackedMatrix reserve(@Nullable PackedMatrix memory, int n, int k) {
    long bytes = Panels.bytes(n, k);
    return memory instanceof Panels(MemorySegment data, _, _) && data.byteSize() >= bytes
        ? new Panels(data, n, k)
        : new Panels(Arena.ofAuto().allocate(bytes, 64), n, k);
  }

  @Override
  public void pack(
      float[] w,
      int offset,
      int ldw,
      boolean transposed,
      PackedMatrix into,
      int panelFrom,
      int panelTo) {
    Panels panels = (Panels) into;
    if (transposed) {
      for (int from = 0; from < panels.k; from += PACKED_ROWS) {
        int end = Math.min(from + PACKED_ROWS, panels.k);
        for (int p = panelFrom; p < panelTo; p++) {
          for (int k = from; k < end; k++) {
            copyRow(w, offset + k * ldw + p * WIDTH, panels, p, k);
          }
        }
      }
      return;
    }
    float[] part = new float[VECTOR * DEPTH];
    for (int p = panelFrom; p < panelTo; p++) {
      for (int k = 0; k < panels.k; k += DEPTH) {
        int depth = Math.min(DEPTH, panels.k - k);
        for (int j = 0; j < WIDTH; j += VECTOR) { // a vector's outputs, which are together
          int from = p * WIDTH + j;
          int n = Math.clamp(panels.n - from, 0, VECTOR);
          PanelPacking.pack(w, offset + from * ldw + k, ldw, n, depth, part, 0, VECTOR);
          long to = panels.position(from, k);
          MemorySegment.copy(part, 0, panels.data, ValueLayout.JAVA_FLOAT, to, VECTOR * depth);
        }
      }
    }
  }

  private static void copyRow(float[] w, int from, Panels panels, int p, int k) {
    long to = panels.position(p * WIDTH, k);
    if ((p + 1) * WIDTH <= panels.n) {
      PanelSlice.copy(w, from, panels.data, to);
    } else {
      float[] row = Arrays.copyOf(Arrays.copyOfRange(w, from, from + panels.n - p * WIDTH), WIDTH);
      PanelSlice.copy(row, 0, panels.data, to);
    }
  }

  @Override
  public void multiply(
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
    for (int m = 0; m < rows; m += BLOCK_ROWS) {
      int block = Math.min(BLOCK_ROWS, rows - m);
      for (int k = 0; k == 0 || k < panels.k; k += DEPTH) { // once without inputs: y is the bias
        int depth = Math.min(DEPTH, panels.k - k);
        if (transposed) {
          SquarePacking.transpose(x, xOffset + k * ldx + m, ldx, depth, block, scratch, 0, STRIDE);
        } else {
          for (int i = 0; i < block; i++) {
            System.arraycopy(x, xOffset + (m + i) * ldx + k, scratch, i * STRIDE, depth);
          }
        }
        boolean sum = add || k > 0;
        float[] start = sum ? y : bias == null ? ZEROS : bias;
        Activation last = k + depth == panels.k ? activation : Activation.NONE;
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
            activate(last, y, row, ldy, height, group * WIDTH, Math.min(end * WIDTH, panels.n));
          }
        }
      }
    }
  }

  private void activate(
      Activation activation, float[] y, int at, int ldy, int rows, int from, int to) {
    for (int i = 0; activation != Activation.NONE && i < rows; i++) {
      vectors.activate(activation, y, at + i * ldy + from, to - from);
    }
  }

  /**
   * Rows of the next tile: 12, but for the last ones, so that no more than one row is left that
   * tiles of 12, 8 and 6 do not cover. Tiles of 3 to 5 rows reach two thirds of the speed of these:
   * C2 moves the address of x to a vector register and back for each product.
   */
  private static int height(int left) {
    int even = left & -2;
    if (even >= TallTiles.ROWS) {
      return even == 14 || even == 16 || even == 22 ? 8 : TallTiles.ROWS;
    }
    return left >= 8 ? 8 : Math.min(left, WideTiles.ROWS);
  }

  private static void tile(
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
    int a = row * STRIDE;
    long from = w.slice(p, k);
    int width = w.width(p);
    if (width < WIDTH) {
      copy(start, at, lds, scratch, EDGE, WIDTH, height, width);
      add(height, scratch, a, w.data, from, depth, scratch, EDGE, WIDTH, scratch, EDGE, WIDTH);
      copy(scratch, EDGE, WIDTH, y, to, ldy, height, width);
    } else {
      add(height, scratch, a, w.data, from, depth, start, at, lds, y, to, ldy);
    }
  }

  private static void add(
      int height,
      float[] scratch,
      int a,
      MemorySegment w,
      long from,
      int depth,
      float[] start,
      int at,
      int lds,
      float[] y,
      int to,
      int ldy) {
    if (height > WideTiles.ROWS) {
      TallTiles.add(height, scratch, a, w, from, depth, start, at, lds, y, to, ldy);
    } else {
      WideTiles.add(height, scratch, a, w, from, depth, start, at, lds, y, to, ldy);
    }
  }

  private static void copy(
      float[] from, int at, int ldFrom, float[] to, int offset, int ldTo, int rows, int width) {
    for (int i = 0; i < rows; i++) {
      System.arraycopy(from, at + i * ldFrom, to, offset + i * ldTo, width);
    }
  }

  @Override
  public int scratchSize() {
    return EDGE + TallTiles.ROWS * WIDTH;
  }
}

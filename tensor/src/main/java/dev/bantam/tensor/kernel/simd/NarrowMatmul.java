package dev.bantam.tensor.kernel.simd;

import static dev.bantam.tensor.kernel.simd.PanelSlice.COLUMN;
import static dev.bantam.tensor.kernel.simd.PanelSlice.SPECIES;
import static dev.bantam.tensor.kernel.simd.PanelSlice.VECTOR;

import dev.bantam.tensor.kernel.PackedMatrix;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * {@link PanelMatmul} on {@link NarrowTiles}, for machines with 16 vector registers.
 *
 * <p>Rows of x are transposed, in groups of those of the largest tile.
 */
final class NarrowMatmul extends PanelMatmul {
  private static final int ROWS = NarrowTiles.ROWS;
  private static final int BLOCK_ROWS = 16 * ROWS;

  /** From a group to the next: [columns, VECTOR], and a cache line. */
  private static final int GROUP_SIZE = COLUMN;

  /** Columns of a transposed x that are copied together, group by group. */
  private static final int COLUMNS = 16;

  /** Rows in a group that is the last one: those of two tiles, if they fit. */
  private static final int LAST_ROWS = Math.min(VECTOR, ROWS + 2);

  NarrowMatmul(SimdVectors vectors) {
    super(vectors, BLOCK_ROWS, BLOCK_ROWS / ROWS * GROUP_SIZE, ROWS);
  }

  private record OnHeap(float[] data, int n, int k) implements Panels {
    @Override
    public void write(int output, int input, float[] w, int offset, int outputs, int inputs) {
      System.arraycopy(w, offset, data, (int) position(output, input), outputs * inputs);
    }

    @Override
    public void copyInput(float[] w, int from, long to) {
      for (int i = 0; i < 4; i++) {
        FloatVector.fromArray(SPECIES, w, from + i * VECTOR).intoArray(data, (int) to + i * COLUMN);
      }
    }
  }

  @Override
  public PackedMatrix reserve(@Nullable PackedMatrix memory, int n, int k) {
    long size = Panels.size(n, k);
    if (size > NarrowTiles.LIMIT) {
      throw new IllegalArgumentException(
          "matmul: weights [%d, %d] take %d floats when packed, expected at most %d"
              .formatted(n, k, size, NarrowTiles.LIMIT));
    }
    return memory instanceof OnHeap(float[] data, _, _) && data.length >= size
        ? new OnHeap(data, n, k)
        : new OnHeap(new float[(int) size], n, k);
  }

  @Override
  void copy(
      float[] x, int at, int ldx, boolean transposed, int rows, int columns, float[] scratch) {
    int groups = Math.max(1, Math.ceilDiv(rows - LAST_ROWS, ROWS) + 1);
    if (transposed) {
      copyTransposed(x, at, ldx, rows, columns, scratch, groups);
    } else {
      for (int g = 0; g < groups; g++) {
        int row = at + g * ROWS * ldx;
        int count = Math.min(rows - g * ROWS, LAST_ROWS);
        SquarePacking.packFew(x, row, ldx, count, columns, scratch, g * GROUP_SIZE, VECTOR);
      }
    }
  }

  /** Copies a vector a group and column, though it may have less of interest. */
  private static void copyTransposed(
      float[] x, int at, int ldx, int rows, int columns, float[] scratch, int groups) {
    for (int k = 0; k < columns; k += COLUMNS) {
      for (int g = 0; g < groups; g++) {
        for (int c = k; c < Math.min(k + COLUMNS, columns); c++) {
          int from = at + c * ldx + g * ROWS;
          int to = g * GROUP_SIZE + c * VECTOR;
          if (from + VECTOR <= x.length) {
            FloatVector.fromArray(SPECIES, x, from).intoArray(scratch, to);
          } else {
            System.arraycopy(x, from, scratch, to, rows - g * ROWS);
          }
        }
      }
    }
  }

  /** The most, but for the last two tiles, of which the second should not be a low one. */
  @Override
  int height(int left) {
    return left > LAST_ROWS ? ROWS : left > ROWS ? Math.ceilDiv(left, 2) : left;
  }

  @Override
  void tile(
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
      int ldy) {
    float[] b = ((OnHeap) w).data;
    int a = row / ROWS * GROUP_SIZE + row % ROWS;
    NarrowTiles.add(height, scratch, a, b, (int) from, depth, start, at, lds, y, to, ldy);
  }
}

package dev.bantam.tensor.kernel.simd;

import static dev.bantam.tensor.kernel.simd.PanelSlice.SPECIES;
import static dev.bantam.tensor.kernel.simd.PanelSlice.VECTOR;

import dev.bantam.tensor.kernel.PackedMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * {@link PanelMatmul} on {@link TallTiles}, and on {@link WideTiles} for the last few rows, for
 * machines with 32 vector registers.
 *
 * <p>Weights are aligned memory outside the heap, because a 64-byte load that crosses a cache line
 * costs twice, and the heap aligns to 8 only. Rows of x are copied at a constant stride.
 */
final class WideMatmul extends PanelMatmul {
  private static final int STRIDE = WideTiles.STRIDE;
  private static final int BLOCK_ROWS = 16 * TallTiles.ROWS;

  WideMatmul(SimdVectors vectors) {
    super(vectors, BLOCK_ROWS, BLOCK_ROWS * STRIDE, TallTiles.ROWS);
  }

  /** The memory lives as long as this object. */
  private record OffHeap(MemorySegment data, int n, int k) implements Panels {
    @Override
    public void write(int output, int input, float[] w, int offset, int outputs, int inputs) {
      long to = Float.BYTES * position(output, input);
      MemorySegment.copy(w, offset, data, ValueLayout.JAVA_FLOAT, to, outputs * inputs);
    }

    @Override
    public void copyInput(float[] w, int from, long to) {
      for (int i = 0; i < 4; i++) {
        FloatVector.fromArray(SPECIES, w, from + i * VECTOR)
            .intoMemorySegment(
                data, Float.BYTES * to + i * WideTiles.COLUMN_BYTES, ByteOrder.nativeOrder());
      }
    }
  }

  @Override
  public PackedMatrix reserve(@Nullable PackedMatrix memory, int n, int k) {
    long bytes = Float.BYTES * Panels.size(n, k);
    return memory instanceof OffHeap(MemorySegment data, _, _) && data.byteSize() >= bytes
        ? new OffHeap(data, n, k)
        : new OffHeap(Arena.ofAuto().allocate(bytes, 64), n, k);
  }

  @Override
  void copy(
      float[] x, int at, int ldx, boolean transposed, int rows, int columns, float[] scratch) {
    if (transposed) {
      SquarePacking.transpose(x, at, ldx, columns, rows, scratch, 0, STRIDE);
    } else {
      for (int i = 0; i < rows; i++) {
        System.arraycopy(x, at + i * ldx, scratch, i * STRIDE, columns);
      }
    }
  }

  /**
   * 12 rows, but for the last ones, so that from 12 rows on no more than one is left that tiles of
   * 12, 8 and 6 do not cover. Tiles of 3 to 5 rows reach two thirds of the speed of these: C2 moves
   * the address of x to a vector register and back for each product.
   */
  @Override
  int height(int left) {
    int even = left & -2;
    if (even >= TallTiles.ROWS) {
      return even == 14 || even == 16 || even == 22 ? 8 : TallTiles.ROWS;
    }
    return left >= 8 ? 8 : Math.min(left, WideTiles.ROWS);
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
    MemorySegment b = ((OffHeap) w).data;
    long first = Float.BYTES * from;
    int a = row * STRIDE;
    if (height > WideTiles.ROWS) {
      TallTiles.add(height, scratch, a, b, first, depth, start, at, lds, y, to, ldy);
    } else {
      WideTiles.add(height, scratch, a, b, first, depth, start, at, lds, y, to, ldy);
    }
  }
}

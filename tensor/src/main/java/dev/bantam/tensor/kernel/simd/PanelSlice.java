package dev.bantam.tensor.kernel.simd;

import dev.bantam.tensor.kernel.MatmulKernel;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * How weights lie for {@link WideTiles} and {@link TallTiles}: a slice is some inputs of a panel of
 * 4 vectors of outputs.
 *
 * <p>Each vector has its column [depth, vector]: weights that come from memory come in 4 streams, a
 * sixth faster than in one, as the hardware fetches ahead in each. Columns are a cache line more
 * apart than they are long, so that they do not share cache sets. A slice is aligned memory outside
 * the heap, because a 64-byte load that crosses a cache line costs twice, and the heap aligns to 8
 * only.
 */
final class PanelSlice {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Outputs of a vector. */
  static final int VECTOR = SPECIES.length();

  /** Outputs of a panel. */
  static final int WIDTH = 4 * VECTOR;

  /** Most inputs: the block of the contract; both sides of a tile then stay in the first caches. */
  static final int DEPTH = MatmulKernel.BLOCK;

  /** Bytes from an input to the next. */
  static final long STEP = 4L * VECTOR;

  /** Bytes from a column to the next. */
  static final long COLUMN = STEP * DEPTH + 64;

  /** Bytes of a slice with all its room. */
  static final long BYTES = 4 * COLUMN;

  private PanelSlice() {}

  /** Where the weight of an output and an input is, in bytes. */
  static long position(int output, int input) {
    return output / VECTOR * COLUMN + input * STEP + 4L * (output % VECTOR);
  }

  /**
   * Copies the weights of an input.
   *
   * @param w where from
   * @param from index of the first of {@link #WIDTH} floats
   * @param panels where to
   * @param to byte offset of the first output
   */
  static void copy(float[] w, int from, MemorySegment panels, long to) {
    for (int i = 0; i < 4; i++) {
      FloatVector.fromArray(SPECIES, w, from + i * VECTOR)
          .intoMemorySegment(panels, to + i * COLUMN, ORDER);
    }
  }
}

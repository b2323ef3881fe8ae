package dev.bantam.tensor.kernel.simd;

import dev.bantam.tensor.kernel.MatmulKernel;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * How weights lie for the tiles of a {@link PanelMatmul}: a slice is some inputs of a panel of 4
 * vectors of outputs.
 *
 * <p>Each vector has its column [depth, vector]: weights that come from memory come in 4 streams, a
 * sixth faster than in one, as the hardware fetches ahead in each. Columns are a cache line more
 * apart than they are long, so that they do not share cache sets. All sizes are in floats.
 */
final class PanelSlice {
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** Outputs of a vector. */
  static final int VECTOR = SPECIES.length();

  /** Outputs of a panel. */
  static final int WIDTH = 4 * VECTOR;

  /** Most inputs: the block of the contract; both sides of a tile then stay in the first caches. */
  static final int DEPTH = MatmulKernel.BLOCK;

  /** From a column to the next. */
  static final int COLUMN = VECTOR * DEPTH + 16;

  /** A slice with all its room. */
  static final int SIZE = 4 * COLUMN;

  private PanelSlice() {}

  /** Where the weight of an output and an input is. */
  static int position(int output, int input) {
    return output / VECTOR * COLUMN + input * VECTOR + output % VECTOR;
  }
}

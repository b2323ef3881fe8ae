package dev.bantam.tensor.kernel;

import java.lang.foreign.MemorySegment;

/**
 * A weight matrix [n, k] in the layout of the {@link MatmulKernel} that packed it: panels of {@code
 * panelWidth} rows of the matrix (outputs of the layer) stored together, the last one filled with
 * zeros. Immutable.
 */
public interface PackedMatrix {
  /** Outputs. */
  int n();

  /** Inputs: the reduced dimension. */
  int k();

  /** Outputs in one panel: the unit in which work is split. */
  int panelWidth();

  /** Number of panels. */
  default int panels() {
    return Math.ceilDiv(n(), panelWidth());
  }

  /** The panels. Who reserved this memory may write weights there that he has in another form. */
  MemorySegment memory();

  /**
   * Where in {@link #memory} an element is, in bytes. Neighbouring outputs are neighbours as far as
   * a vector of the kernel goes from the first of a panel; inputs have a constant distance in each
   * {@linkplain MatmulKernel#BLOCK block}.
   *
   * @param output from 0 to n, not included
   * @param input from 0 to k, not included
   */
  long position(int output, int input);

  /** Memory taken, in bytes. */
  long bytes();
}

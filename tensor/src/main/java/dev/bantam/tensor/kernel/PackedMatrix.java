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

  /**
   * The panels. Float {@code (p k + i) panelWidth + j} is element {@code [p panelWidth + j, i]} of
   * the matrix. Who reserved this memory may write weights there that he has in another form.
   */
  MemorySegment memory();

  /** Memory taken, in bytes. */
  long bytes();
}

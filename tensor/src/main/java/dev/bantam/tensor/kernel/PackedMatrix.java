package dev.bantam.tensor.kernel;

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
   * Writes weights of a vector of outputs, which someone has in another form, into memory that he
   * reserved.
   *
   * @param output the first output, a multiple of the number of outputs
   * @param input the first input
   * @param w row-major [inputs, outputs]
   * @param offset index of the first element
   * @param outputs number of outputs: the lanes of a vector of the kernel
   * @param inputs number of inputs, all in one {@linkplain MatmulKernel#BLOCK block}
   */
  void write(int output, int input, float[] w, int offset, int outputs, int inputs);

  /** Memory taken, in bytes. */
  long bytes();
}

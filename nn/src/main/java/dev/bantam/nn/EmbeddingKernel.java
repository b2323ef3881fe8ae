package dev.bantam.nn;

import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;

/**
 * How an {@link Embedding} looks up rows of its table: the form in which the table is stored.
 * Immutable, so any number of threads may use it, each with a workspace of its own.
 */
public interface EmbeddingKernel {

  /** Number of rows. */
  int rows();

  /** Elements of a row. */
  int width();

  /**
   * Looks up rows.
   *
   * @param ws where to run
   * @param ids row of each result
   * @return [ids.length, width]
   * @throws IndexOutOfBoundsException if an id is not a row of the table
   */
  Tensor forward(Workspace ws, int[] ids);

  /** Memory of the table, in bytes, mapped files included. */
  long bytes();
}

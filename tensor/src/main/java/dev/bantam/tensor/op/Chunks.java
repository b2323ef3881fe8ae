package dev.bantam.tensor.op;

import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import org.jspecify.annotations.Nullable;

/** Cuts work over elements or rows into chunks whose size does not depend on the threads. */
public final class Chunks {
  private static final int ELEMENTS = 8192;

  private Chunks() {}

  /** The work on some neighbouring elements or rows. */
  @FunctionalInterface
  public interface Range {
    /**
     * Does the work.
     *
     * @param from the first element or row
     * @param count how many
     */
    void run(int from, int count);
  }

  /** Runs work on n elements. */
  static void elements(Workspace ws, int n, Range work) {
    rows(ws, n, 1, work);
  }

  /**
   * Runs work on rows.
   *
   * @param ws where to run
   * @param rows number of rows
   * @param cols elements of a row
   * @param work what to do with some of them
   */
  public static void rows(Workspace ws, int rows, int cols, Range work) {
    int step = step(cols);
    ws.pool()
        .run(
            Math.ceilDiv(rows, step),
            (chunk, _) -> work.run(chunk * step, Math.min(step, rows - chunk * step)));
  }

  /** Rows of this many elements in one chunk. */
  static int step(int cols) {
    return Math.max(1, ELEMENTS / Math.max(1, cols));
  }

  /** {@code to = from}, unless to is null: what a gradient does that flows on unchanged. */
  static void copy(Workspace ws, Tensor from, @Nullable Tensor to) {
    if (to != null) {
      elements(
          ws,
          to.shape().elements(),
          (i, n) ->
              System.arraycopy(from.data(), from.offset() + i, to.data(), to.offset() + i, n));
    }
  }

  /** The elements of a tensor in an array that begins with them. */
  static float[] fromStart(Tensor x) {
    return x.offset() == 0 ? x.data() : x.toArray();
  }
}

package dev.bantam.tensor.op;

import dev.bantam.tensor.Workspace;

/**
 * Cuts a product with a matrix of panels into chunks, each some rows times some panels, for the
 * threads of a workspace.
 *
 * <p>A chunk has as many rows as the caches like, because it reads its panels from the outer ones
 * once; if that makes too few chunks for the threads, panels are divided too.
 */
public final class ProductChunks {
  /** Most rows of one chunk. */
  static final int ROWS = 192;

  /** Chunks a thread, at least: the last ones even out what the threads' speeds differ by. */
  static final int PER_THREAD = 4;

  private ProductChunks() {}

  /** The work on one chunk. */
  @FunctionalInterface
  public interface Chunk {
    /**
     * Computes the outputs of some panels for some rows.
     *
     * @param worker index of the running thread
     * @param row first row
     * @param rows number of rows
     * @param panelFrom first panel
     * @param panelTo one past the last panel
     */
    void compute(int worker, int row, int rows, int panelFrom, int panelTo);
  }

  /**
   * Computes a product.
   *
   * @param ws where to run
   * @param rows rows of the result
   * @param panels panels of the matrix
   * @param chunk computes a part
   */
  public static void run(Workspace ws, int rows, int panels, Chunk chunk) {
    int threads = ws.pool().parallelism();
    int rowChunks = Math.ceilDiv(rows, ROWS);
    int wanted = threads == 1 ? 1 : Math.ceilDiv(PER_THREAD * threads, Math.max(1, rowChunks));
    int panelChunks = Math.clamp(wanted, 1, Math.max(1, panels));
    ws.pool()
        .run(
            rowChunks * panelChunks,
            (i, worker) -> {
              int r = i / panelChunks;
              int p = i % panelChunks;
              int row = part(r, rowChunks, rows);
              chunk.compute(
                  worker,
                  row,
                  part(r + 1, rowChunks, rows) - row,
                  part(p, panelChunks, panels),
                  part(p + 1, panelChunks, panels));
            });
  }

  /** Start of part i when n things are cut into parts of equal size, give or take one. */
  static int part(int i, int parts, int n) {
    return (int) ((long) i * n / parts);
  }
}

package dev.bantam.tensor.op;

import dev.bantam.tensor.Workspace;

/**
 * Cuts a product with a matrix of panels into chunks, each some rows times some panels, for the
 * threads of a workspace.
 *
 * <p>A chunk copies its rows once and reads its panels from the outer caches once, or twice where a
 * kernel takes fewer rows at a time. So many rows are cut into blocks as high as the caches like,
 * each with all panels. Few rows are one block, or as many as make the threads come out even, and
 * each thread has a range of the panels; of these the last quarter is a chunk of its own, which a
 * thread that is done may take from a slower one.
 */
public final class ProductChunks {
  /** Most rows of a block. */
  private static final int MOST_ROWS = 192;

  /** Fewest rows of a block, if all could be in fewer: below, panels are read too often. */
  private static final int FEWEST_ROWS = 64;

  /** Blocks a thread, if there are rows for them: the last ones even out the threads' speeds. */
  private static final int PER_THREAD = 4;

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
    int blocks = blocks(rows, panels, threads);
    int ranges = Math.max(1, threads / blocks);
    int pieces = threads > 1 && blocks <= threads ? 2 : 1;
    ws.pool()
        .run(
            blocks * ranges * pieces,
            (i, worker) -> {
              int block = i / pieces / ranges;
              int row = part(block, blocks, rows);
              int range = i / pieces % ranges;
              int from = part(range, ranges, panels);
              int to = part(range + 1, ranges, panels);
              if (pieces == 2) {
                int cut = to - Math.ceilDiv(to - from, 4);
                from = i % 2 == 0 ? from : cut;
                to = i % 2 == 0 ? cut : to;
              }
              int count = part(block + 1, blocks, rows) - row;
              if (count > 0 && from < to) {
                chunk.compute(worker, row, count, from, to);
              }
            });
  }

  /** How many blocks of rows: a multiple of the threads, or a divisor. */
  private static int blocks(int rows, int panels, int threads) {
    int fewest = Math.max(1, Math.ceilDiv(rows, MOST_ROWS));
    if (threads == 1) {
      return fewest;
    }
    int most = Math.max(fewest, rows / FEWEST_ROWS);
    int blocks = Math.clamp((long) PER_THREAD * threads, fewest, most);
    while (blocks % threads != 0 && (threads % blocks != 0 || panels < threads / blocks)) {
      blocks++;
    }
    return blocks;
  }

  /** Start of part i when n things are cut into parts of equal size, give or take one. */
  static int part(int i, int parts, int n) {
    return (int) ((long) i * n / parts);
  }
}

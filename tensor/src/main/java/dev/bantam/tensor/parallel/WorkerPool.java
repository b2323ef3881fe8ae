package dev.bantam.tensor.parallel;

/**
 * Runs the chunks of a parallel region on several threads. Size it with {@link #of}, or replace it
 * by implementing this interface over threads of your own.
 *
 * <p>Which thread runs which chunk is not fixed; kernels split work over outputs only, so results
 * do not depend on it.
 */
public interface WorkerPool extends AutoCloseable {

  /** One chunk of a parallel region. */
  @FunctionalInterface
  interface ChunkTask {
    /**
     * Does the work of one chunk.
     *
     * @param chunk index of the chunk, {@code 0 <= chunk < chunks}
     * @param worker index of the running thread, {@code 0 <= worker < parallelism()}; no two
     *     threads of one region share it, so it may select scratch memory
     */
    void run(int chunk, int worker);
  }

  /** The most threads that work on one region, the caller included; at least 1, always the same. */
  int parallelism();

  /**
   * Runs {@code task} for every chunk and returns when all have ended. The caller works too. What a
   * chunk throws is thrown here, when no chunk runs any more; those that had not begun may then be
   * left out.
   *
   * @param chunks number of chunks, at least 0
   * @param task the work; run once for every chunk
   */
  void run(int chunks, ChunkTask task);

  /** Ends the threads of this pool; regions still run, on their caller alone. */
  @Override
  void close();

  /**
   * A pool of its own with a fixed number of threads.
   *
   * @param threads threads that work on a region, the caller included; at least 1
   */
  static WorkerPool of(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("worker pool: expected at least 1 thread, got " + threads);
    }
    return threads == 1 ? SerialPool.INSTANCE : new SpinningPool(threads);
  }

  /** The pool of this process, as wide as the machine; it is never closed. */
  static WorkerPool shared() {
    return SharedPool.INSTANCE;
  }
}

package dev.bantam.tensor.parallel;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which chunks of a region have begun. Each worker has a range of neighbouring chunks; it takes
 * those first, and then what is left of the ranges of others.
 *
 * <p>So like regions give the same chunks to the same worker, whose caches still hold their data,
 * and a worker that is slow or not scheduled loses its chunks to the rest.
 *
 * <p>One object serves all regions of a pool, one after the other: the next chunk of a range stands
 * beside the number of its region, so that a thread that comes late finds nothing to claim.
 */
final class Claims {
  /** Longs between two ranges: caches move 128 bytes at once. */
  private static final int LINE = 16;

  private final int workers;

  /** {@code region << 32 | chunk} of each range. */
  private final AtomicLongArray next;

  Claims(int workers) {
    this.workers = workers;
    this.next = new AtomicLongArray(workers * LINE);
  }

  /** Begins a region, which others learn of by a volatile write that follows. */
  void open(int region, int chunks) {
    for (int range = 0; range < workers; range++) {
      next.setRelease(range * LINE, (long) region << 32 | begin(range, chunks));
    }
  }

  /** The next chunk for a worker, or -1 if none is left or another region has begun. */
  int claim(int region, int chunks, int worker) {
    for (int i = 0; i < workers; i++) {
      int range = (worker + i) % workers;
      int end = begin(range + 1, chunks);
      long seen = next.get(range * LINE);
      while ((int) (seen >>> 32) == region && (int) seen < end) {
        long found = next.compareAndExchange(range * LINE, seen, seen + 1);
        if (found == seen) {
          return (int) seen;
        }
        seen = found;
      }
    }
    return -1;
  }

  private int begin(int range, int chunks) {
    return (int) ((long) range * chunks / workers);
  }
}

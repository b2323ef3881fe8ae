package dev.bantam.tensor.parallel;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Workers that spin for a moment between regions and then park.
 *
 * <p>Caller and workers {@link Claims claim} chunks until none is left, so a thread that is not
 * scheduled delays at most the chunk it holds. A region costs about 0.1 us while workers spin. When
 * the pool is busy with another caller's region, a region runs on its own caller alone; so callers
 * never wait for each other.
 */
final class SpinningPool implements WorkerPool {
  /** Rounds of {@link Thread#onSpinWait} before a thread parks: some tens of microseconds. */
  private static final int SPINS = 2_000;

  private final Thread[] workers;

  /** 1 for each worker that parks, or will if no region begins: the others need no waking. */
  private final AtomicIntegerArray parked;

  private final Claims claims;
  private final AtomicBoolean busy = new AtomicBoolean();
  private int regions; // begun, by whoever holds busy
  private volatile @Nullable Region region;
  private volatile boolean closed;

  SpinningPool(int threads) {
    workers = new Thread[threads - 1];
    parked = new AtomicIntegerArray(workers.length);
    claims = new Claims(threads);
    for (int i = 0; i < workers.length; i++) {
      int worker = i + 1;
      workers[i] =
          Thread.ofPlatform()
              .daemon()
              .name("bantam-worker-" + worker)
              .unstarted(() -> work(worker));
    }
    for (Thread t : workers) {
      t.start();
    }
  }

  @Override
  public int parallelism() {
    return workers.length + 1;
  }

  @Override
  public void run(int chunks, ChunkTask task) {
    if (chunks <= 1 || closed || !busy.compareAndSet(false, true)) {
      SerialPool.INSTANCE.run(chunks, task);
      return;
    }
    try {
      Region r = new Region(++regions, chunks, task, Thread.currentThread());
      claims.open(r.number, chunks);
      region = r;
      for (int i = 0; i < Math.min(workers.length, chunks - 1); i++) {
        if (parked.get(i) == 1) {
          LockSupport.unpark(workers[i]);
        }
      }
      r.claim(0);
      r.await();
    } finally {
      busy.set(false);
    }
  }

  private void work(int worker) {
    Region last = null;
    int idle = 0;
    while (!closed) {
      Region r = region;
      if (r != null && r != last) {
        r.claim(worker);
        last = r;
        idle = 0;
      } else if (idle++ < SPINS) {
        Thread.onSpinWait();
      } else {
        parked.set(worker - 1, 1);
        if (region == r && !closed) { // read after parked is set, as run() does it the other way
          LockSupport.park(this);
        }
        parked.set(worker - 1, 0);
        idle = 0;
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    for (Thread t : workers) {
      LockSupport.unpark(t);
    }
  }

  /** One parallel region. */
  private final class Region {
    private final int number;
    private final int chunks;
    private @Nullable ChunkTask task; // read by who holds a chunk
    private @Nullable Thread caller;
    private final AtomicInteger done = new AtomicInteger();
    private volatile @Nullable Throwable failure;

    Region(int number, int chunks, ChunkTask task, Thread caller) {
      this.number = number;
      this.chunks = chunks;
      this.task = task;
      this.caller = caller;
    }

    void claim(int worker) {
      int chunk;
      while ((chunk = claims.claim(number, chunks, worker)) >= 0) {
        try {
          Objects.requireNonNull(task).run(chunk, worker);
        } catch (Throwable t) {
          failure = t;
        }
        if (done.incrementAndGet() == chunks && worker != 0) {
          LockSupport.unpark(caller);
        }
      }
    }

    void await() {
      int spins = 0;
      boolean interrupted = false;
      while (done.get() < chunks) {
        if (spins++ < SPINS) {
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
          interrupted |= Thread.interrupted(); // an interrupted thread does not park
        }
      }
      task = null; // the pool keeps its last region, but not what that was about
      caller = null;
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      switch (failure) {
        case null -> {}
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new IllegalStateException("parallel region failed", e);
      }
    }
  }
}

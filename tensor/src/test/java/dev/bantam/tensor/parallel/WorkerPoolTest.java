package dev.bantam.tensor.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkerPoolTest {

  private static void assertEachChunkOnce(WorkerPool pool, int chunks) {
    AtomicIntegerArray runs = new AtomicIntegerArray(chunks);
    pool.run(chunks, (chunk, worker) -> runs.incrementAndGet(chunk));
    for (int c = 0; c < chunks; c++) {
      assertThat(runs.get(c)).as("runs of chunk %d of %d", c, chunks).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void every_chunk_runs_exactly_once(int threads) {
    try (WorkerPool pool = WorkerPool.of(threads)) {
      assertThat(pool.parallelism()).isEqualTo(threads);
      for (int chunks = 0; chunks < 40; chunks++) {
        assertEachChunkOnce(pool, chunks);
      }
      assertEachChunkOnce(pool, 1000);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void no_two_threads_of_a_region_share_a_worker_index(int threads) {
    try (WorkerPool pool = WorkerPool.of(threads)) {
      for (int round = 0; round < 100; round++) {
        var threadOf = new ConcurrentHashMap<Integer, Thread>();
        pool.run(
            50,
            (chunk, worker) -> {
              Thread other = threadOf.putIfAbsent(worker, Thread.currentThread());
              if (other != null && other != Thread.currentThread()) {
                throw new AssertionError("worker " + worker + " is two threads");
              }
            });
        assertThat(threadOf.keySet()).allMatch(worker -> worker >= 0 && worker < threads);
        assertThat(threadOf.values()).doesNotHaveDuplicates();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 8})
  void all_threads_work_on_one_region(int threads) {
    try (WorkerPool pool = WorkerPool.of(threads)) {
      CountDownLatch all = new CountDownLatch(threads);
      pool.run(
          threads,
          (chunk, worker) -> {
            all.countDown();
            await(all); // each chunk needs all others to have begun
          });
      assertThat(all.getCount()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void threads_that_park_between_two_regions_work_on_the_second(int threads) {
    try (WorkerPool pool = WorkerPool.of(threads)) {
      for (int round = 0; round < 1_000; round++) {
        CountDownLatch all = new CountDownLatch(threads);
        pool.run(
            threads,
            (chunk, worker) -> {
              all.countDown();
              await(all);
            });
        LockSupport.parkNanos(round * 300L); // up to where they have parked for sure
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 8})
  void threads_begin_with_chunks_of_their_own(int threads) {
    try (WorkerPool pool = WorkerPool.of(threads)) {
      for (int round = 0; round < 20; round++) {
        CountDownLatch all = new CountDownLatch(threads);
        AtomicIntegerArray firstOf = new AtomicIntegerArray(threads);
        pool.run(
            10 * threads,
            (chunk, worker) -> {
              if (firstOf.compareAndSet(worker, 0, chunk + 1)) {
                all.countDown();
                await(all);
              }
            });
        for (int worker = 0; worker < threads; worker++) {
          assertThat(firstOf.get(worker)).isEqualTo(10 * worker + 1);
        }
      }
    }
  }

  @Test
  void what_chunks_write_is_seen_by_the_caller() {
    try (WorkerPool pool = WorkerPool.of(3)) {
      for (int round = 1; round < 500; round++) {
        int value = round;
        int[] plain = new int[64];
        pool.run(64, (chunk, worker) -> plain[chunk] = value);
        assertThat(plain).containsOnly(value);
      }
    }
  }

  @Test
  void two_callers_share_a_pool() throws Exception {
    try (WorkerPool pool = WorkerPool.of(3)) {
      CountDownLatch inside = new CountDownLatch(2);
      Callable<Boolean> caller =
          () -> {
            pool.run(
                2,
                (chunk, worker) -> {
                  inside.countDown();
                  await(inside); // the other caller is in its region now
                });
            for (int i = 0; i < 200; i++) {
              assertEachChunkOnce(pool, 17);
            }
            return true;
          };
      FutureTask<Boolean> other = new FutureTask<>(caller);
      Thread.ofPlatform().daemon().start(other);
      assertThat(caller.call()).isTrue();
      assertThat(other.get()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void a_chunk_may_open_a_region(int threads) {
    try (WorkerPool pool = WorkerPool.of(threads)) {
      AtomicInteger runs = new AtomicInteger();
      pool.run(10, (c, w) -> pool.run(10, (chunk, worker) -> runs.incrementAndGet()));
      assertThat(runs).hasValue(100);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 8})
  void what_a_chunk_throws_arrives_after_all_chunks_have_run(int threads) {
    try (WorkerPool pool = WorkerPool.of(threads)) {
      for (int failing = 0; failing < 20; failing++) {
        int fails = failing;
        AtomicInteger runs = new AtomicInteger();
        assertThatThrownBy(
                () ->
                    pool.run(
                        20,
                        (chunk, worker) -> {
                          runs.incrementAndGet();
                          if (chunk == fails) {
                            throw new IllegalArgumentException("chunk " + chunk);
                          }
                        }))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("chunk " + failing);
        assertThat(runs).hasValue(20);
        assertEachChunkOnce(pool, 20);
      }
    }
  }

  @Test
  void an_error_arrives_too() {
    try (WorkerPool pool = WorkerPool.of(2)) {
      assertThatThrownBy(
              () ->
                  pool.run(
                      4,
                      (chunk, worker) -> {
                        throw new StackOverflowError("deep");
                      }))
          .isInstanceOf(StackOverflowError.class)
          .hasMessage("deep");
    }
  }

  @Test
  void an_interrupted_caller_ends_its_region_and_stays_interrupted() {
    try (WorkerPool pool = WorkerPool.of(3)) {
      Thread.currentThread().interrupt();
      for (int i = 0; i < 50; i++) {
        assertEachChunkOnce(pool, 30);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
      }
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void what_a_nested_region_throws_reaches_the_outer_caller(int threads) {
    try (WorkerPool pool = WorkerPool.of(threads)) {
      assertThatThrownBy(
              () ->
                  pool.run(
                      6,
                      (outer, w) ->
                          pool.run(
                              6,
                              (inner, worker) -> {
                                if (outer == 5 && inner == 5) {
                                  throw new IllegalStateException("inner");
                                }
                              })))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("inner");
      assertEachChunkOnce(pool, 20);
    }
  }

  @Test
  void a_checked_exception_arrives_as_a_cause() {
    try (WorkerPool pool = WorkerPool.of(2)) {
      IOException checked = new IOException("disk");
      assertThatThrownBy(() -> pool.run(4, (chunk, worker) -> WorkerPoolTest.<Error>sneak(checked)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("parallel region failed")
          .hasCause(checked);
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void sneak(Throwable t) throws T {
    throw (T) t;
  }

  @Test
  void one_of_two_callers_may_fail() throws Exception {
    try (WorkerPool pool = WorkerPool.of(2)) {
      CountDownLatch inside = new CountDownLatch(2);
      FutureTask<Boolean> failing =
          new FutureTask<>(
              () -> {
                assertThatThrownBy(
                        () ->
                            pool.run(
                                2,
                                (chunk, worker) -> {
                                  inside.countDown();
                                  await(inside);
                                  throw new IllegalStateException("mine");
                                }))
                    .hasMessage("mine");
                return true;
              });
      Thread.ofPlatform().daemon().start(failing);
      AtomicInteger runs = new AtomicInteger();
      pool.run(
          2,
          (chunk, worker) -> {
            inside.countDown();
            await(inside);
            runs.incrementAndGet();
          });
      assertThat(runs).hasValue(2);
      assertThat(failing.get()).isTrue();
    }
  }

  @Test
  void a_caller_that_is_interrupted_while_it_waits_stays_interrupted() {
    try (WorkerPool pool = WorkerPool.of(2)) {
      Thread caller = Thread.currentThread();
      CountDownLatch both = new CountDownLatch(2);
      pool.run(
          2,
          (chunk, worker) -> {
            both.countDown();
            while (both.getCount() > 0) {
              Thread.onSpinWait(); // one chunk each
            }
            if (worker == 1) {
              caller.interrupt();
              while (caller.isInterrupted()) {
                Thread.onSpinWait(); // until the caller has noticed, and waits on
              }
            }
          });
      assertThat(Thread.interrupted()).isTrue();
      assertEachChunkOnce(pool, 20);
    }
  }

  @Test
  void closing_ends_the_threads() throws InterruptedException {
    var threads = ConcurrentHashMap.<Thread>newKeySet();
    try (WorkerPool pool = WorkerPool.of(3)) {
      CountDownLatch all = new CountDownLatch(3);
      pool.run(
          3,
          (chunk, worker) -> {
            threads.add(Thread.currentThread());
            all.countDown();
            await(all);
          });
    }
    threads.remove(Thread.currentThread());
    assertThat(threads).hasSize(2).allMatch(Thread::isDaemon);
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void a_closed_pool_runs_on_its_caller(int threads) {
    WorkerPool pool = WorkerPool.of(threads);
    assertEachChunkOnce(pool, 5);
    pool.close();
    pool.close();
    Thread caller = Thread.currentThread();
    pool.run(10, (chunk, worker) -> assertThat(Thread.currentThread()).isSameAs(caller));
    assertEachChunkOnce(pool, 20);
  }

  @Test
  void the_shared_pool_is_as_wide_as_the_machine_and_never_closes() {
    WorkerPool shared = WorkerPool.shared();
    shared.close();
    assertThat(WorkerPool.shared()).isSameAs(shared);
    assertThat(shared.parallelism()).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertEachChunkOnce(shared, 100);
  }

  @Test
  void a_pool_has_at_least_one_thread() {
    assertThatThrownBy(() -> WorkerPool.of(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("worker pool: expected at least 1 thread, got 0");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_pool_does_not_keep_what_it_ran() throws InterruptedException {
    try (WorkerPool pool = WorkerPool.of(2)) {
      WeakReference<byte[]> data = runOver(pool);
      for (int i = 0; i < 100 && data.get() != null; i++) {
        System.gc();
        Thread.sleep(10);
      }
      assertThat(data.get()).isNull();
    }
  }

  private static WeakReference<byte[]> runOver(WorkerPool pool) {
    byte[] data = new byte[100];
    pool.run(data.length, (chunk, _) -> data[chunk]++);
    return new WeakReference<>(data);
  }
}

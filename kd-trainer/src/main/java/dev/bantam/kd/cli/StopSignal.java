package dev.bantam.kd.cli;

import java.util.concurrent.CountDownLatch;

/**
 * Raised when the process is asked to end, by Ctrl-C for example. The process then waits until this
 * is closed, so that what runs can leave a checkpoint.
 */
final class StopSignal implements AutoCloseable {
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook = new Thread(this::raise, "stop signal");
  private volatile boolean raised;

  StopSignal() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void raise() {
    raised = true;
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether to stop. */
  boolean isRaised() {
    return raised;
  }

  @Override
  public void close() {
    closed.countDown();
    if (!raised) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) { // it runs by now, and does not wait
        raised = true;
      }
    }
  }
}

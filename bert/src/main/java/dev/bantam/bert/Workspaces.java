package dev.bantam.bert;

import dev.bantam.tensor.Workspace;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Function;

/**
 * Workspaces that are used again. There are as many as concurrent callers; of those that no call
 * needs any more, one for each processor is kept. Thread-safe.
 */
final class Workspaces {
  private static final int KEPT = Runtime.getRuntime().availableProcessors();

  private final Device device;
  private final ConcurrentLinkedDeque<Workspace> free = new ConcurrentLinkedDeque<>();

  private volatile boolean closed;

  Workspaces(Device device) {
    this.device = device;
  }

  /** Runs a computation in a workspace of its own; its tensors end with it. */
  <T> T run(Function<Workspace, T> computation) {
    Workspace last = free.pollFirst();
    Workspace ws = last == null ? device.newWorkspace() : last;
    try (var _ = ws.scope()) {
      return computation.apply(ws);
    } finally {
      if (!closed && free.size() < KEPT) {
        free.addFirst(ws);
      }
    }
  }

  /** Keeps none from now on. */
  void close() {
    closed = true;
    free.clear();
  }
}

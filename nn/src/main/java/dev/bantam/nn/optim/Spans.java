package dev.bantam.nn.optim;

import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.util.List;

/**
 * Many tensors as one list of spans, in which one parallel region goes through all of them: no
 * thread waits at the end of each. Spans do not depend on the number of threads.
 */
final class Spans {
  private static final int SPAN = 32768;

  private final List<Tensor> tensors;

  /** The first span of each tensor, and the number of spans. */
  private final int[] starts;

  /** The work on a span. */
  @FunctionalInterface
  interface Work {
    /**
     * Does it.
     *
     * @param span number of the span
     * @param tensor number of the tensor it is in
     * @param from its first element in there
     * @param n its number of elements
     */
    void run(int span, int tensor, int from, int n);
  }

  Spans(List<Tensor> tensors) {
    this.tensors = tensors;
    this.starts = new int[tensors.size() + 1];
    for (int i = 0; i < tensors.size(); i++) {
      starts[i + 1] = starts[i] + Math.ceilDiv(tensors.get(i).shape().elements(), SPAN);
    }
  }

  /** Number of spans. */
  int count() {
    return starts[tensors.size()];
  }

  /** Number of the tensor that a span is in. */
  int tensor(int span) {
    int low = 0;
    int high = tensors.size();
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (starts[middle] <= span) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Does the work on all spans. */
  void run(Workspace ws, Work work) {
    ws.pool()
        .run(
            count(),
            (span, _) -> {
              int i = tensor(span);
              int from = (span - starts[i]) * SPAN;
              work.run(span, i, from, Math.min(SPAN, tensors.get(i).shape().elements() - from));
            });
  }
}

package dev.bantam.bert;

import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.util.Arrays;
import java.util.function.BiFunction;

/**
 * A batch cut into runs of whole sequences, each computed by one thread from the first layer to the
 * last. Threads then need not wait for each other after every operation, and what a run computes
 * stays in the caches of its core.
 */
final class Runs {
  /**
   * Tokens of a run: so many that reading the weights is a small part, so few that a layer's states
   * stay in cache.
   */
  private static final int TOKENS = 192;

  private final TokenBatch batch;

  /** Run r is sequences {@code starts[r]} to {@code starts[r + 1]}. */
  private final int[] starts;

  private Runs(TokenBatch batch, int[] starts) {
    this.batch = batch;
    this.starts = starts;
  }

  /**
   * Cuts a batch into runs of about the same number of tokens, as many for one thread as for
   * another. With few sequences for each thread there is one run, in which threads share each
   * operation.
   */
  static Runs of(TokenBatch batch, int threads) {
    int sequences = batch.sequences();
    if (threads > 1 && sequences < 2 * threads) {
      return new Runs(batch, new int[] {0, sequences});
    }
    int runs = threads * Math.ceilDiv(batch.tokens(), threads * TOKENS);
    int[] starts = new int[Math.min(runs, sequences) + 1];
    int n = 0;
    for (int b = 0; b < sequences; b++) {
      if ((long) batch.offset(b) * runs >= (long) n * batch.tokens() && n < starts.length - 1) {
        starts[n++] = b;
      }
    }
    starts[n] = sequences;
    return new Runs(batch, Arrays.copyOf(starts, n + 1));
  }

  int size() {
    return starts.length - 1;
  }

  /**
   * Computes all runs.
   *
   * @param ws where to run
   * @param rows the states of sequence b are rows {@code rows[b]} to {@code rows[b + 1]}
   * @param width extent of a state
   * @param computation gives the states of a batch
   * @return the states of all sequences [rows, width]
   */
  Tensor compute(
      Workspace ws, int[] rows, int width, BiFunction<Workspace, TokenBatch, Tensor> computation) {
    if (size() == 1) {
      return computation.apply(ws, batch);
    }
    Tensor states = ws.allocate(rows[batch.sequences()], width);
    ws.pool()
        .run(
            size(),
            (run, worker) -> {
              TokenBatch sequences = batch.slice(starts[run], starts[run + 1]);
              Workspace own = ws.ofWorker(worker);
              try (var _ = own.scope()) {
                Tensor x = computation.apply(own, sequences);
                System.arraycopy(
                    x.data(),
                    x.offset(),
                    states.data(),
                    states.offset() + rows[starts[run]] * width,
                    x.shape().elements());
              }
            });
    return states;
  }
}

package dev.bantam.kd.train;

import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;

/**
 * What is computed at a time.
 *
 * @param weight number of things whose losses have the mean {@code loss}: examples, or masked
 *     tokens
 * @param tokens tokens of all its examples
 * @param loss computes the mean
 */
record MicroBatch(int weight, int tokens, Loss loss) {
  /** Computes a loss. */
  @FunctionalInterface
  interface Loss {
    /** A scalar. */
    Tensor forward(Workspace ws);
  }
}

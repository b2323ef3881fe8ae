package dev.bantam.kd.train;

import dev.bantam.kd.data.Shuffle;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Which examples are in which batch of one epoch: all are shuffled, sorted by length within windows
 * of 50 batches, cut into batches, and these are shuffled. So the lengths within a batch are
 * similar, which makes attention cheap, and the order is still random.
 */
final class EpochPlan {
  private static final int WINDOW = 50;

  private final int batchSize;
  private final int[] examples;
  private final int[] batches;
  private final int mostTokens;

  /**
   * A plan.
   *
   * @param samples all examples
   * @param batchSize examples in a batch
   * @param seed another one in every epoch
   */
  EpochPlan(Samples samples, int batchSize, long seed) {
    this.batchSize = batchSize;
    examples = Shuffle.order(samples.size(), seed);
    int window = (int) Math.min(Integer.MAX_VALUE, (long) WINDOW * batchSize);
    for (int from = 0; from < examples.length; from += window) {
      int to = (int) Math.min(examples.length, (long) from + window);
      int[] sorted =
          Arrays.stream(examples, from, to)
              .boxed()
              .sorted(Comparator.comparingInt(samples::length))
              .mapToInt(Integer::intValue)
              .toArray();
      System.arraycopy(sorted, 0, examples, from, sorted.length);
    }
    batches = Shuffle.order(Math.ceilDiv(examples.length, batchSize), ~seed);
    mostTokens =
        IntStream.range(0, size())
            .map(b -> Arrays.stream(batch(b)).map(samples::length).sum())
            .max()
            .orElse(0);
  }

  /** Number of batches. */
  int size() {
    return batches.length;
  }

  /** Tokens of the largest batch. */
  int mostTokens() {
    return mostTokens;
  }

  /** The examples of a batch. */
  int[] batch(int i) {
    int from = batches[i] * batchSize;
    return Arrays.copyOfRange(examples, from, Math.min(examples.length, from + batchSize));
  }
}

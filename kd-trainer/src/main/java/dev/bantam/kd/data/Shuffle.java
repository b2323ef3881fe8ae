package dev.bantam.kd.data;

import java.util.SplittableRandom;

/** Orders to read examples in. */
public final class Shuffle {
  private Shuffle() {}

  /**
   * A permutation, each as likely as any other (Fisher and Yates). The same seed gives the same one
   * on any machine, so a run is resumed from the seed and a position.
   *
   * @param size how many rows
   * @param seed to be another one in every epoch
   * @return the rows {@code 0..size-1}, 4 bytes each
   */
  public static int[] order(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}

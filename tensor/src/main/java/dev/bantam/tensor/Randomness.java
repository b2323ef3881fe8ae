package dev.bantam.tensor;

import dev.bantam.tensor.kernel.Dropout;

/**
 * Randomness without a state that threads would have to share (Salmon et al. 2011, "Parallel random
 * numbers: as easy as 1, 2, 3"): an operation takes a stream, and element i of a stream is a hash
 * of i under the keys of the stream. The keys are a hash of seed, step, and the number of streams
 * taken before. So the same seed gives the same bits at any thread count, and a step can be
 * repeated.
 */
public final class Randomness {
  private final long seed;
  private final long step;
  private int position;

  /**
   * The streams of one step of training.
   *
   * @param seed of the whole training
   * @param step number of the step
   */
  public Randomness(long seed, long step) {
    this.seed = seed;
    this.step = step;
  }

  /**
   * Takes the next stream for one operation.
   *
   * @param p probability of an element to be dropped, {@code 0 <= p < 1}
   */
  public Dropout dropout(float p) {
    long keys = mix(mix(mix(seed) + step) + position++);
    return new Dropout(p, (int) keys, (int) (keys >>> 32));
  }

  /** Number of streams taken so far. */
  public int position() {
    return position;
  }

  /**
   * Goes back, to take the same streams again.
   *
   * @param to a former {@link #position}
   */
  public void seek(int to) {
    position = to;
  }

  /** The output function of SplitMix64 (Steele, Lea and Flood 2014). */
  static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}

package dev.bantam.tensor.kernel;

/**
 * Which elements an operation drops (Srivastava et al. 2014), and the factor on those it keeps:
 * {@code 1 / (1 - p)}, so that the mean stays. Element i is dropped if a hash of i under two keys
 * is small; the same value gives the same mask on the way forward and back, and on any thread.
 *
 * @param p probability of an element to be dropped, {@code 0 <= p < 1}
 * @param key0 first key
 * @param key1 second key
 */
public record Dropout(float p, int key0, int key1) {
  /** Checks p. */
  public Dropout {
    if (!(p >= 0 && p < 1)) {
      throw new IllegalArgumentException("dropout: expected 0 <= p < 1, got " + p);
    }
  }

  /** Factor on elements that are kept. */
  public float scale() {
    return 1 / (1 - p);
  }

  /** Elements are dropped whose {@link #hash} is below this. */
  public int threshold() {
    return (int) (p * (1 << 24));
  }

  /**
   * 24 random bits for an element: Weyl sequence, then the multiply-xorshift finalizer "lowbias32"
   * by C. Wellons with a key added between its rounds.
   *
   * @param i index of the element
   */
  public int hash(int i) {
    int h = i * 0x9e3779b9 + key0;
    h = (h ^ (h >>> 16)) * 0x7feb352d;
    h = ((h ^ (h >>> 15)) + key1) * 0x846ca68b;
    return (h ^ (h >>> 16)) >>> 8;
  }

  /**
   * Factor on an element: 0 or {@link #scale}.
   *
   * @param i index of the element
   */
  public float factor(int i) {
    return hash(i) < threshold() ? 0 : scale();
  }

  /**
   * Drops or keeps an element; what is dropped is +0, whatever it was.
   *
   * @param i index of the element
   * @param value the element
   */
  public float apply(int i, float value) {
    return hash(i) < threshold() ? 0 : value * scale();
  }
}

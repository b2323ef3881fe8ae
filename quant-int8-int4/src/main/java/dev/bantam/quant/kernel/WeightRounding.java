package dev.bantam.quant.kernel;

/**
 * Rounding of weights that are trained, for one group of weights w with a scale s, and the way back
 * with {@code v = w / s}. As the formulas here; other implementations may sum in another order.
 */
public interface WeightRounding {
  /** Added and taken away again, it rounds a float below 2^22 to an integer, half to even. */
  float ROUNDER = 0x1.8p23f;

  /**
   * {@code y = s · clamp(round(v), min, max)}.
   *
   * @param w weights
   * @param at index of the first
   * @param n how many
   * @param s their scale, not 0
   * @param min the least integer
   * @param max the greatest integer
   * @param y output
   * @param to index of the first output
   */
  default void round(float[] w, int at, int n, float s, int min, int max, float[] y, int to) {
    for (int i = 0; i < n; i++) {
      y[to + i] = s * rounded(Math.clamp(w[at + i] / s, (float) min, (float) max));
    }
  }

  /**
   * {@code dw = dy} where v is in range, 0 outside.
   *
   * @param w weights
   * @param at index of the first
   * @param n how many
   * @param s their scale, not 0
   * @param min the least integer
   * @param max the greatest integer
   * @param dy gradient of the output
   * @param dyAt index of the first of them
   * @param dw output
   * @param to index of the first output
   */
  default void weightGradient(
      float[] w,
      int at,
      int n,
      float s,
      int min,
      int max,
      float[] dy,
      int dyAt,
      float[] dw,
      int to) {
    for (int i = 0; i < n; i++) {
      float v = w[at + i] / s;
      dw[to + i] = v >= min && v <= max ? dy[dyAt + i] : 0;
    }
  }

  /**
   * {@code Σ dy · (round(v) - v)} where v is in range, {@code Σ dy · min} or {@code Σ dy · max}
   * outside.
   *
   * @param w weights
   * @param at index of the first
   * @param n how many
   * @param s their scale, not 0
   * @param min the least integer
   * @param max the greatest integer
   * @param dy gradient of the output
   * @param dyAt index of the first of them
   */
  default float scaleGradient(
      float[] w, int at, int n, float s, int min, int max, float[] dy, int dyAt) {
    float sum = 0;
    for (int i = 0; i < n; i++) {
      float v = w[at + i] / s;
      float clamped = Math.clamp(v, (float) min, (float) max);
      sum += dy[dyAt + i] * (rounded(clamped) - (clamped == v ? v : 0));
    }
    return sum;
  }

  private static float rounded(float v) {
    return v + ROUNDER - ROUNDER;
  }
}

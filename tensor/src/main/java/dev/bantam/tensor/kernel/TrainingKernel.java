package dev.bantam.tensor.kernel;

/** What training needs besides the products: derivatives, dropout, and the step of an optimizer. */
public interface TrainingKernel {

  /**
   * {@code dy[i] = f'(x[i]) dy[i]}.
   *
   * @param f the function
   * @param x its arguments
   * @param xOffset index of the first
   * @param dy gradient of the results, changed in place to that of the arguments
   * @param dyOffset index of the first
   * @param n how many
   */
  void activationBackward(Activation f, float[] x, int xOffset, float[] dy, int dyOffset, int n);

  /**
   * The way back through a softmax: {@code dp[i] = factor · p[i] (dp[i] - Σ_j p[j] dp[j])} for each
   * row.
   *
   * @param p results of the softmax
   * @param pOffset index of the first
   * @param ldp distance between rows of p
   * @param dp gradient of the results, changed in place to that of the arguments
   * @param dpOffset index of the first
   * @param ldd distance between rows of dp
   * @param rows number of rows
   * @param cols elements in a row
   * @param factor on the gradient
   */
  void softmaxBackward(
      float[] p,
      int pOffset,
      int ldp,
      float[] dp,
      int dpOffset,
      int ldd,
      int rows,
      int cols,
      float factor);

  /**
   * The way back through {@code y = x̂ γ + β} with {@code x̂ = (s - mean s) r}, {@code r = 1 /
   * √(var s + eps)}, for each row: with {@code g = γ dy}, {@code ds = r (g - mean g - x̂ mean(g
   * x̂))}; {@code dγ += x̂ dy}; {@code dβ += dy}.
   *
   * @param s arguments, contiguous rows
   * @param sOffset index of the first
   * @param gamma scale [cols]
   * @param gammaOffset index of the first
   * @param eps added to the variance
   * @param dy gradient of the results, contiguous rows
   * @param dyOffset index of the first
   * @param ds gradient of the arguments, contiguous rows; may be dy
   * @param dsOffset index of the first
   * @param sums {@code dγ} [cols], then {@code dβ} [cols], added to
   * @param sumsOffset index of the first
   * @param rows number of rows
   * @param cols elements in a row
   */
  void layerNormBackward(
      float[] s,
      int sOffset,
      float[] gamma,
      int gammaOffset,
      float eps,
      float[] dy,
      int dyOffset,
      float[] ds,
      int dsOffset,
      float[] sums,
      int sumsOffset,
      int rows,
      int cols);

  /**
   * {@code y[i] = dropout.apply(first + i, x[i])}; its own derivative.
   *
   * @param dropout which elements are dropped
   * @param first index of the first element under which it is known to the dropout
   * @param x elements
   * @param xOffset index of the first
   * @param y results; may be x
   * @param yOffset index of the first
   * @param n how many
   */
  void dropout(Dropout dropout, int first, float[] x, int xOffset, float[] y, int yOffset, int n);

  /**
   * One step of Adam with decoupled weight decay (Loshchilov and Hutter 2019): with {@code g =
   * gradientScale · gradient}, {@code m = β1 m + (1 - β1) g}, {@code v = β2 v + (1 - β2) g²},
   * {@code w = w (1 - lr λ) - lr / c1 · m / (√(v / c2) + eps)}.
   *
   * <p>An m or v below {@link Float#MIN_NORMAL} becomes 0, which no weight can tell: the mean of a
   * gradient that has become zero would shrink to a subnormal number and stay there, and arithmetic
   * on these is ten times slower.
   *
   * @param step the numbers of this step
   * @param w weights, changed
   * @param wOffset index of the first
   * @param gradient gradient
   * @param gradientOffset index of the first
   * @param m running mean of the gradient, changed
   * @param v running mean of its square, changed
   * @param offset index of the first in m and v
   * @param n how many
   */
  void adamW(
      AdamWStep step,
      float[] w,
      int wOffset,
      float[] gradient,
      int gradientOffset,
      float[] m,
      float[] v,
      int offset,
      int n);

  /**
   * The numbers of one step of {@link #adamW}.
   *
   * @param lr learning rate
   * @param beta1 decay of the mean
   * @param beta2 decay of the mean square
   * @param eps added to the root
   * @param weightDecay λ
   * @param correction1 c1, {@code 1 - β1^t} in step t
   * @param correction2 c2, {@code 1 - β2^t} in step t
   * @param gradientScale factor on the gradient, from clipping and accumulation
   */
  record AdamWStep(
      double lr,
      double beta1,
      double beta2,
      double eps,
      double weightDecay,
      double correction1,
      double correction2,
      double gradientScale) {

    /** {@code 1 - lr · λ}: all that a step does where the gradient and both means are zero. */
    public float decay() {
      return (float) (1 - lr * weightDecay);
    }
  }
}

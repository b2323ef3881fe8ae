package dev.bantam.tensor.kernel;

import org.jspecify.annotations.Nullable;

/**
 * One head of one sequence of scaled dot-product attention (Vaswani et al. 2017): {@code P =
 * softmax(scale · Q Kᵀ)}, {@code Y = P V}.
 */
public interface AttentionKernel {

  /**
   * Computes one head.
   *
   * @param q queries [length, headDim]; row i begins at {@code at + i * ld}
   * @param k keys, laid out as q
   * @param v values, laid out as q
   * @param at index of the first element of the head in q, k and v
   * @param ld distance between rows of q, k and v
   * @param length tokens of the sequence
   * @param headDim width of the head
   * @param scale usually {@code 1 / √headDim}
   * @param y output [length, headDim]
   * @param yOffset index of the first output
   * @param ldy distance between output rows
   * @param probabilities where P goes, row-major [length, length], or null
   * @param pOffset index of the first probability
   * @param dropout which of the probabilities are dropped before they weigh the values, each known
   *     to it under its index in {@code probabilities}; or null for none
   * @param scratch at least {@link #scratchSize} floats that nobody else uses meanwhile
   */
  void attend(
      float[] q,
      float[] k,
      float[] v,
      int at,
      int ld,
      int length,
      int headDim,
      float scale,
      float[] y,
      int yOffset,
      int ldy,
      float @Nullable [] probabilities,
      int pOffset,
      @Nullable Dropout dropout,
      float[] scratch);

  /**
   * Floats of scratch memory that one call of {@link #attend} needs.
   *
   * @param length tokens of the sequence
   * @param headDim width of the head
   */
  int scratchSize(int length, int headDim);

  /**
   * The way back through {@link #attend}: with {@code dP = (dY Vᵀ) ∘ D} and {@code dS = P ∘ (dP -
   * rowsum(P ∘ dP))}, where D are the factors of the dropout, {@code dQ = scale · dS K}, {@code dK
   * = scale · dSᵀ Q} and {@code dV = (P ∘ D)ᵀ dY}.
   *
   * @param q queries, as given to attend
   * @param k keys
   * @param v values
   * @param at index of the first element of the head in q, k and v
   * @param ld distance between rows of q, k and v
   * @param length tokens of the sequence
   * @param headDim width of the head
   * @param scale as given to attend
   * @param probabilities P, from attend
   * @param pOffset index of the first probability
   * @param dropout as given to attend
   * @param dy gradient of the output [length, headDim]
   * @param dyOffset index of its first element
   * @param ldy distance between its rows
   * @param dq gradient of the queries
   * @param dk gradient of the keys
   * @param dv gradient of the values
   * @param to index of the first element of the head in dq, dk and dv
   * @param ldd distance between rows of dq, dk and dv
   * @param scratch at least {@link #backwardScratchSize} floats that nobody else uses meanwhile
   */
  void backward(
      float[] q,
      float[] k,
      float[] v,
      int at,
      int ld,
      int length,
      int headDim,
      float scale,
      float[] probabilities,
      int pOffset,
      @Nullable Dropout dropout,
      float[] dy,
      int dyOffset,
      int ldy,
      float[] dq,
      float[] dk,
      float[] dv,
      int to,
      int ldd,
      float[] scratch);

  /**
   * Floats of scratch memory that one call of {@link #backward} needs.
   *
   * @param length tokens of the sequence
   * @param headDim width of the head
   */
  int backwardScratchSize(int length, int headDim);
}

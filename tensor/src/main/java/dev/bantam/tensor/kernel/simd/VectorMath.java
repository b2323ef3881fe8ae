package dev.bantam.tensor.kernel.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Functions of one vector. All are sequences of lanewise operations, so that compiled and
 * interpreted code give the same bits.
 */
final class VectorMath {
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  static final int L = SPECIES.length();

  private static final float LOG2_E = 1.44269504f;
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;

  /** Adding it rounds a float to an integer, which then stands in the low bits of the sum. */
  private static final float ROUNDER = 0x1.8p23f;

  private static final float EXP_MIN = -87.33654f;
  private static final float EXP_MAX = 88.72283f;

  private static final VectorShuffle<Float> SWAP_8 = swap(8);
  private static final VectorShuffle<Float> SWAP_4 = swap(4);
  private static final VectorShuffle<Float> SWAP_2 = swap(2);
  private static final VectorShuffle<Float> SWAP_1 = swap(1);

  private VectorMath() {}

  private static VectorShuffle<Float> swap(int distance) {
    return VectorShuffle.fromOp(SPECIES, i -> (i ^ distance) % L);
  }

  /**
   * The sum of all lanes by halving, always in the same order. ({@code reduceLanes} may change its
   * order from call to call.)
   */
  static float sum(FloatVector v) {
    FloatVector s = v;
    if (L > 8) {
      s = s.add(s.rearrange(SWAP_8));
    }
    if (L > 4) {
      s = s.add(s.rearrange(SWAP_4));
    }
    if (L > 2) {
      s = s.add(s.rearrange(SWAP_2));
    }
    return s.add(s.rearrange(SWAP_1)).lane(0);
  }

  /**
   * {@code e^x = 2^n e^r} with {@code n = round(x / ln 2)} and a series of degree 7 in r, |r| ≤ ln
   * 2 / 2. Relative error below 2e-7; 0 below -87.33, infinite above 88.72.
   */
  static FloatVector exp(FloatVector x) {
    FloatVector y = expWithin(x.max(EXP_MIN).min(EXP_MAX));
    VectorMask<Float> below = x.compare(VectorOperators.LT, EXP_MIN);
    VectorMask<Float> above = x.compare(VectorOperators.GT, EXP_MAX);
    return y.blend(0f, below).blend(Float.POSITIVE_INFINITY, above);
  }

  /** {@code e^x} for x up to 0, and at least 1.2e-38: terms of a softmax. */
  static FloatVector expBelow(FloatVector x) {
    return expWithin(x.blend(EXP_MIN, x.compare(VectorOperators.LT, EXP_MIN)));
  }

  /** {@code e^x} for x from -87.33 to 88.72. */
  private static FloatVector expWithin(FloatVector x) {
    FloatVector rounded =
        x.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, ROUNDER));
    FloatVector n = rounded.sub(ROUNDER);
    FloatVector r = n.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), x);
    r = n.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), r);
    FloatVector p = FloatVector.broadcast(SPECIES, 1f / 5040);
    p = p.fma(r, FloatVector.broadcast(SPECIES, 1f / 720));
    p = p.fma(r, FloatVector.broadcast(SPECIES, 1f / 120));
    p = p.fma(r, FloatVector.broadcast(SPECIES, 1f / 24));
    p = p.fma(r, FloatVector.broadcast(SPECIES, 1f / 6));
    p = p.fma(r, FloatVector.broadcast(SPECIES, 0.5f));
    p = p.fma(r, FloatVector.broadcast(SPECIES, 1f));
    p = p.fma(r, FloatVector.broadcast(SPECIES, 1f));
    IntVector exponent = rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
  }

  /** {@code tanh x = 1 - 2 / (e^2x + 1)}. Absolute error below 2e-7. */
  static FloatVector tanh(FloatVector x) {
    FloatVector e = exp(x.add(x));
    return FloatVector.broadcast(SPECIES, 1f)
        .sub(FloatVector.broadcast(SPECIES, 2f).div(e.add(1f)));
  }

  /**
   * {@code x Φ(x) = max(x, 0) - |x| Φ(-|x|)}, where {@code Φ(-a) = e^(-a²/2) P(a) / Q(a)} with
   * degrees 4 and 5, fitted to the least relative error (5e-9) on a ≤ 13. So small results are as
   * exact as large ones; with erf they would be differences of numbers near 1.
   */
  static FloatVector gelu(FloatVector x) {
    FloatVector a = x.abs().min(13f);
    FloatVector tail = normalTail(a, expWithin(a.mul(-0.5f).mul(a)));
    return x.max(0f).sub(a.mul(tail));
  }

  /** {@code Φ(x) + x φ(x)}, the derivative of {@link #gelu}. */
  static FloatVector geluDerivative(FloatVector x) {
    FloatVector a = x.abs().min(13f);
    FloatVector e = expWithin(a.mul(-0.5f).mul(a));
    FloatVector tail = normalTail(a, e);
    FloatVector cdf =
        tail.blend(FloatVector.broadcast(SPECIES, 1f).sub(tail), x.compare(VectorOperators.GT, 0f));
    return x.mul(0.3989422804f).fma(e, cdf);
  }

  /** {@code Φ(-a)} for a from 0 to 13, given {@code e = e^(-a²/2)}. */
  private static FloatVector normalTail(FloatVector a, FloatVector e) {
    FloatVector p = FloatVector.broadcast(SPECIES, 3.994334114e-03f);
    p = p.fma(a, FloatVector.broadcast(SPECIES, 3.980864947e-02f));
    p = p.fma(a, FloatVector.broadcast(SPECIES, 1.807836017e-01f));
    p = p.fma(a, FloatVector.broadcast(SPECIES, 4.349756540e-01f));
    p = p.fma(a, FloatVector.broadcast(SPECIES, 5.000000024e-01f));
    FloatVector q = FloatVector.broadcast(SPECIES, 1.001216065e-02f);
    q = q.fma(a, FloatVector.broadcast(SPECIES, 9.979313816e-02f));
    q = q.fma(a, FloatVector.broadcast(SPECIES, 4.629997176e-01f));
    q = q.fma(a, FloatVector.broadcast(SPECIES, 1.192303995e+00f));
    q = q.fma(a, FloatVector.broadcast(SPECIES, 1.667836212e+00f));
    q = q.fma(a, FloatVector.broadcast(SPECIES, 1f));
    return e.mul(p).div(q);
  }

  /** {@code x/2 (1 + tanh(√(2/π) (x + 0.044715 x³)))}. */
  static FloatVector geluTanh(FloatVector x) {
    FloatVector half = x.mul(0.5f);
    FloatVector cubic = x.mul(x).fma(x.mul(0.044715f), x);
    return tanh(cubic.mul(0.79788456f)).fma(half, half);
  }

  /** The derivative of {@link #geluTanh}. */
  static FloatVector geluTanhDerivative(FloatVector x) {
    FloatVector squared = x.mul(x);
    FloatVector t = tanh(squared.fma(x.mul(0.044715f), x).mul(0.79788456f));
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    FloatVector inner = squared.mul(3 * 0.044715f).add(1f).mul(0.79788456f);
    FloatVector slope = one.sub(t.mul(t)).mul(inner).mul(x);
    return t.add(1f).add(slope).mul(0.5f);
  }
}

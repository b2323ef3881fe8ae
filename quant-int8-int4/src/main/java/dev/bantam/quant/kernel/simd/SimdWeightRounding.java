package dev.bantam.quant.kernel.simd;

import static dev.bantam.quant.kernel.simd.Lanes.FLOATS;
import static dev.bantam.quant.kernel.simd.Lanes.L;

import dev.bantam.quant.kernel.WeightRounding;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** {@link WeightRounding} on vectors; what is left of a group is computed by the formulas. */
final class SimdWeightRounding implements WeightRounding {

  @Override
  public void round(float[] w, int at, int n, float s, int min, int max, float[] y, int to) {
    int whole = FLOATS.loopBound(n);
    for (int i = 0; i < whole; i += L) {
      rounded(clamped(scaled(w, at + i, s), min, max)).mul(s).intoArray(y, to + i);
    }
    WeightRounding.super.round(w, at + whole, n - whole, s, min, max, y, to + whole);
  }

  @Override
  public void weightGradient(
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
    int whole = FLOATS.loopBound(n);
    for (int i = 0; i < whole; i += L) {
      FloatVector v = scaled(w, at + i, s);
      VectorMask<Float> inside =
          v.compare(VectorOperators.GE, min).and(v.compare(VectorOperators.LE, max));
      FloatVector.zero(FLOATS)
          .blend(FloatVector.fromArray(FLOATS, dy, dyAt + i), inside)
          .intoArray(dw, to + i);
    }
    WeightRounding.super.weightGradient(
        w, at + whole, n - whole, s, min, max, dy, dyAt + whole, dw, to + whole);
  }

  @Override
  public float scaleGradient(
      float[] w, int at, int n, float s, int min, int max, float[] dy, int dyAt) {
    int whole = FLOATS.loopBound(n);
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = 0; i < whole; i += L) {
      FloatVector v = scaled(w, at + i, s);
      FloatVector clamped = clamped(v, min, max);
      FloatVector inside =
          FloatVector.zero(FLOATS).blend(v, clamped.compare(VectorOperators.EQ, v));
      sum = rounded(clamped).sub(inside).fma(FloatVector.fromArray(FLOATS, dy, dyAt + i), sum);
    }
    return Lanes.sum(sum)
        + WeightRounding.super.scaleGradient(
            w, at + whole, n - whole, s, min, max, dy, dyAt + whole);
  }

  private static FloatVector scaled(float[] w, int at, float s) {
    return FloatVector.fromArray(FLOATS, w, at).div(s);
  }

  private static FloatVector clamped(FloatVector v, int min, int max) {
    return v.max(min).min(max);
  }

  private static FloatVector rounded(FloatVector v) {
    return v.add(ROUNDER).sub(ROUNDER);
  }
}

package dev.bantam.quant.model;

import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.op.Chunks;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = s · clamp(round(w / s), min, max)}: what is left of a weight [rows, columns] when it
 * is quantized, with a scale s [rows, groups] for each group of columns.
 *
 * <p>On the way back, with {@code v = w / s}: the gradient passes straight through the rounding
 * where v is in range and is 0 outside (Bengio et al. 2013); that of the scale is {@code Σ dy ·
 * (round(v) - v)} where v is in range, {@code Σ dy · min} or {@code Σ dy · max} outside, times
 * {@code 1 / √(N · max)} with N elements of the weight (Esser et al. 2019, "Learned Step Size
 * Quantization").
 */
final class FakeQuantizeOp {
  /** Added and taken away again, it rounds a float below 2^22 to an integer, half to even. */
  private static final float ROUNDING = 12_582_912f; // 1.5 · 2^23

  private FakeQuantizeOp() {}

  /**
   * Rounds a weight.
   *
   * @param ws where to run
   * @param w [rows, columns]
   * @param scales [rows, groups], none 0
   * @param groupSize columns that share a scale
   * @param min the least integer
   * @param max the greatest integer
   * @return [rows, columns]
   */
  static Tensor forward(Workspace ws, Tensor w, Tensor scales, int groupSize, int min, int max) {
    Tensor y = ws.allocate(w.shape());
    groups(
        ws,
        w,
        groupSize,
        (group, from, n) -> {
          float s = scales.data()[scales.offset() + group];
          float[] x = w.data();
          float[] out = y.data();
          int at = w.offset() + from;
          int to = y.offset() + from;
          for (int i = 0; i < n; i++) {
            out[to + i] = s * round(x[at + i] / s, min, max);
          }
        });
    if (ws.recording()) {
      ws.tape()
          .add(
              y,
              g -> backward(ws, w, scales, groupSize, min, max, g.of(y), g.into(w), g.into(scales)),
              w,
              scales);
    }
    return y;
  }

  private static float round(float v, float min, float max) {
    return Math.min(Math.max(v, min), max) + ROUNDING - ROUNDING;
  }

  private static void backward(
      Workspace ws,
      Tensor w,
      Tensor scales,
      int groupSize,
      int min,
      int max,
      Tensor dy,
      @Nullable Tensor dw,
      @Nullable Tensor dScales) {
    float damping = (float) (1 / Math.sqrt((double) w.shape().elements() * max));
    groups(
        ws,
        w,
        groupSize,
        (group, from, n) -> {
          float s = scales.data()[scales.offset() + group];
          float[] x = w.data();
          float[] up = dy.data();
          int at = w.offset() + from;
          int upAt = dy.offset() + from;
          if (dw != null) {
            float[] down = dw.data();
            int to = dw.offset() + from;
            for (int i = 0; i < n; i++) {
              float v = x[at + i] / s;
              down[to + i] = v >= min && v <= max ? up[upAt + i] : 0;
            }
          }
          if (dScales != null) {
            float sum = 0;
            for (int i = 0; i < n; i++) {
              float v = x[at + i] / s;
              sum +=
                  up[upAt + i] * (round(v, min, max) - Math.min(Math.max(v, min), max))
                      + (v < min ? up[upAt + i] * min : v > max ? up[upAt + i] * max : 0);
            }
            dScales.data()[dScales.offset() + group] = damping * sum;
          }
        });
  }

  /** The work on one group. */
  @FunctionalInterface
  interface Group {
    void run(int group, int from, int count);
  }

  /** Runs work on all groups of a weight, some rows a chunk. */
  static void groups(Workspace ws, Tensor w, int groupSize, Group work) {
    int columns = w.shape().dim(-1);
    int groups = Math.ceilDiv(columns, groupSize);
    Chunks.rows(
        ws,
        w.shape().rows(),
        columns,
        (first, count) -> {
          for (int row = first; row < first + count; row++) {
            for (int g = 0; g < groups; g++) {
              int from = g * groupSize;
              work.run(row * groups + g, row * columns + from, Math.min(groupSize, columns - from));
            }
          }
        });
  }
}

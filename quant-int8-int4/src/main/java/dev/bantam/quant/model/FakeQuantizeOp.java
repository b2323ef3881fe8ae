package dev.bantam.quant.model;

import dev.bantam.quant.kernel.QuantizedKernels;
import dev.bantam.quant.kernel.WeightRounding;
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
    WeightRounding rounding = QuantizedKernels.of(ws.kernels()).weights();
    Tensor y = ws.allocate(w.shape());
    groups(
        ws,
        w,
        groupSize,
        (group, from, n) -> {
          float s = scales.data()[scales.offset() + group];
          rounding.round(w.data(), w.offset() + from, n, s, min, max, y.data(), y.offset() + from);
        });
    if (ws.recording()) {
      ws.tape()
          .add(
              y,
              g ->
                  backward(
                      ws,
                      rounding,
                      w,
                      scales,
                      groupSize,
                      min,
                      max,
                      g.of(y),
                      g.into(w),
                      g.into(scales)),
              w,
              scales);
    }
    return y;
  }

  private static void backward(
      Workspace ws,
      WeightRounding rounding,
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
          int at = w.offset() + from;
          int dyAt = dy.offset() + from;
          if (dw != null) {
            int to = dw.offset() + from;
            rounding.weightGradient(w.data(), at, n, s, min, max, dy.data(), dyAt, dw.data(), to);
          }
          if (dScales != null) {
            float sum = rounding.scaleGradient(w.data(), at, n, s, min, max, dy.data(), dyAt);
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

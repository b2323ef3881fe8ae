package dev.bantam.tensor.op;

import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sums over the rows of a matrix that threads share: each part of neighbouring rows has sums of its
 * own, and these are added in their order. The parts depend on the shape alone, and so do the bits.
 */
final class RowSums {
  private static final int MAX_PARTS = 64;

  private final int rows;
  private final int width;
  private final int step;
  private final Tensor sums;

  /** The work on one part. */
  @FunctionalInterface
  interface Part {
    /**
     * Does the work and adds to the sums, which begin as zeros.
     *
     * @param row first row
     * @param count number of rows
     * @param sums where the sums are
     * @param at index of the first
     */
    void run(int row, int count, float[] sums, int at);
  }

  /**
   * Runs the work on all parts.
   *
   * @param ws where to run
   * @param rows number of rows
   * @param cols elements of a row
   * @param width number of sums
   */
  RowSums(Workspace ws, int rows, int cols, int width, Part work) {
    this.rows = rows;
    this.width = width;
    this.step = Math.max(Chunks.step(cols), Math.ceilDiv(rows, MAX_PARTS));
    this.sums = ws.allocate(parts(), width);
    ws.pool()
        .run(
            parts(),
            (part, _) -> {
              int at = sums.offset() + part * width;
              Arrays.fill(sums.data(), at, at + width, 0);
              work.run(part * step, Math.min(step, rows - part * step), sums.data(), at);
            });
  }

  private int parts() {
    return Math.ceilDiv(rows, step);
  }

  /** {@code total[i] = Σ sums[from + i]}, unless total is null. */
  void total(Workspace ws, int from, @Nullable Tensor total) {
    if (total == null) {
      return;
    }
    int n = total.shape().elements();
    float[] t = total.data();
    int to = total.offset();
    Arrays.fill(t, to, to + n, 0);
    for (int part = 0; part < parts(); part++) {
      int at = sums.offset() + part * width + from;
      ws.kernels().vectors().add(t, to, sums.data(), at, t, to, n);
    }
  }
}

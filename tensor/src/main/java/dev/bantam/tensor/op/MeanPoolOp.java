package dev.bantam.tensor.op;

import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.VectorKernel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The mean of the rows of each sequence of a ragged batch: one vector for each text. */
public final class MeanPoolOp {
  private MeanPoolOp() {}

  /**
   * Computes the means.
   *
   * @param ws where to run
   * @param x [tokens, c]
   * @param offsets sequence b is rows {@code offsets[b]} to {@code offsets[b + 1]}, at least one
   * @return [sequences, c]
   * @throws ShapeMismatchException if the offsets do not cut x into sequences
   */
  public static Tensor forward(Workspace ws, Tensor x, int[] offsets) {
    int sequences = offsets.length - 1;
    if (x.shape().rank() != 2
        || sequences < 0
        || offsets[0] != 0
        || offsets[sequences] != x.shape().dim(0)) {
      throw new ShapeMismatchException(
          "meanPool: offsets %s do not cut x %s into sequences"
              .formatted(Arrays.toString(offsets), x.shape()));
    }
    int cols = x.shape().dim(1);
    for (int b = 0; b < sequences; b++) {
      if (offsets[b + 1] <= offsets[b]) {
        throw new ShapeMismatchException("meanPool: sequence " + b + " has no rows");
      }
    }
    VectorKernel vectors = ws.kernels().vectors();
    Tensor y = ws.allocate(sequences, cols);
    ws.pool()
        .run(
            sequences,
            (b, _) -> {
              int to = y.offset() + b * cols;
              int at = x.offset() + offsets[b] * cols;
              System.arraycopy(x.data(), at, y.data(), to, cols);
              for (int t = offsets[b] + 1; t < offsets[b + 1]; t++) {
                at += cols;
                vectors.add(y.data(), to, x.data(), at, y.data(), to, cols);
              }
              vectors.scale(1f / (offsets[b + 1] - offsets[b]), y.data(), to, cols);
            });
    if (ws.recording()) {
      ws.tape().add(y, g -> backward(ws, offsets, g.of(y), g.into(x)), x);
    }
    return y;
  }

  /** {@code dx_t = dy_b / length_b} for all rows t of sequence b. */
  private static void backward(Workspace ws, int[] offsets, Tensor dy, @Nullable Tensor dx) {
    if (dx == null) {
      return;
    }
    int cols = dx.shape().dim(-1);
    ws.pool()
        .run(
            offsets.length - 1,
            (b, _) -> {
              int at = dy.offset() + b * cols;
              float factor = 1f / (offsets[b + 1] - offsets[b]);
              ws.kernels().vectors().scale(factor, dy.data(), at, cols);
              for (int t = offsets[b]; t < offsets[b + 1]; t++) {
                System.arraycopy(dy.data(), at, dx.data(), dx.offset() + t * cols, cols);
              }
            });
  }
}

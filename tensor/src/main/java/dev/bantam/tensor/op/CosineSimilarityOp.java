package dev.bantam.tensor.op;

import dev.bantam.tensor.Shape;
import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.VectorKernel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@code s_i = x_i · y_i / (|x_i| |y_i|)} for each row. Norms count as {@value #EPS} at least, so
 * that the similarity to zero is 0.
 */
public final class CosineSimilarityOp {
  private static final float EPS = 1e-8f;

  private CosineSimilarityOp() {}

  /**
   * Computes the similarities.
   *
   * @param ws where to run
   * @param x [..., c]
   * @param y shaped as x
   * @return [...]
   * @throws ShapeMismatchException if shapes differ
   */
  public static Tensor forward(Workspace ws, Tensor x, Tensor y) {
    if (!x.shape().equals(y.shape())) {
      throw new ShapeMismatchException(
          "cosineSimilarity: x " + x.shape() + " and y " + y.shape() + " differ");
    }
    Tensor s = ws.allocate(Shape.of(Arrays.copyOf(x.shape().toArray(), x.shape().axis(-1))));
    apply(ws, x, y, s);
    if (ws.recording()) {
      ws.tape().add(s, g -> backward(ws, x, y, s, g.of(s), g.into(x), g.into(y)), x, y);
    }
    return s;
  }

  /** Computes the similarities of all rows. */
  static void apply(Workspace ws, Tensor x, Tensor y, Tensor s) {
    int cols = x.shape().dim(-1);
    VectorKernel vectors = ws.kernels().vectors();
    Chunks.rows(
        ws,
        x.shape().rows(),
        cols,
        (from, rows) -> {
          for (int i = from; i < from + rows; i++) {
            int xAt = x.offset() + i * cols;
            int yAt = y.offset() + i * cols;
            double dot = vectors.dot(x.data(), xAt, y.data(), yAt, cols);
            double norms =
                clamped(norm(vectors, x.data(), xAt, cols))
                    * clamped(norm(vectors, y.data(), yAt, cols));
            s.data()[s.offset() + i] = (float) (dot / norms);
          }
        });
  }

  /** {@code dx_i = (y_i / (|x_i| |y_i|) - s_i x_i / |x_i|²) ds_i}, and dy likewise. */
  static void backward(
      Workspace ws,
      Tensor x,
      Tensor y,
      Tensor s,
      Tensor ds,
      @Nullable Tensor dx,
      @Nullable Tensor dy) {
    int cols = x.shape().dim(-1);
    VectorKernel vectors = ws.kernels().vectors();
    Chunks.rows(
        ws,
        x.shape().rows(),
        cols,
        (from, rows) -> {
          for (int i = from; i < from + rows; i++) {
            double dsi = ds.data()[ds.offset() + i];
            double si = s.data()[s.offset() + i];
            double xNorm = norm(vectors, x.data(), x.offset() + i * cols, cols);
            double yNorm = norm(vectors, y.data(), y.offset() + i * cols, cols);
            double across = dsi / (clamped(xNorm) * clamped(yNorm));
            combine(y, across, x, along(xNorm, dsi * si), i, cols, dx);
            combine(x, across, y, along(yNorm, dsi * si), i, cols, dy);
          }
        });
  }

  /** Factor on the vector itself; a norm that is replaced by a constant has no derivative. */
  private static double along(double norm, double factor) {
    return norm > EPS ? -factor / (norm * norm) : 0;
  }

  /** {@code to_i = a x_i + b y_i}. */
  private static void combine(
      Tensor x, double a, Tensor y, double b, int row, int cols, @Nullable Tensor to) {
    if (to != null) {
      for (int j = row * cols; j < (row + 1) * cols; j++) {
        to.data()[to.offset() + j] =
            (float) (a * x.data()[x.offset() + j] + b * y.data()[y.offset() + j]);
      }
    }
  }

  private static double norm(VectorKernel vectors, float[] x, int offset, int n) {
    return Math.sqrt(vectors.dot(x, offset, x, offset, n));
  }

  private static double clamped(double norm) {
    return Math.max(norm, EPS);
  }
}

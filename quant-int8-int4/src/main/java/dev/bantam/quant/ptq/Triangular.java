package dev.bantam.quant.ptq;

import dev.bantam.tensor.parallel.WorkerPool;
import java.util.Arrays;
import java.util.function.IntConsumer;

/** Factors of symmetric matrices, in blocks that a cache holds. */
final class Triangular {
  private static final int BLOCK = 64;

  private Triangular() {}

  /**
   * The upper triangle U with {@code H⁻¹ = Uᵀ U}. With the upper triangle R of {@code H = R Rᵀ},
   * {@code H⁻¹ = R⁻ᵀ R⁻¹}: U is R⁻¹, and H⁻¹ itself is never formed.
   *
   * @param h symmetric; its memory becomes that of the result
   * @throws ArithmeticException if h is not positive definite
   */
  static double[][] factorOfInverse(double[][] h) {
    factor(h);
    invert(h);
    return h;
  }

  /** Replaces H by the upper triangle R of {@code H = R Rᵀ}: Cholesky from the last column on. */
  private static void factor(double[][] h) {
    int n = h.length;
    for (int last = n; last > 0; last -= BLOCK) {
      int end = last;
      int start = Math.max(0, end - BLOCK);
      for (int j = end - 1; j >= start; j--) {
        double square = h[j][j] - dot(h[j], h[j], j + 1, end);
        if (!(square > 0)) {
          throw new ArithmeticException("not positive definite at column " + j);
        }
        h[j][j] = Math.sqrt(square);
        for (int i = 0; i < j; i++) {
          h[i][j] = (h[i][j] - dot(h[i], h[j], j + 1, end)) / h[j][j];
        }
        Arrays.fill(h[j], 0, j, 0);
      }
      double[][] transposed = new double[end - start][start];
      for (int i = 0; i < start; i++) {
        for (int j = start; j < end; j++) {
          transposed[j - start][i] = h[i][j];
        }
      }
      rows(0, start, i -> subtractProduct(h[i], i, start, h[i], start, end - start, transposed, 0));
    }
  }

  /** Replaces the upper triangle R by U with {@code R U = 1}, from the last row on. */
  private static void invert(double[][] r) {
    int n = r.length;
    double[][] factors = new double[BLOCK][];
    for (int last = n; last > 0; last -= BLOCK) {
      int end = last;
      int start = Math.max(0, end - BLOCK);
      for (int i = start; i < end; i++) {
        factors[i - start] = r[i].clone();
        Arrays.fill(r[i], i + 1, n, 0);
      }
      for (int from = end; from < n; from += BLOCK) {
        int k = from;
        rows(
            start,
            end,
            i -> subtractProduct(r[i], k, n, factors[i - start], k, Math.min(BLOCK, n - k), r, k));
      }
      for (int i = end - 1; i >= start; i--) {
        double[] row = r[i];
        subtractProduct(row, i + 1, n, factors[i - start], i + 1, end - i - 1, r, i + 1);
        double diagonal = 1 / row[i];
        for (int j = i + 1; j < n; j++) {
          row[j] *= diagonal;
        }
        row[i] = diagonal;
      }
    }
  }

  /** Does something with each of some rows, on all processors. */
  private static void rows(int from, int to, IntConsumer work) {
    WorkerPool.shared().run(to - from, (i, _) -> work.accept(from + i));
  }

  /** {@code Σ a[k] b[k]}. */
  private static double dot(double[] a, double[] b, int from, int to) {
    double sum = 0;
    for (int k = from; k < to; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }

  /**
   * {@code row[j] -= Σ_k a[aFrom + k] · b[bFrom + k][j]}, four k at a time.
   *
   * @param row a row of the matrix that is changed
   * @param from first j
   * @param to one past the last j
   * @param a factors
   * @param aFrom index of the first factor
   * @param depth number of factors
   * @param b rows of the other matrix
   * @param bFrom its first row
   */
  static void subtractProduct(
      double[] row, int from, int to, double[] a, int aFrom, int depth, double[][] b, int bFrom) {
    int k = 0;
    for (; k + 4 <= depth; k += 4) {
      double a0 = a[aFrom + k];
      double a1 = a[aFrom + k + 1];
      double a2 = a[aFrom + k + 2];
      double a3 = a[aFrom + k + 3];
      double[] b0 = b[bFrom + k];
      double[] b1 = b[bFrom + k + 1];
      double[] b2 = b[bFrom + k + 2];
      double[] b3 = b[bFrom + k + 3];
      for (int j = from; j < to; j++) {
        row[j] -= a0 * b0[j] + a1 * b1[j] + a2 * b2[j] + a3 * b3[j];
      }
    }
    for (; k < depth; k++) {
      double factor = a[aFrom + k];
      double[] other = b[bFrom + k];
      for (int j = from; j < to; j++) {
        row[j] -= factor * other[j];
      }
    }
  }
}

package dev.bantam.tensor.op;

import dev.bantam.tensor.Floats;
import dev.bantam.tensor.Shape;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.kernel.MatmulKernel;
import dev.bantam.tensor.parallel.WorkerPool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bits of the formula, whichever side is packed. */
class TransposedProductTest {

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "3, 200, 1000", // too narrow to be packed
    "63, 200, 800", // also
    "64, 65, 256", // packed: the result is transposed
    "64, 65, 255", // too few rows for that
    "100, 130, 1000", // packed
    "100, 100, 1000", // no narrower than the other
    "130, 100, 1000", // wider
    "5, 7, 0", // the sum of nothing
    "5, 9, 768", // as many rows as are packed at once
    "5, 9, 769",
    "70, 90, 1537", // the last time a row
  })
  void product_is_the_sum_in_the_order_of_the_contract(int m, int n, int rows) {
    Tensor a = normal(1, rows, m);
    Tensor b = normal(2, rows, n);
    float[] expected = product(a.toArray(), m, b.toArray(), n, rows);
    for (int threads = 1; threads <= 3; threads++) {
      try (WorkerPool pool = WorkerPool.of(threads)) {
        for (Kernels kernels : new Kernels[] {Kernels.scalar(), Kernels.simd().orElseThrow()}) {
          Tensor c = normal(3, m, n);
          TransposedProduct.run(new Workspace(kernels, pool), a, m, b, n, rows, c);
          Floats.assertSameBits(c.toArray(), expected, kernels.name() + ", threads: " + threads);
        }
      }
    }
  }

  /** Not at the beginning of its array. */
  private static Tensor normal(long seed, int rows, int cols) {
    return Tensor.wrap(Floats.normal(seed, rows * cols + 3), 3, Shape.of(rows, cols));
  }

  private static float[] product(float[] a, int m, float[] b, int n, int rows) {
    float[] c = new float[m * n];
    for (int from = 0; from < rows; from += MatmulKernel.BLOCK) {
      int end = Math.min(from + MatmulKernel.BLOCK, rows);
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          float sum = 0;
          for (int t = from; t < end; t++) {
            sum = Math.fma(a[t * m + i], b[t * n + j], sum);
          }
          c[i * n + j] += sum;
        }
      }
    }
    return c;
  }
}

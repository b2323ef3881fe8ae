package dev.bantam.tensor.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.parallel.WorkerPool;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProductChunksTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8})
  void every_output_is_computed_exactly_once(int threads) {
    try (WorkerPool pool = WorkerPool.of(threads)) {
      Workspace ws = new Workspace(Kernels.scalar(), pool);
      for (int rows : new int[] {0, 1, 2, 7, 95, 192, 193, 300, 385, 768, 1000, 4096}) {
        for (int panels : new int[] {0, 1, 2, 3, 6, 12, 13}) {
          AtomicIntegerArray runs = new AtomicIntegerArray(rows * panels);
          ProductChunks.run(
              ws,
              rows,
              panels,
              (worker, row, count, from, to) -> {
                assertThat(count).isBetween(1, 192);
                for (int i = row; i < row + count; i++) {
                  for (int p = from; p < to; p++) {
                    runs.incrementAndGet(i * panels + p);
                  }
                }
              });
          for (int i = 0; i < rows * panels; i++) {
            assertThat(runs.get(i)).as("%d rows, %d panels", rows, panels).isEqualTo(1);
          }
        }
      }
    }
  }
}

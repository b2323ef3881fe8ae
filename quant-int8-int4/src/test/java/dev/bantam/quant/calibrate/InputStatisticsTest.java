package dev.bantam.quant.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InputStatisticsTest {

  @Test
  void columnsHaveTheirMeansAndLargest() {
    ColumnStatistics statistics = new ColumnStatistics(2);
    statistics.observe(new float[] {99, 1, -5, 3, 2}, 1, 2, 2);
    statistics.observe(new float[] {-7, 0}, 0, 1, 2);
    assertThat(statistics.rows()).isEqualTo(3);
    assertThat(statistics.maxMagnitude()).containsExactly(7, 5);
    assertThat(statistics.mean()).containsExactly(-1, -1);
    assertThat(statistics.meanMagnitude()).containsExactly(11 / 3.0, 7 / 3.0);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "5, 3", "383, 13", "385, 70", "1000, 129"})
  void theHessianIsTheMeanOfOuterProducts(int rows, int columns) {
    float[] x = RangeObserverTest.normal(rows * columns);
    Hessian hessian = new Hessian(columns);
    int half = rows / 2;
    hessian.observe(x, 0, half, columns);
    hessian.observe(x, half * columns, rows - half, columns);
    double[] h = hessian.toArray();
    for (int i = 0; i < columns; i++) {
      for (int j = 0; j < columns; j++) {
        double sum = 0;
        for (int row = 0; row < rows; row++) {
          sum += 2.0 / rows * x[row * columns + i] * x[row * columns + j];
        }
        assertThat(h[i * columns + j]).isCloseTo(sum, within(1e-5));
        assertThat(h[i * columns + j]).isEqualTo(h[j * columns + i]);
      }
    }
  }

  @Test
  void aHessianMayBeReadBetweenBatches() {
    float[] x = RangeObserverTest.normal(50 * 8);
    Hessian read = new Hessian(8);
    Hessian unread = new Hessian(8);
    for (int batch = 0; batch < 5; batch++) {
      read.observe(x, batch * 80, 10, 8);
      unread.observe(x, batch * 80, 10, 8);
      read.toArray();
    }
    double[] expected = unread.toArray();
    double[] actual = read.toArray();
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-6));
    }
  }

  @Test
  void nothingObservedHasNoHessian() {
    assertThatThrownBy(() -> new Hessian(3).toArray())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("hessian: nothing was observed");
  }

  @Test
  void aSampleIsEvenlySpaced() {
    RowSample sample = new RowSample(4, 2);
    int seen = 0;
    for (int batch : new int[] {1, 3, 2, 7, 4}) {
      float[] x = new float[batch * 2];
      for (int row = 0; row < batch; row++) {
        x[2 * row] = seen++;
        x[2 * row + 1] = -1;
      }
      sample.observe(x, 0, batch, 2);
    }
    assertThat(seen).isEqualTo(17);
    assertThat(sample.toArray()).containsExactly(0, -1, 8, -1, 16, -1);
    assertThat(sample.rows()).isEqualTo(3);
  }

  @Test
  void aSampleOfFewRowsIsAllOfThem() {
    RowSample sample = new RowSample(4, 1);
    sample.observe(new float[] {5, 6, 7, 8}, 0, 4, 1);
    assertThat(sample.toArray()).containsExactly(5, 6, 7, 8);
  }

  @Test
  void rowsOfAnotherWidthAreRefused() {
    for (Observer observer :
        new Observer[] {new ColumnStatistics(4), new Hessian(4), new RowSample(4, 4)}) {
      assertThatThrownBy(() -> observer.observe(new float[6], 0, 2, 3))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("observe: expected rows of 4 columns, got 3");
    }
  }
}

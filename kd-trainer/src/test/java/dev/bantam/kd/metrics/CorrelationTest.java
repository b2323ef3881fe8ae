package dev.bantam.kd.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Against scipy.stats 1.17.1. */
class CorrelationTest {
  private static final double[] X = {1, 2, 2, 3, 5, 5, 5, 8};
  private static final double[] Y = {2.5, 1, 4, 4, 3, 9, 7, 7};

  @Test
  void pearson_is_that_of_scipy() {
    assertThat(Correlation.pearson(X, Y)).isCloseTo(0.6929299344411685, within(1e-14));
  }

  @Test
  void equal_values_share_their_rank_in_spearman() {
    assertThat(Correlation.spearman(X, Y)).isCloseTo(0.7144097497387378, within(1e-14));
  }

  @Test
  void zero_and_minus_zero_are_equal() {
    double[] zeros = {0.0, -0.0, 1};
    assertThat(Correlation.spearman(zeros, new double[] {1, 2, 3}))
        .isCloseTo(0.8660254037844387, within(1e-14));
    assertThat(Correlation.spearman(new double[] {0.0, 0.0, -0.0}, new double[] {1, 2, 3})).isNaN();
  }

  @Test
  void a_constant_series_has_no_correlation() {
    assertThat(Correlation.pearson(new double[] {1, 1, 1}, new double[] {1, 2, 3})).isNaN();
    assertThat(Correlation.spearman(new double[] {1, 1, 1}, new double[] {1, 2, 3})).isNaN();
  }

  @Test
  void what_is_not_finite_or_too_short_has_no_correlation() {
    double[][] bad = {{}, {1}, {1, Double.NaN}, {1, Double.POSITIVE_INFINITY}};
    for (double[] series : bad) {
      assertThat(Correlation.pearson(series, series)).isNaN();
      assertThat(Correlation.spearman(series, series)).isNaN();
    }
    assertThatThrownBy(() -> Correlation.spearman(new double[2], new double[3]))
        .hasMessage("correlation: lengths differ: 2 != 3");
  }

  @Test
  void the_cosine_ignores_lengths() {
    assertThat(CosineSimilarity.of(new float[] {3, 4}, new float[] {4, 3}))
        .isCloseTo(0.96, within(1e-15));
    assertThat(CosineSimilarity.of(new float[] {1, 0}, new float[] {-1e30f, 0})).isEqualTo(-1);
    assertThat(CosineSimilarity.of(new float[] {0, 0}, new float[] {1, 0})).isZero();
    assertThatThrownBy(() -> CosineSimilarity.of(new float[2], new float[3]))
        .hasMessage("cosine: lengths differ: 2 != 3");
  }
}

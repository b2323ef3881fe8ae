package dev.bantam.kd.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConfusionMatrixTest {
  private static final int[] EXPECTED = {0, 0, 0, 1, 1, 2};
  private static final int[] PREDICTED = {0, 0, 1, 1, 2, 1};

  private final ConfusionMatrix matrix = ConfusionMatrix.of(PREDICTED, EXPECTED, 4);

  @Test
  void each_label_has_its_precision_recall_and_f1() {
    assertThat(matrix.total()).isEqualTo(6);
    assertThat(matrix.expected(0)).isEqualTo(3);
    assertThat(matrix.predicted(0)).isEqualTo(2);
    assertThat(matrix.precision(0)).isEqualTo(1);
    assertThat(matrix.recall(0)).isCloseTo(2 / 3.0, within(1e-15));
    assertThat(matrix.f1(0)).isCloseTo(0.8, within(1e-15));
    assertThat(matrix.f1(1)).isCloseTo(0.4, within(1e-15));
    assertThat(matrix.f1(2)).isZero();
  }

  @Test
  void a_label_that_never_occurs_does_not_count_in_the_mean() {
    assertThat(matrix.precision(3)).isZero();
    assertThat(matrix.recall(3)).isZero();
    assertThat(matrix.macroF1()).isCloseTo(0.4, within(1e-15));
  }

  @Test
  void the_table_names_labels() {
    assertThat(matrix.table(List.of("animal", "plant", "food", "a very long name indeed")))
        .isEqualTo(
            """
            expected \\ predicted     animal  plant  food  a very long name indeed
            animal                        2      1     0                        0
            plant                         0      1     1                        0
            food                          0      1     0                        0
            a very long name indeed       0      0     0                        0
            """);
    assertThatThrownBy(() -> matrix.table(List.of("a"))).hasMessage("1 names for 4 labels: [a]");
  }

  @Test
  void nothing_has_no_accuracy() {
    int[] none = {};
    assertThat(Classification.accuracy(none, none)).isNaN();
    assertThat(Classification.macroF1(none, none)).isNaN();
    assertThat(Classification.f1(none, none)).isZero();
    assertThat(Classification.matthews(none, none)).isZero();
  }

  @Test
  void what_is_no_label_is_refused() {
    assertThatThrownBy(() -> ConfusionMatrix.of(new int[] {2}, new int[] {0}, 2))
        .hasMessage("label 2, expected 0 to 1");
    assertThatThrownBy(() -> ConfusionMatrix.of(new int[] {-1}, new int[] {0}))
        .hasMessage("label -1, expected 0 to 0");
    assertThatThrownBy(() -> ConfusionMatrix.of(new int[] {1}, new int[] {0, 1}))
        .hasMessage("1 predictions for 2 examples");
    assertThatThrownBy(() -> Classification.f1(new int[] {2}, new int[] {0}))
        .hasMessage("F1: labels up to 2, expected 0 and 1; macro F1 is for more");
    assertThatThrownBy(() -> Metric.ACCURACY.of(new double[] {0.5}, new double[] {0}))
        .hasMessage("0.5 is no index of a label");
    assertThatThrownBy(() -> Metric.ACCURACY.of(new double[] {0}, new double[] {Double.NaN}))
        .hasMessage("NaN is no index of a label");
  }
}

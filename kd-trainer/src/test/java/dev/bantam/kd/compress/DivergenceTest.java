package dev.bantam.kd.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What outputs that moved cost. */
class DivergenceTest {
  private static final double CLOSE = 1e-6;

  @ParameterizedTest
  @EnumSource
  void what_did_not_move_costs_nothing(Divergence divergence) {
    float[] output = {0.3f, -2, 5, 1e4f};
    assertThat(divergence.mean(output, output.clone(), 2)).isZero();
  }

  @Test
  void classes_cost_the_kl_of_their_softmax() {
    float[] before = {(float) Math.log(1), (float) Math.log(3)}; // 1/4, 3/4
    float[] after = {7, 7}; // 1/2, 1/2
    double expected = 0.25 * Math.log(0.25 / 0.5) + 0.75 * Math.log(0.75 / 0.5);
    assertThat(Divergence.CLASSES.mean(before, after, 2)).isCloseTo(expected, within(CLOSE));
  }

  @Test
  void labels_cost_the_kl_of_each_sigmoid() {
    float[] before = {(float) Math.log(3), 0}; // 3/4, 1/2
    float[] after = {0, 0};
    double expected = 0.75 * Math.log(0.75 / 0.5) + 0.25 * Math.log(0.25 / 0.5);
    assertThat(Divergence.LABELS.mean(before, after, 2)).isCloseTo(expected, within(CLOSE));
  }

  @Test
  void scores_cost_half_the_square_that_they_moved() {
    float[] before = {1, 2};
    float[] after = {1.5f, 2};
    assertThat(Divergence.SCORES.mean(before, after, 1)).isCloseTo(0.0625, within(CLOSE));
  }

  @Test
  void states_cost_what_their_cosine_lacks() {
    float[] before = {1, 0, 2, 2};
    float[] after = {0, 3, 1, 1};
    assertThat(Divergence.STATES.mean(before, after, 2)).isCloseTo(0.5, within(CLOSE));
  }
}

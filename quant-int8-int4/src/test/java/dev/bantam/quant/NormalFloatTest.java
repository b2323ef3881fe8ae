package dev.bantam.quant;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NormalFloatTest {

  @Test
  void levelsAreThoseOfThePaper() {
    float[] levels =
        new Goldens(NormalFloatTest.class, "goldens/rounding.txt").floats("nf4.levels");
    assertThat(NormalFloat.LEVELS).containsExactly(levels);
  }

  @Test
  void everyFloatIsRoundedToTheNearestLevel() {
    for (float x = -1.5f; x <= 1.5f; x += 1e-4f) {
      int nearest = 0;
      for (int code = 1; code < 16; code++) {
        if (distance(x, code) < distance(x, nearest)) {
          nearest = code;
        }
      }
      assertThat(distance(x, NormalFloat.nearest(x))).isEqualTo(distance(x, nearest));
    }
    for (int code = 0; code < 16; code++) {
      assertThat(NormalFloat.nearest(NormalFloat.LEVELS[code])).isEqualTo(code);
    }
  }

  private static double distance(float x, int code) {
    return Math.abs((double) x - NormalFloat.LEVELS[code]);
  }
}

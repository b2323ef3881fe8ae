package dev.bantam.quant.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.quant.InputQuantization;
import org.junit.jupiter.api.Test;

class RangeTest {

  @Test
  void aRangeIsWidenedToIncludeZero() {
    assertThat(new Range(2, 5)).isEqualTo(new Range(0, 5));
    assertThat(new Range(-5, -2)).isEqualTo(new Range(-5, 0));
  }

  @Test
  void theCodesCoverAnAsymmetricRange() {
    assertThat(new Range(0, 255).asymmetric()).isEqualTo(new InputQuantization.Static(1, -128));
    assertThat(new Range(-255, 0).asymmetric()).isEqualTo(new InputQuantization.Static(1, 127));
    assertThat(new Range(-55, 200).asymmetric()).isEqualTo(new InputQuantization.Static(1, -73));
  }

  @Test
  void theZeroPointIsAnIntegerWithinTheCodes() {
    for (float min : new float[] {0, -1e-30f, -0.17f, -3, -1e30f}) {
      for (float max : new float[] {0, 1e-30f, 0.3f, 7, 1e30f}) {
        var q = new Range(min, max).asymmetric(); // the constructor refuses what is not
        float reach = 0.5001f * q.scale();
        assertThat((-128 - q.zeroPoint()) * q.scale()).isBetween(min - reach, min + reach);
        if (max > 0 || min < 0) {
          assertThat((127 - q.zeroPoint()) * q.scale()).isBetween(max - reach, max + reach);
        }
      }
    }
  }

  @Test
  void aSymmetricRangeHasZeroForItsZero() {
    assertThat(new Range(-254, 3).symmetric()).isEqualTo(new InputQuantization.Static(2, 0));
  }

  @Test
  void aRangeOfOneNumberHasAStep() {
    assertThat(new Range(0, 0).asymmetric().scale()).isEqualTo(1);
    assertThat(new Range(0, 0).symmetric().scale()).isEqualTo(1);
    assertThat(new Range(0, Float.MIN_VALUE).asymmetric().scale()).isPositive();
  }

  @Test
  void endsMustBeInOrderAndFinite() {
    assertThatThrownBy(() -> new Range(2, 1)).hasMessage("range: [2.0, 1.0]");
    assertThatThrownBy(() -> new Range(0, Float.NaN)).hasMessage("range: [0.0, NaN]");
  }
}

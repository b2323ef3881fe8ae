package dev.bantam.quant;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class Float8Test {
  private static final Goldens GOLDENS = new Goldens(Float8Test.class, "goldens/rounding.txt");

  @ParameterizedTest
  @EnumSource(names = {"FP8_E4M3", "FP8_E5M2"})
  void everyCodeStandsForWhatItDoesInPyTorch(WeightType type) {
    float[] values = GOLDENS.floats(type.id() + ".values");
    assertThat(values).hasSize(256);
    for (int code = 0; code < 256; code++) {
      assertThat(Float.floatToIntBits(type.level(code))) // -0 is not 0, all NaNs are one
          .as("code %02x", code)
          .isEqualTo(Float.floatToIntBits(values[code]));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FP8_E4M3", "FP8_E5M2"})
  void floatsAroundEveryMiddleAreRoundedAsInPyTorch(WeightType type) {
    float[] floats = GOLDENS.floats(type.id() + ".floats");
    double[] codes = GOLDENS.get(type.id() + ".codes");
    assertThat(floats.length).isGreaterThan(950); // four for each of about 250 neighbours
    for (int i = 0; i < floats.length; i++) {
      assertThat(code(type, floats[i])).as("%s", floats[i]).isEqualTo((int) codes[i]);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FP8_E4M3", "FP8_E5M2"})
  void everyFiniteCodeComesBack(WeightType type) {
    for (int code = 0; code < 256; code++) {
      if (Float.isFinite(type.level(code))) {
        assertThat(code(type, type.level(code))).isEqualTo(code);
      }
    }
  }

  /** PyTorch makes these NaN or infinite; a weight is better off with the largest there is. */
  @Test
  void whatIsTooLargeBecomesTheLargest() {
    for (float x : new float[] {448, 449, 464, 480, 1e30f, Float.POSITIVE_INFINITY}) {
      assertThat(Float8.e4m3ToFloat(Float8.floatToE4m3(x))).isEqualTo(448);
      assertThat(Float8.e4m3ToFloat(Float8.floatToE4m3(-x))).isEqualTo(-448);
    }
    for (float x : new float[] {57_344, 61_439, 61_440, 65_536, 1e30f, Float.POSITIVE_INFINITY}) {
      assertThat(Float8.e5m2ToFloat(Float8.floatToE5m2(x))).isEqualTo(57_344);
      assertThat(Float8.e5m2ToFloat(Float8.floatToE5m2(-x))).isEqualTo(-57_344);
    }
  }

  @Test
  void whatIsTooSmallBecomesZeroOfItsSign() {
    assertThat(Float8.floatToE4m3(Float.MIN_VALUE)).isEqualTo((byte) 0);
    assertThat(Float8.floatToE4m3(-Float.MIN_VALUE)).isEqualTo((byte) 0x80);
    assertThat(Float8.floatToE5m2(Float.MIN_VALUE)).isEqualTo((byte) 0);
    assertThat(Float8.floatToE5m2(-0f)).isEqualTo((byte) 0x80);
  }

  @Test
  void notANumberStays() {
    assertThat(Float8.e4m3ToFloat(Float8.floatToE4m3(Float.NaN))).isNaN();
    assertThat(Float8.e5m2ToFloat(Float8.floatToE5m2(Float.NaN))).isNaN();
  }

  private static int code(WeightType type, float x) {
    return (type == WeightType.FP8_E4M3 ? Float8.floatToE4m3(x) : Float8.floatToE5m2(x)) & 255;
  }
}

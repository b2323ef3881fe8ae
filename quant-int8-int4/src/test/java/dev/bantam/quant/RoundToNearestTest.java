package dev.bantam.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RoundToNearestTest {
  private static final Goldens GOLDENS =
      new Goldens(RoundToNearestTest.class, "goldens/rounding.txt");
  private static final int ROWS = 9;
  private static final int COLUMNS = 75;

  static Stream<String> cases() {
    return GOLDENS.ending(".scales").keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void codesScalesAndZeroPointsAreThoseOfNumpy(String name) {
    QuantizedMatrix matrix =
        RoundToNearest.quantize(GOLDENS.floats("weight"), ROWS, COLUMNS, scheme(name));

    double[] codes = GOLDENS.get(name + ".codes");
    float[] scales = GOLDENS.floats(name + ".scales");
    double[] zeros = GOLDENS.get(name + ".zeros");
    int groups = scales.length == 1 ? 0 : matrix.groups(); // 0: one grid for all
    for (int row = 0; row < ROWS; row++) {
      for (int column = 0; column < COLUMNS; column++) {
        int mask = matrix.type().isInteger() ? -1 : 255;
        assertThat(matrix.code(row, column) & mask)
            .as("code [%d, %d]", row, column)
            .isEqualTo((int) codes[row * COLUMNS + column]);
        int at = row * matrix.groups() + column / matrix.groupSize();
        int expected = row * groups + (groups == 0 ? 0 : column / matrix.groupSize());
        assertThat(matrix.scales()[at]).isEqualTo(scales[expected]);
        int zero = matrix.zeroPoints() == null ? 0 : matrix.zeroPoints()[at];
        assertThat(zero).isEqualTo((int) zeros[expected]);
      }
    }
  }

  /** A case of make_rounding.py: type, group size, flags. */
  private static WeightScheme scheme(String name) {
    List<String> parts = List.of(name.split("\\."));
    int size = Integer.parseInt(parts.get(1));
    List<String> flags = parts.size() == 2 ? List.of() : List.of(parts.get(2).split(","));
    Granularity granularity =
        switch (size) {
          case 0 -> Granularity.perTensor();
          case COLUMNS -> Granularity.perChannel();
          default -> Granularity.perGroup(size);
        };
    return new WeightScheme(
        WeightType.valueOf(parts.getFirst().toUpperCase(Locale.ROOT)),
        granularity,
        flags.contains("asymmetric"),
        flags.contains("clipped"),
        flags.contains("half"));
  }

  @ParameterizedTest
  @EnumSource(WeightType.class)
  void aRowOfZerosBecomesZeros(WeightType type) {
    for (Granularity granularity : List.of(Granularity.perChannel(), Granularity.perGroup(2))) {
      WeightScheme scheme = WeightScheme.of(type, granularity);
      assertThat(RoundToNearest.quantize(new float[10], 2, 5, scheme).dequantize())
          .containsOnly(0f);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INT8", "INT4"})
  void zeroStaysZeroUnderAZeroPoint(WeightType type) {
    for (float[] w : new float[][] {{0, 5, 9}, {0, -5, -9}, {0, -0.1f, 7.7f}, {0, 100, 101}}) {
      WeightScheme scheme = WeightScheme.of(type, Granularity.perChannel()).withZeroPoints();
      assertThat(RoundToNearest.quantize(w, 1, 3, scheme).get(0, 0)).isEqualTo(0f);
    }
  }

  @Test
  void theFullRangeErrsByHalfAStepAtMost() {
    float[] w = normal(64 * 100);
    for (boolean asymmetric : new boolean[] {false, true}) {
      WeightScheme scheme =
          new WeightScheme(WeightType.INT8, Granularity.perChannel(), asymmetric, false, false);
      QuantizedMatrix matrix = RoundToNearest.quantize(w, 64, 100, scheme);
      float[] values = matrix.dequantize();
      for (int i = 0; i < w.length; i++) {
        // a zero point is rounded, so that an end of the range may lose another half
        float bound = (asymmetric ? 1.001f : 0.501f) * matrix.scales()[i / 100];
        assertThat(Math.abs(values[i] - w[i])).isLessThanOrEqualTo(bound);
      }
    }
  }

  @Test
  void theLargestOfFourBitsIsTheLeastCodeWhateverItsSign() {
    WeightScheme scheme = WeightScheme.of(WeightType.INT4, Granularity.perChannel());
    float[] w = {-2, 1.75f, 0.25f, 2, -1.75f, -0.25f};
    QuantizedMatrix matrix = RoundToNearest.quantize(w, 2, 3, scheme);
    assertThat(matrix.dequantize()).containsExactly(w);
    assertThat(matrix.scales()).containsExactly(0.25f, -0.25f);
    assertThat(matrix.code(0, 0)).isEqualTo(-8);
    assertThat(matrix.code(1, 0)).isEqualTo(-8);
  }

  @ParameterizedTest
  @EnumSource(WeightType.class)
  void finerGroupsAndNarrowerRangesErrLess(WeightType type) {
    float[] w = normal(32 * 384);
    w[100] = 12;
    double tensor = error(w, WeightScheme.of(type, Granularity.perTensor()));
    double channel = error(w, WeightScheme.of(type, Granularity.perChannel()));
    double group = error(w, WeightScheme.of(type, Granularity.perGroup(32)));
    double clipped = error(w, WeightScheme.of(type, Granularity.perGroup(32)).withClipping());
    if (type.isInteger() || type == WeightType.NF4) {
      assertThat(channel).isLessThan(tensor);
      assertThat(group).isLessThan(channel);
    }
    assertThat(clipped).isLessThanOrEqualTo(group);
  }

  private static double error(float[] w, WeightScheme scheme) {
    float[] values = RoundToNearest.quantize(w, 32, 384, scheme).dequantize();
    double sum = 0;
    for (int i = 0; i < w.length; i++) {
      sum += ((double) values[i] - w[i]) * ((double) values[i] - w[i]);
    }
    return sum;
  }

  @Test
  void scalesOfGroupsAreHalves() {
    WeightScheme scheme = WeightScheme.of(WeightType.INT4, Granularity.perGroup(32));
    QuantizedMatrix matrix = RoundToNearest.quantize(normal(8 * 80), 8, 80, scheme);
    for (float scale : matrix.scales()) {
      assertThat(Float.float16ToFloat(Float.floatToFloat16(scale))).isEqualTo(scale);
    }
  }

  @Test
  void hugeWeightsHaveAHalfForAScale() {
    WeightScheme scheme = WeightScheme.of(WeightType.INT8, Granularity.perGroup(2));
    float[] w = {Float.MAX_VALUE, -Float.MAX_VALUE};
    QuantizedMatrix matrix = RoundToNearest.quantize(w, 1, 2, scheme);
    assertThat(matrix.scales()).containsExactly(65_504f);
    assertThat(matrix.dequantize()).containsExactly(127 * 65_504f, -127 * 65_504f);
  }

  @Test
  void aRangeWiderThanAFloatIsHeld() {
    WeightScheme scheme =
        WeightScheme.of(WeightType.INT8, Granularity.perChannel()).withZeroPoints();
    float[] w = {Float.MAX_VALUE, -Float.MAX_VALUE, 0};
    QuantizedMatrix matrix = RoundToNearest.quantize(w, 1, 3, scheme);
    assertThat(matrix.code(0, 0)).isEqualTo(127);
    assertThat(matrix.code(0, 1)).isEqualTo(-127);
    assertThat(matrix.get(0, 2)).isEqualTo(0f);
  }

  @Test
  void weightsThatAreNotFiniteAreRefused() {
    WeightScheme scheme = WeightScheme.of(WeightType.INT8, Granularity.perChannel());
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      float[] w = new float[12];
      w[7] = bad;
      assertThatThrownBy(() -> RoundToNearest.quantize(w, 3, 4, scheme))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("quantize: weight [1, 3] is " + bad + "; a weight must be finite");
    }
  }

  @Test
  void aWeightOfAnotherSizeIsRefused() {
    WeightScheme scheme = WeightScheme.of(WeightType.INT8, Granularity.perChannel());
    assertThatThrownBy(() -> RoundToNearest.quantize(new float[11], 3, 4, scheme))
        .hasMessage("quantize: expected 12 elements for [3, 4], got 11");
  }

  @Test
  void onlyIntegersHaveZeroPoints() {
    WeightScheme scheme = WeightScheme.of(WeightType.NF4, Granularity.perGroup(64));
    assertThatThrownBy(scheme::withZeroPoints).hasMessage("weight scheme: nf4 has no zero point");
  }

  @ParameterizedTest
  @EnumSource(WeightType.class)
  void codesMayBeSetInAnyOrderAndAgain(WeightType type) {
    WeightScheme scheme = WeightScheme.of(type, Granularity.perChannel());
    float[] w = normal(3 * 7);
    QuantizedMatrix expected = RoundToNearest.quantize(w, 3, 7, scheme);
    QuantizedMatrixBuilder builder = RoundToNearest.fitGrids(w, 3, 7, scheme);
    for (int round = 0; round < 2; round++) {
      for (int i = w.length - 1; i >= 0; i--) {
        int row = i / 7;
        builder.code(row, i % 7, round == 0 ? -1 : builder.grid(row, 0).code(w[i]));
      }
    }
    assertThat(builder.build().codes()).isEqualTo(expected.codes());
  }

  private static float[] normal(int n) {
    Random random = new Random(n);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }
}

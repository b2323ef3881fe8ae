package dev.bantam.quant.ptq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.bantam.quant.Goldens;
import dev.bantam.quant.Granularity;
import dev.bantam.quant.QuantizedMatrix;
import dev.bantam.quant.RoundToNearest;
import dev.bantam.quant.WeightScheme;
import dev.bantam.quant.WeightType;
import dev.bantam.quant.calibrate.Hessian;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GptqTest {
  private static final Goldens GOLDENS = new Goldens(GptqTest.class, "goldens/gptq.txt");

  static Stream<String> cases() {
    return GOLDENS.ending(".codes").keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void codesAndScalesAreThoseOfTheAlgorithmInNumpy(String name) {
    List<String> parts = List.of(name.split("\\."));
    int size = Integer.parseInt(parts.get(1));
    WeightType type = WeightType.valueOf(parts.getFirst().toUpperCase(Locale.ROOT));
    WeightScheme scheme = WeightScheme.of(type, Granularity.perGroup(size)).withHalfScales(false);
    Gptq gptq = new Gptq(scheme, 0.01, parts.contains("order"));

    QuantizedMatrix matrix = gptq.quantize(GOLDENS.floats("weight"), 6, 160, hessian());

    float[] scales = GOLDENS.floats(name + ".scales");
    for (int i = 0; i < scales.length; i++) {
      assertThat(matrix.scales()[i]).isCloseTo(scales[i], within(1e-6f * Math.abs(scales[i])));
    }
    double[] codes = GOLDENS.get(name + ".codes");
    for (int i = 0; i < codes.length; i++) {
      assertThat(matrix.code(i / 160, i % 160)).as("code %d", i).isEqualTo((int) codes[i]);
    }
  }

  private static double[] hessian() {
    Hessian hessian = new Hessian(160);
    hessian.observe(GOLDENS.floats("inputs"), 0, 200, 160);
    return hessian.toArray();
  }

  @ParameterizedTest
  @CsvSource({"INT8, 0", "INT4, 0", "INT4, 32", "INT4, 100", "NF4, 64", "FP8_E4M3, 0"})
  void theOutputErrsLessThanIfRoundedToNearest(WeightType type, int size) {
    Layer layer = Layer.correlated(24, 200, 500);
    Granularity granularity =
        size == 0 ? Granularity.perChannel() : Granularity.perGroup(size); // 100: no power of two
    WeightScheme scheme = WeightScheme.of(type, granularity);
    QuantizedMatrix nearest = RoundToNearest.quantize(layer.w(), 24, 200, scheme);
    for (boolean order : new boolean[] {false, true}) {
      QuantizedMatrix gptq =
          new Gptq(scheme, 0.01, order).quantize(layer.w(), 24, 200, layer.hessian());
      assertThat(layer.error(gptq)).isLessThan(0.8 * layer.error(nearest));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void withoutCorrelationsItRoundsToNearest(boolean order) {
    Layer layer = Layer.correlated(8, 50, 100);
    double[] h = new double[50 * 50];
    for (int i = 0; i < 50; i++) {
      h[i * 50 + i] = i + 1;
    }
    WeightScheme scheme = WeightScheme.of(WeightType.INT4, Granularity.perGroup(16));
    QuantizedMatrix gptq = new Gptq(scheme, 0.01, order).quantize(layer.w(), 8, 50, h);
    QuantizedMatrix nearest = RoundToNearest.quantize(layer.w(), 8, 50, scheme);
    assertThat(gptq.codes()).isEqualTo(nearest.codes());
    assertThat(gptq.scales()).isEqualTo(nearest.scales());
  }

  @Test
  void aColumnThatIsAlwaysZeroBecomesZero() {
    WeightScheme scheme = WeightScheme.of(WeightType.INT8, Granularity.perChannel());
    QuantizedMatrix matrix = Gptq.of(scheme).quantize(GOLDENS.floats("weight"), 6, 160, hessian());
    for (int row = 0; row < 6; row++) {
      assertThat(matrix.get(row, 3)).isZero();
      assertThat(matrix.get(row, 159)).isZero();
    }
  }

  @Test
  void aTensorMayHaveOneScaleAndZeroPoints() {
    Layer layer = Layer.correlated(8, 40, 100);
    WeightScheme scheme =
        WeightScheme.of(WeightType.INT8, Granularity.perTensor()).withZeroPoints();
    QuantizedMatrix matrix = Gptq.of(scheme).quantize(layer.w(), 8, 40, layer.hessian());
    assertThat(matrix.scales()).containsOnly(matrix.scales()[0]);
    assertThat(layer.error(matrix))
        .isLessThan(layer.error(RoundToNearest.quantize(layer.w(), 8, 40, scheme)));
  }

  @Test
  void aHessianOfAnotherSizeIsRefused() {
    Gptq gptq = Gptq.of(WeightScheme.of(WeightType.INT4, Granularity.perChannel()));
    assertThatThrownBy(() -> gptq.quantize(new float[8], 2, 4, new double[9]))
        .hasMessage("gptq: expected a Hessian of [4, 4], got 9 elements");
  }

  @Test
  void aHessianThatIsNotPositiveIsRefused() {
    Gptq gptq = Gptq.of(WeightScheme.of(WeightType.INT4, Granularity.perChannel()));
    assertThatThrownBy(() -> gptq.quantize(new float[4], 2, 2, new double[] {1, 9, 9, 1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("gptq: the Hessian is not positive definite at column 0");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 63, 64, 65, 131, 200})
  void theFactorOfTheInverseIsOne(int n) {
    Layer layer = Layer.correlated(1, n, 3 * n);
    double[][] h = new double[n][n];
    for (int i = 0; i < n; i++) {
      System.arraycopy(layer.hessian(), i * n, h[i], 0, n);
      h[i][i] += 0.1;
    }
    double[][] original = Stream.of(h).map(double[]::clone).toArray(double[][]::new);
    double[][] u = Triangular.factorOfInverse(h);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double product = 0; // of H and Uᵀ U
        for (int k = 0; k < n; k++) {
          double inverse = 0;
          for (int m = 0; m <= Math.min(k, j); m++) {
            inverse += u[m][k] * u[m][j];
          }
          product += original[i][k] * inverse;
        }
        assertThat(product).isCloseTo(i == j ? 1 : 0, within(1e-8));
        assertThat(j < i ? u[i][j] : 0).isZero();
      }
    }
  }
}

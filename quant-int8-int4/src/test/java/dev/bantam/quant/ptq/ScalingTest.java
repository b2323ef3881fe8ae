package dev.bantam.quant.ptq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.bantam.quant.Granularity;
import dev.bantam.quant.RoundToNearest;
import dev.bantam.quant.WeightScheme;
import dev.bantam.quant.WeightType;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScalingTest {
  private static final WeightScheme INT4 =
      WeightScheme.of(WeightType.INT4, Granularity.perGroup(32));
  private static final WeightScheme INT8 =
      WeightScheme.of(WeightType.INT8, Granularity.perChannel());

  private final Layer layer = Layer.correlated(40, 111, 300);
  private final OutputError outputError = new OutputError(layer.hessian(), 111);

  @Test
  void theErrorFromTheHessianIsThatOfTheOutputs() {
    ScaledWeight rounded =
        new ScaledWeight(RoundToNearest.quantize(layer.w(), 40, 111, INT4), null);
    double expected = layer.error(rounded.effective());
    assertThat(outputError.of(rounded.deviation(layer.w())))
        .isCloseTo(expected, within(1e-4 * expected));
    double signal = layer.error(new float[40 * 111]); // of a weight of zeros: all that is lost
    assertThat(outputError.sqnr(layer.w(), rounded))
        .isCloseTo(10 * Math.log10(signal / expected), within(1e-3));
  }

  @Test
  void awqErrsLessThanRoundingToNearest() {
    Awq.Result result =
        Awq.quantize(layer.w(), 40, 111, INT4, layer.statistics().meanMagnitude(), outputError);
    double nearest = layer.error(RoundToNearest.quantize(layer.w(), 40, 111, INT4));
    double actual = layer.error(result.scaled().effective());
    assertThat(actual).isLessThan(0.9 * nearest);
    assertThat(result.error()).isCloseTo(actual, within(1e-4 * actual));
    assertThat(result.r()).isBetween(0.05, 0.95);
  }

  @Test
  void awqLeavesALayerAloneWhoseInputsAreAlike() {
    double[] alike = new double[111];
    java.util.Arrays.fill(alike, 2);
    Awq.Result result = Awq.quantize(layer.w(), 40, 111, INT4, alike, outputError);
    assertThat(result.r()).isZero();
    assertThat(result.scaled().inputScales()).isNull();
  }

  @Test
  void theScalesOfAwqAreCentredOnOne() {
    float[] scales = Awq.inputScales(new double[] {1, 4, 16, 0}, 0.5);
    // s = 1, 2, 4 and 1e-4 instead of 0; divided by √(4 · 1e-4)
    assertThat(scales[0]).isCloseTo(0.02f, within(1e-6f));
    assertThat(scales[2]).isCloseTo(0.005f, within(1e-6f));
    assertThat(scales[3]).isCloseTo(200f, within(1e-3f));
  }

  @Test
  void smoothQuantDividesByTheFormula() {
    float[] w1 = {1, -4, 0, 2, 1, 0};
    float[] w2 = {-3, 1, 0};
    float[] scales = SmoothQuant.inputScales(List.of(w1, w2), new float[] {12, 1, 0}, 0.5);
    assertThat(scales[0]).isCloseTo((float) Math.sqrt(3.0 / 12), within(1e-6f));
    assertThat(scales[1]).isCloseTo((float) Math.sqrt(4.0 / 1), within(1e-6f));
    assertThat(scales[2]).isCloseTo(1f, within(1e-6f));
  }

  @Test
  void smoothQuantErrsLessWhereColumnsHaveOutliers() {
    for (boolean perToken : new boolean[] {false, true}) {
      SmoothQuant.Result result =
          SmoothQuant.quantize(
              List.of(layer.w()),
              INT8,
              layer.statistics().maxMagnitude(),
              layer.sample(),
              perToken);
      double plain = smoothedError(new ScaledWeight(plain(), null), perToken);
      double actual = smoothedError(result.weights().getFirst(), perToken);
      assertThat(actual).isLessThan(0.5 * plain);
      assertThat(result.error()).isCloseTo(actual, within(1e-3 * actual));
      assertThat(result.alpha()).isBetween(0.1, 0.9);
    }
  }

  private dev.bantam.quant.QuantizedMatrix plain() {
    return RoundToNearest.quantize(layer.w(), 40, 111, INT8);
  }

  /** With inputs multiplied and rounded one by one. */
  private double smoothedError(ScaledWeight weight, boolean perToken) {
    float[] scaled = layer.x().clone();
    for (int i = 0; i < scaled.length && weight.inputScales() != null; i++) {
      scaled[i] *= weight.inputScales()[i % 111];
    }
    float[] rounded = SmoothQuant.roundInput(scaled, 300, 111, perToken);
    double sum = 0;
    for (int token = 0; token < 300; token++) {
      for (int row = 0; row < 40; row++) {
        double difference = 0;
        for (int column = 0; column < 111; column++) {
          difference +=
              (double) rounded[token * 111 + column] * weight.weight().get(row, column)
                  - (double) layer.x()[token * 111 + column] * layer.w()[row * 111 + column];
        }
        sum += difference * difference / 300;
      }
    }
    return sum;
  }

  @Test
  void queryKeyAndValueShareTheirInputScales() {
    Layer other = Layer.correlated(7, 111, 1);
    SmoothQuant.Result result =
        SmoothQuant.quantize(
            List.of(layer.w(), other.w()),
            INT8,
            layer.statistics().maxMagnitude(),
            layer.sample(),
            true);
    assertThat(result.weights()).hasSize(2);
    assertThat(result.weights().get(1).weight().rows()).isEqualTo(7);
    assertThat(result.weights().get(0).inputScales())
        .isNotNull()
        .isSameAs(result.weights().get(1).inputScales());
  }

  @Test
  void inputsAreRoundedHalfToEvenWithinTheirRow() {
    float[] x = {127, 0.5f, -128, 255, 0.5f, 2.5f, 0, 0, 0};
    assertThat(SmoothQuant.roundInput(x, 3, 3, true))
        .containsExactly(127, 0, -128, 255, 0, 2, 0, 0, 0);
  }

  @Test
  void aCorrectedBiasMakesTheMeanOfTheOutputsRight() {
    ScaledWeight rounded =
        new ScaledWeight(RoundToNearest.quantize(layer.w(), 40, 111, INT4), null);
    double[] mean = layer.statistics().mean();
    float[] bias = new float[40];
    bias[3] = 2;
    float[] corrected = BiasCorrection.correct(bias, layer.w(), rounded, mean);
    float[] values = rounded.effective();
    for (int row = 0; row < 40; row++) {
      double exact = bias[row];
      double actual = corrected[row];
      double uncorrected = bias[row];
      for (int column = 0; column < 111; column++) {
        exact += layer.w()[row * 111 + column] * mean[column];
        actual += values[row * 111 + column] * mean[column];
        uncorrected += values[row * 111 + column] * mean[column];
      }
      assertThat(actual).isCloseTo(exact, within(1e-6));
      assertThat(uncorrected).isNotCloseTo(exact, within(1e-6));
    }
  }

  @Test
  void sqnrIsTheRatioInDecibels() {
    assertThat(Sqnr.of(new float[] {3, 4}, new float[] {3, 4.5f}))
        .isCloseTo(20, within(1e-9)); // 25 to 0.25
    assertThat(Sqnr.of(new float[] {1}, new float[] {1})).isInfinite();
  }

  @Test
  void inputScalesMustFitTheWeight() {
    assertThatThrownBy(() -> new ScaledWeight(plain(), new float[3]))
        .hasMessage("scaled weight: expected 111 input scales, got 3");
  }
}

package dev.bantam.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InitializersTest {
  private static final int OUTPUTS = 100;
  private static final int INPUTS = 300;

  private static SplittableRandom random() {
    return new SplittableRandom(11);
  }

  private static Arguments of(
      String name, double deviation, double largest, Consumer<Tensor> initializer) {
    return Arguments.of(name, deviation, largest, initializer);
  }

  private static Stream<Arguments> initializers() {
    double none = Double.POSITIVE_INFINITY;
    double xavier = Math.sqrt(2.0 / (INPUTS + OUTPUTS));
    double he = Math.sqrt(2.0 / INPUTS);
    double root3 = Math.sqrt(3); // largest magnitude over deviation, where all are alike
    return Stream.of(
        of("normal", 0.02, none, x -> Initializers.normal(x, 0.02, random())),
        of(
            "truncatedNormal",
            0.02 * 0.8796257,
            0.04,
            x -> Initializers.truncatedNormal(x, 0.02, random())),
        of("uniform", 0.5 / root3, 0.5, x -> Initializers.uniform(x, 0.5, random())),
        of("xavierUniform", xavier, xavier * root3, x -> Initializers.xavierUniform(x, random())),
        of("xavierNormal", xavier, none, x -> Initializers.xavierNormal(x, random())),
        of("kaimingUniform", he, he * root3, x -> Initializers.kaimingUniform(x, random())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("initializers")
  void valuesHaveMeanZeroAndTheDeviationAndBoundThatAreSaid(
      String name, double deviation, double largest, Consumer<Tensor> initializer) {
    Tensor x = Tensor.zeros(OUTPUTS, INPUTS);
    initializer.accept(x);
    double sum = 0;
    double squares = 0;
    double max = 0;
    for (float v : x.toArray()) {
      sum += v;
      squares += (double) v * v;
      max = Math.max(max, Math.abs(v));
    }
    int n = OUTPUTS * INPUTS;
    assertThat(sum / n).isCloseTo(0, Offset.offset(4 * deviation / Math.sqrt(n)));
    assertThat(Math.sqrt(squares / n)).isCloseTo(deviation, Offset.offset(0.02 * deviation));
    assertThat(max).isLessThanOrEqualTo(largest * (1 + 1e-6));
    if (Double.isFinite(largest)) {
      assertThat(max).isGreaterThan(0.99 * largest);
    } else {
      assertThat(max).isGreaterThan(3 * deviation);
    }
    Tensor again = Tensor.zeros(OUTPUTS, INPUTS);
    initializer.accept(again);
    assertThat(again.toArray()).isEqualTo(x.toArray());
  }

  @Test
  void onlyTheWindowOfATensorIsWritten() {
    Tensor x = Tensor.zeros(3, 2);
    Initializers.constant(x.slice(1, 2), 1);
    assertThat(x.toArray()).containsExactly(0, 0, 1, 1, 0, 0);
  }

  @Test
  void fansAreThoseOfAMatrix() {
    assertThatExceptionOfType(ShapeMismatchException.class)
        .isThrownBy(() -> Initializers.xavierUniform(Tensor.zeros(4), random()))
        .withMessage("initializer: expected a weight [outputs, inputs], got [4]");
  }
}

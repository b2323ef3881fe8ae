package dev.bantam.quant.model;

import static dev.bantam.quant.Numbers.assertSameBits;
import static dev.bantam.quant.Numbers.greatest;
import static dev.bantam.quant.Numbers.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.bantam.nn.EmbeddingKernel;
import dev.bantam.nn.Linear;
import dev.bantam.nn.LinearKernel;
import dev.bantam.nn.Parameter;
import dev.bantam.nn.Parametrization;
import dev.bantam.nn.StoredWeight;
import dev.bantam.quant.Granularity;
import dev.bantam.quant.InputQuantization;
import dev.bantam.quant.RoundToNearest;
import dev.bantam.quant.WeightScheme;
import dev.bantam.quant.WeightType;
import dev.bantam.tensor.Tape;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.op.MultiplyOp;
import dev.bantam.tensor.op.SumOp;
import dev.bantam.tensor.parallel.WorkerPool;
import java.io.IOException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Training through rounding: what is computed is what is stored, and how gradients come back. */
class FakeQuantizerTest {
  private static final int ROWS = 11;
  private static final int COLUMNS = 71;

  private final Workspace ws = new Workspace(Kernels.best(), WorkerPool.of(1));

  static Stream<WeightScheme> schemes() {
    return Stream.of(WeightType.INT8, WeightType.INT4)
        .flatMap(
            type ->
                Stream.of(Granularity.perChannel(), Granularity.perGroup(32))
                    .map(granularity -> WeightScheme.of(type, granularity)))
        .flatMap(
            scheme ->
                Stream.of(scheme, scheme.withClipping(), scheme.withHalfScales(true)).distinct());
  }

  private static Tensor weight() {
    return Tensor.wrap(normal(1, ROWS * COLUMNS), ROWS, COLUMNS);
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void scales_that_follow_round_as_quantizing_does(WeightScheme scheme) {
    Tensor w = weight();
    float[] expected = RoundToNearest.quantize(w.toArray(), ROWS, COLUMNS, scheme).dequantize();
    assertSameBits(FakeQuantizer.following(scheme).forward(ws, w).toArray(), expected, scheme);
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void learned_scales_begin_as_those_of_least_squared_error(WeightScheme scheme) {
    Tensor w = weight();
    float[] expected =
        RoundToNearest.quantize(w.toArray(), ROWS, COLUMNS, scheme.withClipping()).dequantize();
    assertSameBits(FakeQuantizer.learned(scheme, w).forward(ws, w).toArray(), expected, scheme);
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void what_is_stored_is_what_was_computed_with(WeightScheme scheme) throws IOException {
    Tensor w = weight();
    FakeQuantizer learned = FakeQuantizer.learned(scheme, w);
    scatter(steps(learned));
    for (FakeQuantizer quantizer : new FakeQuantizer[] {FakeQuantizer.following(scheme), learned}) {
      StoredWeight stored = quantizer.store(w, null).orElseThrow();
      EmbeddingKernel table =
          new QuantizedFormat().embedding(MemoryLayer.of(stored, null), ROWS, COLUMNS);
      float[] rows = table.forward(ws, IntStream.range(0, ROWS).toArray()).toArray();
      assertSameBits(rows, quantizer.forward(ws, w).toArray(), scheme);
    }
  }

  /** The learned steps [rows, groups]. */
  private static Tensor steps(FakeQuantizer learned) {
    return learned.namedParameters().get("scale").value();
  }

  /** As an optimizer might: to where some weights are out of range, and to no float of 16 bits. */
  private static void scatter(Tensor steps) {
    for (int i = 0; i < steps.data().length; i++) {
      steps.data()[i] *= 0.3f + 0.1234567f * (i % 7);
    }
  }

  @Test
  void a_step_that_was_trained_to_zero_is_kept_from_it() {
    Tensor w = weight();
    FakeQuantizer learned =
        FakeQuantizer.learned(WeightScheme.of(WeightType.INT8, Granularity.perChannel()), w);
    steps(learned).data()[3] = 0;
    float[] y = learned.forward(ws, w).toArray();
    for (float v : y) {
      assertThat(v).isFinite();
    }
    assertThat(learned.store(w, null)).isPresent();
  }

  /** The gradients of {@code Σ dy · y} after a pass there and back. */
  private void backward(Parametrization p, Tensor w, float[] dy) {
    try (Tape tape = Tape.record(ws)) {
      Tensor y = p.forward(ws, w);
      tape.backward(
          SumOp.forward(ws, MultiplyOp.forward(ws, y, Tensor.wrap(dy, w.shape().toArray()))));
    }
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void the_gradient_passes_where_a_weight_is_in_range_and_is_zero_outside(WeightScheme scheme) {
    Tensor w = weight();
    FakeQuantizer learned = FakeQuantizer.learned(scheme, w);
    scatter(steps(learned));
    assertThat(checkPassing(learned, scheme, steps(learned).data())).isBetween(20, 700);
    float[] following = RoundToNearest.quantize(w.data(), ROWS, COLUMNS, scheme).scales();
    assertThat(checkPassing(FakeQuantizer.following(scheme), scheme, following))
        .isLessThan(scheme.type() == WeightType.INT8 && !scheme.clipped() ? 40 : 200);
  }

  /** Returns how many weights are out of range. */
  private int checkPassing(FakeQuantizer quantizer, WeightScheme scheme, float[] steps) {
    Tensor w = weight().requireGrad();
    float[] dy = normal(7, ROWS * COLUMNS);
    backward(quantizer, w, dy);
    int groupSize = scheme.granularity().groupSize(COLUMNS);
    int groups = Math.ceilDiv(COLUMNS, groupSize);
    float[] expected = dy.clone();
    int outside = 0;
    for (int i = 0; i < dy.length; i++) {
      float v = w.data()[i] / steps[i / COLUMNS * groups + i % COLUMNS / groupSize];
      boolean inside = v >= scheme.type().minCode() && v <= scheme.type().maxCode();
      if (!inside) {
        expected[i] = 0;
        outside++;
      }
    }
    assertSameBits(w.grad().toArray(), expected, scheme);
    return outside;
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void the_gradient_of_a_step_is_that_of_learned_step_size_quantization(WeightScheme scheme) {
    Tensor w = weight().requireGrad();
    FakeQuantizer learned = FakeQuantizer.learned(scheme, w);
    scatter(steps(learned));
    float[] dy = normal(7, ROWS * COLUMNS);
    backward(learned, w, dy);
    int min = scheme.type().minCode();
    int max = scheme.type().maxCode();
    int groupSize = scheme.granularity().groupSize(COLUMNS);
    int groups = Math.ceilDiv(COLUMNS, groupSize);
    double damping = 1 / Math.sqrt((double) ROWS * COLUMNS * max);
    for (int g = 0; g < ROWS * groups; g++) {
      float s = steps(learned).data()[g];
      double formula = 0;
      double above = 0; // Σ dy · y of a step a little longer, and a little shorter
      double below = 0;
      double eps = 1e-4 * s;
      int row = g / groups;
      for (int column = g % groups * groupSize;
          column < Math.min(COLUMNS, (g % groups + 1) * groupSize);
          column++) {
        int i = row * COLUMNS + column;
        float v = w.data()[i] / s;
        double residual = Math.rint(v) - v;
        boolean inside = v >= min && v <= max;
        formula += dy[i] * (inside ? residual : v < min ? min : max);
        // the surrogate: the rounding adds what it added, whatever the step is
        double shift = inside ? residual : 0;
        above += dy[i] * (s + eps) * (clamp(w.data()[i] / (s + eps), v, min, max) + shift);
        below += dy[i] * (s - eps) * (clamp(w.data()[i] / (s - eps), v, min, max) + shift);
      }
      float grad = steps(learned).grad().toArray()[g];
      double tolerance = 1e-5 * damping * max * groupSize;
      assertThat((double) grad).isCloseTo(damping * formula, within(tolerance));
      assertThat((double) grad).isCloseTo(damping * (above - below) / (2 * eps), within(tolerance));
    }
  }

  /** To the range, if the step in question left v out of it. */
  private static double clamp(double x, float v, int min, int max) {
    return v < min ? min : v > max ? max : x;
  }

  static Stream<InputQuantization> inputs() {
    return Stream.of(
        new InputQuantization.None(),
        new InputQuantization.Dynamic(),
        new InputQuantization.Static(0.02f, 3), // cuts some elements off
        new InputQuantization.Static(0.04f, -128));
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void a_layer_in_training_computes_what_its_integer_kernel_will(InputQuantization rounding) {
    schemes().forEach(scheme -> checkLowering(scheme, rounding, false));
    schemes().forEach(scheme -> checkLowering(scheme, rounding, true));
  }

  private void checkLowering(WeightScheme scheme, InputQuantization rounding, boolean smooth) {
    for (boolean learn : new boolean[] {false, true}) {
      Tensor w = weight();
      float[] bias = normal(2, ROWS);
      Parameter parameter = Parameter.trained(w);
      FakeQuantizer quantizer =
          learn ? FakeQuantizer.learned(scheme, w) : FakeQuantizer.following(scheme);
      if (learn) {
        scatter(steps(quantizer));
      }
      parameter.parametrize(quantizer);
      Linear layer =
          new Linear("dense", parameter, Parameter.trained(Tensor.wrap(bias.clone(), ROWS)));
      if (smooth) {
        layer.parametrizeInput(new InputSmoothing(normal(8, COLUMNS)));
      }
      layer.parametrizeInput(new InputQuantizer(rounding));
      for (int tokens : new int[] {1, 7, 40}) {
        Tensor x = Tensor.wrap(normal(tokens, tokens * COLUMNS), tokens, COLUMNS);
        float[] trained = layer.forward(ws, x).toArray();
        float[] lowered =
            lowered(layer, quantizer, w, bias).forward(ws, x, Activation.NONE).toArray();
        float error = 0;
        for (int i = 0; i < lowered.length; i++) {
          error = Math.max(error, Math.abs(trained[i] - lowered[i]));
        }
        assertThat(error).as("%s, %s", scheme, rounding).isLessThan(1e-5f * greatest(lowered));
      }
    }
  }

  private static LinearKernel lowered(
      Linear layer, FakeQuantizer quantizer, Tensor w, float[] bias) {
    MemoryLayer stored = MemoryLayer.of(quantizer.store(w, layer).orElseThrow(), bias);
    try {
      return new QuantizedFormat().linear(stored, COLUMNS, ROWS, Kernels.best());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void the_gradient_of_an_input_stops_where_a_static_range_cut_it_off() {
    Tensor x = Tensor.wrap(new float[] {-1.4f, -1.3f, 0, 1.23f, 1.25f, 5}, 1, 6).requireGrad();
    // codes -128 to 127 less 3, hundredths: -1.31 to 1.24
    InputQuantizer quantizer = new InputQuantizer(new InputQuantization.Static(0.01f, 3));
    backward(quantizer, x, new float[] {1, 2, 3, 4, 5, 6});
    assertThat(x.grad().toArray()).containsExactly(0, 2, 3, 4, 0, 0);
    Tensor y = Tensor.wrap(new float[] {-1.4f, -1.3f, 0, 1.23f, 1.25f, 5}, 1, 6).requireGrad();
    backward(
        new InputQuantizer(new InputQuantization.Dynamic()), y, new float[] {1, 2, 3, 4, 5, 6});
    assertThat(y.grad().toArray()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void a_scheme_that_cannot_be_trained_through_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                FakeQuantizer.following(WeightScheme.of(WeightType.NF4, Granularity.perChannel())))
        .withMessage("fake quantizer: expected symmetric int8 or int4, got nf4");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                FakeQuantizer.following(WeightScheme.of(WeightType.INT8, Granularity.perTensor())))
        .withMessage("fake quantizer: expected scales of channels or groups");
  }
}

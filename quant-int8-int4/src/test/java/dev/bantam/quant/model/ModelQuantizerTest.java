package dev.bantam.quant.model;

import static dev.bantam.quant.Numbers.assertSameBits;
import static dev.bantam.quant.Numbers.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.bantam.nn.Embedding;
import dev.bantam.nn.Linear;
import dev.bantam.nn.NnModule;
import dev.bantam.nn.Parameter;
import dev.bantam.quant.Granularity;
import dev.bantam.quant.InputQuantization;
import dev.bantam.quant.WeightScheme;
import dev.bantam.quant.WeightType;
import dev.bantam.quant.model.QuantizationRecipe.Input;
import dev.bantam.quant.model.QuantizationRecipe.Method;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.op.AddOp;
import dev.bantam.tensor.parallel.WorkerPool;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole models, of the size of a thimble. */
class ModelQuantizerTest {
  private static final int WIDTH = 64;
  private static final int TOKENS = 250; // all of which the samples of inputs hold

  private final Workspace ws = new Workspace(Kernels.best(), WorkerPool.of(1));

  /** A table; three layers that read its rows, one that reads what they make; a head. */
  private static final class Tiny extends NnModule {
    final Embedding words;
    final Linear query;
    final Linear key;
    final Linear value;
    final Linear dense;
    final Linear classifier;

    Tiny() {
      words = register("words", new Embedding(Parameter.trained(table())));
      query = register("query", linear("query", 1, WIDTH));
      key = register("key", linear("key", 2, WIDTH));
      value = register("value", linear("value", 3, WIDTH));
      dense = register("dense", linear("dense", 4, WIDTH));
      classifier = register("classifier", linear("classifier", 5, 2));
    }

    /** Columns that depend on each other, two of which are outliers; their mean is not 0. */
    private static Tensor table() {
      float[] table = normal(9, TOKENS * WIDTH);
      for (int i = 0; i < table.length; i++) {
        int column = i % WIDTH;
        float carried = column == 0 ? 0 : 0.8f * table[i - 1];
        table[i] = carried + 0.5f * table[i] + 0.1f;
      }
      for (int i = 0; i < table.length; i++) {
        table[i] *= i % WIDTH == 7 || i % WIDTH == 40 ? 20 : 1;
      }
      return Tensor.wrap(table, TOKENS, WIDTH);
    }

    private static Linear linear(String name, long seed, int outputs) {
      float[] w = normal(seed, outputs * WIDTH);
      for (int i = 0; i < w.length; i++) {
        w[i] /= 8;
      }
      return new Linear(
          name,
          Parameter.trained(Tensor.wrap(w, outputs, WIDTH)),
          Parameter.trained(Tensor.wrap(normal(seed + 20, outputs), outputs)));
    }

    Tensor hidden(Workspace ws, int[] ids) {
      Tensor x = words.forward(ws, ids);
      Tensor q = query.forward(ws, x, Activation.GELU);
      Tensor k = key.forward(ws, x, Activation.GELU);
      Tensor v = value.forward(ws, x, Activation.GELU);
      return dense.forward(ws, AddOp.forward(ws, AddOp.forward(ws, q, k), v));
    }

    Tensor forward(Workspace ws, int[] ids) {
      return classifier.forward(ws, hidden(ws, ids));
    }
  }

  private static int[] ids(int from, int to) {
    int[] ids = new int[to - from];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = from + i;
    }
    return ids;
  }

  private List<QuantizedLayer> quantize(Tiny model, QuantizationRecipe recipe) {
    return ModelQuantizer.quantize(model, recipe, calibration(model));
  }

  private Runnable calibration(Tiny model) {
    return () -> {
      for (int from = 0; from < TOKENS; from += 50) {
        try (var _ = ws.scope()) {
          model.forward(ws, ids(from, from + 50));
        }
      }
    };
  }

  /** Mean squared error of the hidden states, from those of the model as it was. */
  private double error(QuantizationRecipe recipe) {
    Tiny model = new Tiny();
    quantize(model, recipe);
    return error(new Tiny().hidden(ws, ids(0, TOKENS)), model.hidden(ws, ids(0, TOKENS)));
  }

  private static double error(Tensor expected, Tensor actual) {
    float[] e = expected.toArray();
    float[] a = actual.toArray();
    double sum = 0;
    for (int i = 0; i < e.length; i++) {
      sum += ((double) a[i] - e[i]) * (a[i] - e[i]) / e.length;
    }
    return sum;
  }

  private static QuantizationRecipe recipe(WeightType type) {
    return QuantizationRecipe.of(type).withTables(null);
  }

  @ParameterizedTest
  @EnumSource
  void the_usual_recipe_keeps_what_a_model_says(WeightType type) {
    Tensor hidden = new Tiny().hidden(ws, ids(0, TOKENS));
    double signal = error(hidden, Tensor.zeros(TOKENS, WIDTH));
    double least = // of signal to noise, in power
        switch (type) {
          case INT8 -> 1_000;
          case FP8_E4M3 -> 300;
          case FP8_E5M2 -> 100;
          case INT4, NF4 -> 20;
        };
    assertThat(signal / error(QuantizationRecipe.of(type))).isGreaterThan(least);
  }

  @Test
  void all_layers_but_heads_are_quantized_and_reported_in_order() {
    Tiny model = new Tiny();
    List<QuantizedLayer> layers = quantize(model, QuantizationRecipe.of(WeightType.INT4));
    assertThat(layers)
        .extracting(QuantizedLayer::name)
        .containsExactly("words", "query", "key", "value", "dense");
    assertThat(layers)
        .extracting(QuantizedLayer::scheme)
        .containsExactly(
            "int4 group 32",
            "int4 group 32, input float",
            "int4 group 32, input float",
            "int4 group 32, input float",
            "int4 group 32, input float");
    assertThat(layers.getLast().elements()).isEqualTo(WIDTH * WIDTH);
    assertThat(layers.getLast().bytes()).isEqualTo(WIDTH * (WIDTH / 2 + 2 * Short.BYTES));
    assertThat(layers).allMatch(layer -> layer.sqnrDb() > 15 && layer.sqnrDb() < 30);
    assertThat(model.classifier.weight().orElseThrow().parametrizations()).isEmpty();
    assertThat(model.classifier.input()).isEmpty();
  }

  @Test
  void excluded_layers_keep_every_bit() {
    Tiny model = new Tiny();
    QuantizationRecipe recipe =
        QuantizationRecipe.of(WeightType.INT8)
            .withMethod(Method.GPTQ)
            .withInput(Input.STATIC)
            .withBiasCorrection(true)
            .withExcluded(name -> !name.equals("dense"));
    assertThat(quantize(model, recipe)).extracting(QuantizedLayer::name).containsExactly("dense");
    int[] ids = ids(0, TOKENS);
    Tiny original = new Tiny();
    assertSameBits(
        model.words.forward(ws, ids).toArray(), original.words.forward(ws, ids).toArray(), "words");
    Tensor x = original.words.forward(ws, ids);
    for (List<Linear> pair :
        List.of(
            List.of(model.query, original.query), List.of(model.classifier, original.classifier))) {
      assertSameBits(
          pair.getFirst().forward(ws, x).toArray(), pair.getLast().forward(ws, x).toArray(), pair);
    }
  }

  @Test
  void a_table_may_stay_as_it_is() {
    Tiny model = new Tiny();
    assertThat(quantize(model, recipe(WeightType.INT8)))
        .extracting(QuantizedLayer::name)
        .doesNotContain("words");
    assertThat(model.words.weight().orElseThrow().parametrizations()).isEmpty();
  }

  @Test
  void more_bits_and_smaller_groups_err_less() {
    double group64 = error(int4(64));
    double group16 = error(int4(16));
    double int8 = error(recipe(WeightType.INT8).withInput(Input.FLOAT));
    assertThat(group16).isLessThan(0.9 * group64);
    assertThat(int8).isLessThan(0.02 * group16);
    assertThat(error(recipe(WeightType.INT8).withInput(Input.DYNAMIC))).isGreaterThan(int8);
  }

  private static QuantizationRecipe int4(int groupSize) {
    return recipe(WeightType.INT4)
        .withWeights(WeightScheme.of(WeightType.INT4, Granularity.perGroup(groupSize)));
  }

  @Test
  void gptq_and_awq_err_less_than_rounding_to_nearest() {
    double nearest = error(int4(32));
    assertThat(error(int4(32).withMethod(Method.GPTQ))).isLessThan(0.6 * nearest);
    assertThat(error(int4(32).withMethod(Method.AWQ))).isLessThan(0.8 * nearest);
  }

  @Test
  void smoothing_errs_less_where_columns_have_outliers() {
    QuantizationRecipe fixed = recipe(WeightType.INT8).withInput(Input.STATIC);
    assertThat(error(fixed.withSmoothing(true))).isLessThan(0.75 * error(fixed));
    QuantizationRecipe dynamic = recipe(WeightType.INT8);
    assertThat(error(dynamic.withSmoothing(true))).isLessThan(0.75 * error(dynamic));
  }

  @ParameterizedTest
  @EnumSource
  void the_best_range_of_each_layer_errs_least(RangeChoice choice) {
    QuantizationRecipe fixed =
        recipe(WeightType.INT8).withInput(Input.STATIC).withExcluded(name -> !name.equals("dense"));
    assertThat(error(fixed)).isLessThanOrEqualTo(1.02 * error(fixed.withRange(choice)));
  }

  @Test
  void inputs_are_rounded_as_the_recipe_says() {
    Tiny fixed = new Tiny();
    quantize(fixed, recipe(WeightType.INT8).withInput(Input.STATIC).withSmoothing(true));
    assertThat(fixed.dense.input()).hasSize(2);
    assertThat(fixed.dense.input().getFirst()).isInstanceOf(InputSmoothing.class);
    assertThat(((InputQuantizer) fixed.dense.input().getLast()).rounding())
        .isInstanceOf(InputQuantization.Static.class);
    Tiny dynamic = new Tiny();
    quantize(dynamic, recipe(WeightType.INT8));
    assertThat(((InputQuantizer) dynamic.dense.input().getFirst()).rounding())
        .isEqualTo(new InputQuantization.Dynamic());
    Tiny floats = new Tiny();
    quantize(floats, int4(32));
    assertThat(floats.dense.input()).isEmpty();
  }

  @Test
  void correcting_biases_takes_out_the_mean_of_the_error() {
    QuantizationRecipe one = int4(64).withExcluded(name -> !name.equals("query"));
    double plain = greatestMeanError(one);
    assertThat(plain).isGreaterThan(0.01);
    assertThat(greatestMeanError(one.withBiasCorrection(true))).isLessThan(1e-3 * plain);
  }

  /** Over the outputs of the layer {@code query}, the largest mean of their errors. */
  private double greatestMeanError(QuantizationRecipe recipe) {
    Tiny model = new Tiny();
    quantize(model, recipe);
    Tensor x = new Tiny().words.forward(ws, ids(0, TOKENS));
    float[] expected = new Tiny().query.forward(ws, x).toArray();
    float[] actual = model.query.forward(ws, x).toArray();
    double greatest = 0;
    for (int output = 0; output < WIDTH; output++) {
      double sum = 0;
      for (int i = output; i < expected.length; i += WIDTH) {
        sum += (double) actual[i] - expected[i];
      }
      greatest = Math.max(greatest, Math.abs(sum / TOKENS));
    }
    return greatest;
  }

  @Test
  void layers_that_read_the_same_input_are_found_from_one_run() {
    Tiny model = new Tiny();
    assertThat(InputGroup.find(new ModelLayers(model, _ -> false, calibration(model))))
        .containsExactly(List.of("query", "key", "value"), List.of("dense"), List.of("classifier"));
  }

  @Test
  void layers_that_share_an_input_share_its_smoothing() {
    Tiny model = new Tiny();
    quantize(model, recipe(WeightType.INT8).withSmoothing(true));
    float[] query = ((InputSmoothing) model.query.input().getFirst()).factors();
    float[] value = ((InputSmoothing) model.value.input().getFirst()).factors();
    assertThat(value).isEqualTo(query);
    assertThat(query[7]).isLessThan(query[8]); // an outlier is made smaller
  }

  @Test
  void a_recipe_that_needs_no_calibration_runs_none() {
    AtomicInteger runs = new AtomicInteger();
    ModelQuantizer.quantize(
        new Tiny(), QuantizationRecipe.of(WeightType.INT8), runs::incrementAndGet);
    assertThat(runs).hasValue(0);
  }

  @Test
  void what_does_not_go_together_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> recipe(WeightType.NF4).withInput(Input.DYNAMIC))
        .withMessage(
            "quantization: weights of type nf4 are multiplied with floats; expected input float");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> recipe(WeightType.INT8).withMethod(Method.GPTQ).withSmoothing(true))
        .withMessageContaining("smoothing is for inputs that are rounded");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> int4(32).withSmoothing(true))
        .withMessageContaining("smoothing is for inputs that are rounded");
  }
}

package dev.bantam.kd.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.kd.data.Example;
import dev.bantam.quant.WeightScheme;
import dev.bantam.quant.WeightType;
import dev.bantam.quant.model.LayerCost;
import dev.bantam.quant.model.QuantizationRecipe;
import dev.bantam.quant.model.QuantizationRecipe.Input;
import dev.bantam.quant.model.QuantizationRecipe.Method;
import dev.bantam.quant.model.QuantizedLayer;
import dev.bantam.quant.model.Sensitivity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What layers of tiny models cost, and what is chosen for them. */
class SensitivityTest {
  private static final QuantizationRecipe RECIPE = QuantizationRecipe.of(WeightType.INT8);

  @TempDir Path temp;

  private static Path golden(String name) {
    return Path.of("../bert/src/test/resources/dev/bantam/bert/goldens", name);
  }

  private static List<Example> samples() {
    List<Example> samples = new ArrayList<>();
    for (String text : List.of("the lazy dog", "the quick fox jumps over", "over the dog")) {
      samples.add(new Example(text, null, Example.NO_LABEL));
    }
    return samples;
  }

  private static Sensitivity measure(String model, QuantizationRecipe recipe) throws IOException {
    return Quantization.of(recipe)
        .sensitivity(golden(model), Sensitivity.usualSchemes(), samples());
  }

  private static Map<String, List<LayerCost>> byLayer(Sensitivity costs) {
    return costs.costs().stream()
        .collect(
            Collectors.groupingBy(
                cost -> cost.layer().name(), LinkedHashMap::new, Collectors.toList()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-classification", "bert-regression", "distilbert-classification"})
  void more_bits_cost_a_layer_less(String model) throws IOException {
    Map<String, List<LayerCost>> layers = byLayer(measure(model, RECIPE));
    assertThat(layers).isNotEmpty().doesNotContainKey("classifier");
    layers.forEach(
        (name, costs) -> {
          LayerCost int4 = costs.getFirst();
          LayerCost int8 = costs.getLast();
          assertThat(int8.layer().sqnrDb()).as(name).isGreaterThan(int4.layer().sqnrDb() + 10);
          assertThat(int8.outputSqnrDb()).as(name).isGreaterThan(int4.outputSqnrDb() + 10);
          assertThat(int8.divergence()).as(name).isLessThanOrEqualTo(int4.divergence());
          assertThat(int8.layer().bytes()).as(name).isGreaterThan(int4.layer().bytes());
        });
  }

  @ParameterizedTest
  @EnumSource
  void all_methods_are_measured(Method method) throws IOException {
    Sensitivity costs = measure("st-mean-normalize", RECIPE.withMethod(method));
    assertThat(costs.costs())
        .isNotEmpty()
        .allMatch(cost -> cost.outputSqnrDb() > 10 && cost.divergence() < 0.1);
    assertThat(byLayer(costs).values()).allMatch(layer -> layer.size() == 4);
  }

  @Test
  void what_is_chosen_is_what_the_file_has_and_fits_the_budget() throws IOException {
    Path model = golden("bert-classification");
    Sensitivity costs = measure("bert-classification", RECIPE);
    long small = sum(costs, List::getFirst) + costs.otherBytes();
    long large = sum(costs, List::getLast) + costs.otherBytes();
    long budget = (small + large) / 2;
    QuantizationRecipe chosen = costs.withinBytes(budget);
    List<QuantizedLayer> layers =
        Quantization.of(chosen).quantize(model, temp.resolve("mixed"), samples());
    assertThat(layers).extracting(QuantizedLayer::scheme).anyMatch(s -> s.startsWith("int4"));
    assertThat(layers)
        .extracting(QuantizedLayer::scheme)
        .contains("int8 per channel, input dynamic");
    for (QuantizedLayer layer : layers) {
      WeightScheme scheme = chosen.layers().get(layer.name());
      assertThat(layer.scheme()).startsWith(scheme.type().id());
    }
    assertThat(Files.size(temp.resolve("mixed/model.safetensors"))).isLessThanOrEqualTo(budget);
    assertThatThrownBy(() -> costs.withinBytes(small - 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the smallest choices take %,d bytes".formatted(small));
  }

  private static long sum(Sensitivity costs, Function<List<LayerCost>, LayerCost> choice) {
    return byLayer(costs).values().stream()
        .mapToLong(layer -> choice.apply(layer).layer().bytes())
        .sum();
  }

  @Test
  void an_accuracy_budget_takes_the_fewest_bytes_that_keep_it() throws IOException {
    Sensitivity costs = measure("bert-classification", RECIPE);
    double loose = costs.costs().stream().mapToDouble(LayerCost::divergence).sum();
    assertThat(costs.withinDivergence(loose).layers().values())
        .allMatch(scheme -> scheme.type() == WeightType.INT4);
    double least =
        byLayer(costs).values().stream()
            .mapToDouble(
                layer -> layer.stream().mapToDouble(LayerCost::divergence).min().orElseThrow())
            .sum();
    assertThat(costs.withinDivergence(least * 1.000001).layers().values())
        .anyMatch(scheme -> scheme.type() == WeightType.INT8);
    assertThatThrownBy(() -> costs.withinDivergence(least / 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("budget: the best choices diverge by ");
  }

  @Test
  void tables_that_stay_floats_are_not_tried() throws IOException {
    assertThat(byLayer(measure("bert-classification", RECIPE.withTables(null))).keySet())
        .noneMatch(name -> name.contains("embeddings"));
  }

  @Test
  void the_range_of_a_static_input_is_the_one_of_least_noise() throws IOException {
    List<QuantizedLayer> layers =
        Quantization.of(RECIPE.withInput(Input.STATIC))
            .quantize(golden("bert-classification"), temp.resolve("static"), samples());
    for (QuantizedLayer layer : layers) {
      if (layer.name().contains("embeddings")) {
        assertThat(layer.rangeSqnrDb()).isEmpty();
      } else {
        assertThat(layer.scheme()).endsWith("input static");
        assertThat(layer.rangeSqnrDb().values()).hasSize(5).allMatch(sqnr -> sqnr > 20);
      }
    }
  }

  @Test
  void a_layer_that_no_sample_reaches_is_quantized_without_them() throws IOException {
    // the pooler is in the checkpoint, but hidden states are computed without it
    for (QuantizationRecipe recipe :
        List.of(RECIPE.withInput(Input.STATIC), RECIPE.withMethod(Method.GPTQ))) {
      List<QuantizedLayer> layers =
          Quantization.of(recipe)
              .quantize(golden("st-mean-normalize"), temp.resolve("encoder"), samples());
      QuantizedLayer last = layers.getLast();
      assertThat(last.name()).isEqualTo("pooler.dense");
      assertThat(last.scheme()).isEqualTo("int8 per channel, input dynamic");
    }
  }

  @Test
  void no_samples_are_refused() {
    assertThatThrownBy(
            () ->
                Quantization.of(RECIPE)
                    .sensitivity(golden("bert-classification"), List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected some texts");
  }
}

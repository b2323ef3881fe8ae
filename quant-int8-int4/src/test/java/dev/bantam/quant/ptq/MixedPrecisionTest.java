package dev.bantam.quant.ptq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.bantam.quant.ptq.MixedPrecision.Candidate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MixedPrecisionTest {

  private static Map<String, List<Candidate<String>>> twoLayers() {
    Map<String, List<Candidate<String>>> layers = new LinkedHashMap<>();
    layers.put("a", List.of(new Candidate<>("int8", 100, 1), new Candidate<>("int4", 50, 9)));
    layers.put("b", List.of(new Candidate<>("int4", 10, 3), new Candidate<>("int8", 20, 1)));
    return layers;
  }

  @Test
  void bytesGoWhereTheyTakeAwayMostError() {
    // b: 2 for 10 bytes; a: 8 for 50
    assertThat(choices(MixedPrecision.withinBytes(twoLayers(), 60)))
        .containsExactly("int4", "int4");
    assertThat(choices(MixedPrecision.withinBytes(twoLayers(), 70)))
        .containsExactly("int4", "int8");
    assertThat(choices(MixedPrecision.withinBytes(twoLayers(), 119)))
        .containsExactly("int4", "int8");
    assertThat(choices(MixedPrecision.withinBytes(twoLayers(), 120)))
        .containsExactly("int8", "int8");
  }

  @Test
  void anErrorTakesTheFewestBytes() {
    assertThat(choices(MixedPrecision.withinError(twoLayers(), 12)))
        .containsExactly("int4", "int4");
    assertThat(choices(MixedPrecision.withinError(twoLayers(), 11)))
        .containsExactly("int4", "int8");
    assertThat(choices(MixedPrecision.withinError(twoLayers(), 2))).containsExactly("int8", "int8");
  }

  private static List<String> choices(Map<String, Candidate<String>> chosen) {
    return chosen.values().stream().map(Candidate::choice).toList();
  }

  @Test
  void budgetsThatCannotBeMetAreRefused() {
    assertThatThrownBy(() -> MixedPrecision.withinBytes(twoLayers(), 59))
        .hasMessage("mixed precision: the smallest candidates take 60 bytes, the budget is 59");
    assertThatThrownBy(() -> MixedPrecision.withinError(twoLayers(), 1.5))
        .hasMessage("mixed precision: the best candidates have an error of 2.0, the budget is 1.5");
    assertThatThrownBy(
            () -> MixedPrecision.withinBytes(Map.of("x", List.<Candidate<String>>of()), 9))
        .hasMessage("mixed precision: no candidate for 'x'");
    assertThatThrownBy(() -> new Candidate<>("nf4", 1, Double.NaN))
        .hasMessage("candidate nf4: expected an error of 0 or more, got NaN");
  }

  @Test
  void aLargerCandidateThatErrsMoreIsNeverTaken() {
    var layers =
        Map.of(
            "a",
            List.of(
                new Candidate<>("good", 10, 1.0),
                new Candidate<>("bad", 20, 2.0),
                new Candidate<>("same", 10, 5.0)));
    assertThat(choices(MixedPrecision.withinBytes(layers, 1000))).containsExactly("good");
    assertThat(choices(MixedPrecision.withinError(layers, 1))).containsExactly("good");
  }

  /** Against all choices there are. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void noChoiceOfAsFewBytesErrsLess(long seed) {
    Random random = new Random(seed);
    Map<String, List<Candidate<Integer>>> layers = new LinkedHashMap<>();
    for (int layer = 0; layer < 5; layer++) {
      List<Candidate<Integer>> candidates = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        candidates.add(new Candidate<>(i, 10 + random.nextInt(90), random.nextInt(1000) / 8.0));
      }
      layers.put("layer" + layer, candidates);
    }
    double best = layers.values().stream().mapToDouble(MixedPrecisionTest::leastError).sum();
    for (double limit = best; limit < best + 500; limit += 10) {
      Map<String, Candidate<Integer>> chosen = MixedPrecision.withinError(layers, limit);
      assertThat(error(chosen)).isCloseTo(least(layers, bytes(chosen)), within(1e-9));
      for (long more : new long[] {0, 7, 40}) {
        var filled = MixedPrecision.withinBytes(layers, bytes(chosen) + more);
        assertThat(bytes(filled)).isLessThanOrEqualTo(bytes(chosen) + more);
        assertThat(error(filled)).isLessThanOrEqualTo(error(chosen));
      }
    }
  }

  private static double leastError(List<Candidate<Integer>> candidates) {
    return candidates.stream().mapToDouble(Candidate::error).min().orElseThrow();
  }

  private static long bytes(Map<String, Candidate<Integer>> chosen) {
    return chosen.values().stream().mapToLong(Candidate::bytes).sum();
  }

  private static double error(Map<String, Candidate<Integer>> chosen) {
    return chosen.values().stream().mapToDouble(Candidate::error).sum();
  }

  @Test
  void whatOneLayerCannotUseGoesToTheOthers() {
    var layers = new LinkedHashMap<String, List<Candidate<String>>>();
    layers.put("table", List.of(new Candidate<>("int4", 50, 9), new Candidate<>("int8", 100, 1)));
    layers.put("layer", List.of(new Candidate<>("int4", 10, 1), new Candidate<>("int8", 20, 0)));
    assertThat(choices(MixedPrecision.withinBytes(layers, 75))).containsExactly("int4", "int8");
  }

  private static double least(Map<String, List<Candidate<Integer>>> layers, long bytes) {
    return least(List.copyOf(layers.values()), 0, bytes);
  }

  private static double least(List<List<Candidate<Integer>>> layers, int from, long bytes) {
    if (bytes < 0) {
      return Double.POSITIVE_INFINITY;
    }
    return from == layers.size()
        ? 0
        : layers.get(from).stream()
            .mapToDouble(c -> c.error() + least(layers, from + 1, bytes - c.bytes()))
            .min()
            .getAsDouble();
  }
}

package dev.bantam.kd.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against scikit-learn and scipy: {@code make_goldens.py}. */
class GoldenMetricsTest {
  private static final Offset<Double> CLOSE = within(1e-12);

  @ParameterizedTest(name = "{0}")
  @MethodSource("classification")
  void classification_is_that_of_scikit_learn(Golden golden) {
    for (Metric metric : List.of(Metric.ACCURACY, Metric.F1, Metric.MACRO_F1, Metric.MATTHEWS)) {
      if (golden.json.has(metric.toString())) {
        golden.check(metric);
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("classification")
  void the_confusion_matrix_is_that_of_scikit_learn(Golden golden) {
    JsonNode expected = golden.json.get("confusion");
    ConfusionMatrix matrix =
        ConfusionMatrix.of(
            indices(golden.json.get("predicted")), indices(golden.json.get("expected")));
    assertThat(matrix.size()).isEqualTo(expected.size());
    for (int i = 0; i < expected.size(); i++) {
      for (int j = 0; j < expected.size(); j++) {
        assertThat(matrix.count(i, j)).isEqualTo(expected.get(i).get(j).longValue());
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("regression")
  void correlations_are_those_of_scipy(Golden golden) {
    golden.check(Metric.PEARSON);
    golden.check(Metric.SPEARMAN);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mcnemar")
  void mcnemar_is_that_of_scipy(Golden golden) {
    long b = golden.json.get("b").longValue();
    long c = golden.json.get("c").longValue();
    double p = golden.json.get("p").doubleValue();
    McNemar test = McNemar.of(b, c);
    assertThat(test.method()).hasToString(golden.json.get("method").textValue());
    assertThat(test.pValue()).isCloseTo(p, within(1e-12 * p));
    assertThat(McNemar.of(c, b).pValue()).isEqualTo(test.pValue());
  }

  static List<Golden> classification() throws IOException {
    return goldens("classification");
  }

  static List<Golden> regression() throws IOException {
    return goldens("regression");
  }

  static List<Golden> mcnemar() throws IOException {
    return goldens("mcnemar");
  }

  private static List<Golden> goldens(String kind) throws IOException {
    try (InputStream in = GoldenMetricsTest.class.getResourceAsStream("goldens.json")) {
      JsonNode all = new ObjectMapper().readTree(Objects.requireNonNull(in));
      return StreamSupport.stream(all.get(kind).spliterator(), false).map(Golden::new).toList();
    }
  }

  private static double[] doubles(JsonNode numbers) {
    double[] array = new double[numbers.size()];
    Arrays.setAll(array, i -> numbers.get(i).doubleValue());
    return array;
  }

  private static int[] indices(JsonNode numbers) {
    return Arrays.stream(doubles(numbers)).mapToInt(x -> (int) x).toArray();
  }

  private record Golden(JsonNode json) {
    void check(Metric metric) {
      double value = metric.of(doubles(json.get("predicted")), doubles(json.get("expected")));
      JsonNode expected = json.get(metric.toString());
      if (expected.isNull()) {
        assertThat(value).as(metric.toString()).isNaN();
      } else {
        assertThat(value).as(metric.toString()).isCloseTo(expected.doubleValue(), CLOSE);
      }
    }

    @Override
    public String toString() {
      return json.has("name")
          ? json.get("name").textValue()
          : json.get("b") + " against " + json.get("c");
    }
  }
}

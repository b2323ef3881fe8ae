package dev.bantam.nn.optim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.nn.Parameter;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** What {@code goldens/make_optim.py} wrote. */
final class OptimGoldens {
  static final int STEPS = 20;

  private final SequencedMap<String, double[]> lines = new LinkedHashMap<>();

  OptimGoldens() {
    try (InputStream in = OptimGoldens.class.getResourceAsStream("goldens/optim.txt")) {
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      for (String line : text.split("\n")) {
        String[] fields = line.split(" ");
        double[] numbers = Arrays.stream(fields).skip(1).mapToDouble(Double::parseDouble).toArray();
        lines.put(fields[0], numbers);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  double[] get(String name) {
    assertThat(lines).containsKey(name);
    return lines.get(name);
  }

  /** The lines whose name begins so, by the rest of their names. */
  Map<String, double[]> all(String prefix) {
    Map<String, double[]> all = new LinkedHashMap<>();
    lines.forEach(
        (name, x) -> {
          if (name.startsWith(prefix)) {
            all.put(name.substring(prefix.length()), x);
          }
        });
    return all;
  }

  /** The parameters before the first step. */
  SequencedMap<String, Parameter> parameters() {
    SequencedMap<String, Parameter> parameters = new LinkedHashMap<>();
    all("init.")
        .forEach(
            (name, x) -> {
              int[] dims = Arrays.stream(get("shape." + name)).mapToInt(d -> (int) d).toArray();
              parameters.put(name, Parameter.trained(Tensor.wrap(floats(x), dims)));
            });
    return parameters;
  }

  /** Gives the parameters their gradients in a step. */
  void gradients(Workspace ws, int step, Map<String, Parameter> parameters) {
    all("grad." + step + ".")
        .forEach((name, g) -> Gradients.set(ws, parameters.get(name), floats(g)));
  }

  /** Fails unless the parameters are as they were after a step, within 1e-6. */
  void assertAfter(String kind, int step, Map<String, Parameter> parameters) {
    parameters.forEach(
        (name, p) -> {
          String line = kind + "." + step + "." + name;
          double[] expected = get(line);
          float[] actual = p.value().toArray();
          assertThat(actual).as(line).hasSameSizeAs(expected);
          for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i])
                .as("%s at %d", line, i)
                .isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-6));
          }
        });
  }

  private static float[] floats(double[] x) {
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = (float) x[i];
    }
    return y;
  }
}

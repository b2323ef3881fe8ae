package dev.bantam.quant;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** Lines of a name and numbers, as the scripts {@code goldens/make_*.py} write them. */
public final class Goldens {
  private final SequencedMap<String, double[]> lines = new LinkedHashMap<>();

  /** Reads a resource that lies beside a class. */
  public Goldens(Class<?> beside, String name) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      for (String line : text.split("\n")) {
        String[] fields = line.split(" ");
        double[] numbers = Arrays.stream(fields).skip(1).mapToDouble(Goldens::parse).toArray();
        lines.put(fields[0], numbers);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double parse(String number) {
    return number.equals("nan")
        ? Double.NaN
        : Double.parseDouble(number.replace("inf", "Infinity"));
  }

  /** The numbers of a name. */
  public double[] get(String name) {
    assertThat(lines).containsKey(name);
    return lines.get(name);
  }

  /** The numbers of a name, which are floats. */
  public float[] floats(String name) {
    double[] x = get(name);
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = (float) x[i];
    }
    return y;
  }

  /** The lines whose name ends so, by the rest of their names. */
  public Map<String, double[]> ending(String suffix) {
    Map<String, double[]> all = new LinkedHashMap<>();
    lines.forEach(
        (name, x) -> {
          if (name.endsWith(suffix)) {
            all.put(name.substring(0, name.length() - suffix.length()), x);
          }
        });
    return all;
  }
}

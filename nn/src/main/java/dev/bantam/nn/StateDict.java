package dev.bantam.nn;

import dev.bantam.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Tensors by name: what a module or an optimizer is saved as. */
public final class StateDict {
  private static final int SHOWN = 5;

  private StateDict() {}

  /**
   * Copies elements from tensors to those with the same names.
   *
   * @param what names the receiver in errors
   * @param from by name
   * @param to by name
   * @throws IllegalArgumentException if names or shapes differ; it lists them, and nothing is
   *     copied
   */
  public static void copy(String what, Map<String, Tensor> from, Map<String, Tensor> to) {
    List<String> missing = to.keySet().stream().filter(name -> !from.containsKey(name)).toList();
    List<String> unexpected = from.keySet().stream().filter(name -> !to.containsKey(name)).toList();
    List<String> misshapen = new ArrayList<>();
    to.forEach(
        (name, x) -> {
          Tensor given = from.get(name);
          if (given != null && !given.shape().equals(x.shape())) {
            misshapen.add("%s (expected %s, got %s)".formatted(name, x.shape(), given.shape()));
          }
        });
    List<String> problems = new ArrayList<>();
    report("missing", missing, problems);
    report("unexpected", unexpected, problems);
    report("of another shape", misshapen, problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: the state does not fit; %s".formatted(what, String.join("; ", problems)));
    }
    to.forEach(
        (name, x) -> {
          Tensor given = Objects.requireNonNull(from.get(name));
          System.arraycopy(
              given.data(), given.offset(), x.data(), x.offset(), x.shape().elements());
        });
  }

  private static void report(String problem, List<String> names, List<String> problems) {
    if (!names.isEmpty()) {
      String more = names.size() > SHOWN ? " and %d more".formatted(names.size() - SHOWN) : "";
      problems.add(
          problem + ": " + names.stream().limit(SHOWN).collect(Collectors.joining(", ")) + more);
    }
  }
}

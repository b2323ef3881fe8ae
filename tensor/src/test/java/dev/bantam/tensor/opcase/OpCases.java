package dev.bantam.tensor.opcase;

import java.util.List;
import java.util.stream.Stream;

/**
 * All operations, each in all the ways that differ. Who writes an operation adds its cases to one
 * of the lists; then it is tested, its gradient is checked, and it can be timed.
 */
public final class OpCases {
  private OpCases() {}

  /** All cases; the first of each operation is the one to time. */
  public static List<OpCase> all() {
    return Stream.of(
            ElementCases.ALL, ShapeCases.ALL, ReductionCases.ALL, ModelCases.ALL, LossCases.ALL)
        .flatMap(List::stream)
        .toList();
  }

  /** The first case of an operation. */
  public static OpCase of(String op) {
    return all().stream()
        .filter(test -> test.op().getSimpleName().equals(op))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no case of " + op));
  }
}

package dev.bantam.quant.ptq;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Chooses for each layer one of several ways to store it, under a budget for all. Errors of layers
 * add up. Each layer begins with its smallest candidate; then those exchanges for larger ones are
 * made first that take away most error for a byte. Only candidates on the lower convex hull of
 * error over bytes are exchanged, so that what is chosen is the best there is for the bytes it
 * takes, until an exchange does not fit a budget of bytes; then its layer stays as it is, and the
 * rest goes to the others.
 */
public final class MixedPrecision {
  private MixedPrecision() {}

  /**
   * A way to store a layer.
   *
   * @param choice what it is
   * @param bytes what it takes
   * @param error what it costs, at least 0
   */
  public record Candidate<T>(T choice, long bytes, double error) {
    /** Checks the error. */
    public Candidate {
      if (!(error >= 0)) {
        throw new IllegalArgumentException(
            "candidate %s: expected an error of 0 or more, got %s".formatted(choice, error));
      }
    }
  }

  private record Exchange<T>(String layer, long bytes, double gain, Candidate<T> to) {
    double gainPerByte() {
      return gain / bytes;
    }
  }

  /**
   * The least error within a number of bytes.
   *
   * @param layers candidates of each layer
   * @param bytes that all layers may take together
   * @throws IllegalArgumentException if the smallest candidates take more
   */
  public static <T> SequencedMap<String, Candidate<T>> withinBytes(
      Map<String, List<Candidate<T>>> layers, long bytes) {
    SequencedMap<String, Candidate<T>> chosen = smallest(layers);
    long taken = chosen.values().stream().mapToLong(Candidate::bytes).sum();
    if (taken > bytes) {
      throw new IllegalArgumentException(
          "mixed precision: the smallest candidates take %,d bytes, the budget is %,d"
              .formatted(taken, bytes));
    }
    Set<String> full = new HashSet<>(); // layers whose next exchange does not fit
    for (Exchange<T> exchange : exchanges(layers)) {
      if (full.contains(exchange.layer())) {
        continue;
      }
      if (taken + exchange.bytes() > bytes) {
        full.add(exchange.layer());
        continue;
      }
      taken += exchange.bytes();
      chosen.put(exchange.layer(), exchange.to());
    }
    return chosen;
  }

  /**
   * The fewest bytes with an error that is not larger.
   *
   * @param layers candidates of each layer
   * @param error that all layers may have together
   * @throws IllegalArgumentException if the best candidates have more
   */
  public static <T> SequencedMap<String, Candidate<T>> withinError(
      Map<String, List<Candidate<T>>> layers, double error) {
    SequencedMap<String, Candidate<T>> chosen = smallest(layers);
    List<Exchange<T>> exchanges = exchanges(layers);
    for (int next = 0; totalError(chosen) > error; next++) {
      if (next == exchanges.size()) {
        throw new IllegalArgumentException(
            "mixed precision: the best candidates have an error of %s, the budget is %s"
                .formatted(totalError(chosen), error));
      }
      chosen.put(exchanges.get(next).layer(), exchanges.get(next).to());
    }
    return chosen;
  }

  private static <T> double totalError(Map<String, Candidate<T>> chosen) {
    return chosen.values().stream().mapToDouble(Candidate::error).sum();
  }

  private static <T> SequencedMap<String, Candidate<T>> smallest(
      Map<String, List<Candidate<T>>> layers) {
    SequencedMap<String, Candidate<T>> chosen = new LinkedHashMap<>();
    layers.forEach((layer, candidates) -> chosen.put(layer, hull(layer, candidates).getFirst()));
    return chosen;
  }

  /** All of them, best first. On a convex hull a layer's own are in order. */
  private static <T> List<Exchange<T>> exchanges(Map<String, List<Candidate<T>>> layers) {
    List<Exchange<T>> exchanges = new ArrayList<>();
    layers.forEach(
        (layer, candidates) -> {
          List<Candidate<T>> hull = hull(layer, candidates);
          for (int i = 1; i < hull.size(); i++) {
            exchanges.add(exchange(layer, hull.get(i - 1), hull.get(i)));
          }
        });
    exchanges.sort(Comparator.<Exchange<T>>comparingDouble(Exchange::gainPerByte).reversed());
    return exchanges;
  }

  private static <T> Exchange<T> exchange(String layer, Candidate<T> from, Candidate<T> to) {
    return new Exchange<>(layer, to.bytes() - from.bytes(), from.error() - to.error(), to);
  }

  /** The candidates on the lower convex hull, by bytes; each errs less than the one before. */
  private static <T> List<Candidate<T>> hull(String layer, List<Candidate<T>> candidates) {
    if (candidates.isEmpty()) {
      throw new IllegalArgumentException("mixed precision: no candidate for '" + layer + "'");
    }
    List<Candidate<T>> sorted = new ArrayList<>(candidates);
    sorted.sort(
        Comparator.<Candidate<T>>comparingLong(Candidate::bytes)
            .thenComparingDouble(Candidate::error));
    List<Candidate<T>> hull = new ArrayList<>();
    for (Candidate<T> next : sorted) {
      if (!hull.isEmpty() && next.error() >= hull.getLast().error()) {
        continue; // as large as one that errs no more, or larger
      }
      while (hull.size() >= 2) {
        Candidate<T> last = hull.getLast();
        Candidate<T> before = hull.get(hull.size() - 2);
        if (exchange(layer, before, last).gainPerByte()
            > exchange(layer, last, next).gainPerByte()) {
          break;
        }
        hull.removeLast();
      }
      hull.add(next);
    }
    return hull;
  }
}

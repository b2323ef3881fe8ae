package dev.bantam.kd.cli;

import dev.bantam.kd.metrics.Bootstrap;
import java.util.Locale;

/** What {@code bantam evaluate} prints. */
sealed interface Report permits MetricsReport, ComparisonReport {
  /** A correlation of ten thousand samples would take longer than the model. */
  Bootstrap BOOTSTRAP = new Bootstrap(1_000, 0.95, 0);

  /** For people, numbers times 100. */
  String text();

  /** One JSON object on a line, numbers times 100. */
  String json();

  /** Appends a number that is times 100 to JSON; null if it is not finite. */
  static void number(StringBuilder out, double value) {
    out.append(Double.isFinite(value) ? Double.toString(100 * value) : "null");
  }

  /** Appends {@code [low, high]} to JSON. */
  static void interval(StringBuilder out, Bootstrap.Interval interval) {
    out.append('[');
    number(out, interval.low());
    out.append(", ");
    number(out, interval.high());
    out.append(']');
  }

  /** {@code 95 % interval LOW to HIGH}. */
  static String interval(Bootstrap.Interval interval) {
    return String.format(
        Locale.ROOT,
        "%.0f %% interval %.2f to %.2f",
        100 * BOOTSTRAP.confidence(),
        100 * interval.low(),
        100 * interval.high());
  }
}

package dev.bantam.kd.cli;

import dev.bantam.kd.data.TaskType;
import dev.bantam.kd.eval.Comparison;
import dev.bantam.kd.metrics.Bootstrap;
import dev.bantam.kd.metrics.McNemar;
import dev.bantam.kd.metrics.Metric;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.StringJoiner;

/** Whether a second model is better than a first. */
record ComparisonReport(Comparison comparison) implements Report {
  @Override
  public String text() {
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT,
            "%-9s %,7d%n%n%-9s %7s %7s  %10s%n",
            "examples",
            comparison.first().size(),
            "",
            "first",
            "second",
            "difference"));
    differences()
        .forEach(
            (metric, difference) ->
                out.append(
                    String.format(
                        Locale.ROOT,
                        "%-9s %7.2f %7.2f  %+10.2f  %s%n",
                        metric,
                        100 * comparison.first().metric(metric),
                        100 * comparison.second().metric(metric),
                        100 * difference.value(),
                        Report.interval(difference))));
    if (hasLabels()) {
      McNemar test = comparison.mcNemar();
      out.append(
          String.format(
              Locale.ROOT,
              "%nchanged   %,7d predictions%n%-9s %,7d right by the first alone, %,d by the second"
                  + " alone: p = %.3g (%s)%n",
              comparison.changed(),
              "McNemar",
              test.onlyFirst(),
              test.onlySecond(),
              test.pValue(),
              test.method()));
    }
    return out.toString();
  }

  @Override
  public String json() {
    StringBuilder out = new StringBuilder("{\"task\": ");
    Quoting.json(out, comparison.first().task().name());
    out.append(", \"examples\": ").append(comparison.first().size());
    metrics(out, "first", comparison.first().metrics());
    metrics(out, "second", comparison.second().metrics());
    StringJoiner intervals = new StringJoiner(", ", ", \"intervals\": {", "}");
    SequencedMap<Metric, Double> values = new LinkedHashMap<>();
    differences()
        .forEach(
            (metric, difference) -> {
              values.put(metric, difference.value());
              StringBuilder ends = new StringBuilder("\"" + metric + "\": ");
              Report.interval(ends, difference);
              intervals.add(ends);
            });
    metrics(out, "difference", values);
    out.append(intervals);
    if (hasLabels()) {
      McNemar test = comparison.mcNemar();
      out.append(", \"changed\": ").append(comparison.changed());
      out.append(", \"mcnemar\": {\"only_first\": ").append(test.onlyFirst());
      out.append(", \"only_second\": ").append(test.onlySecond());
      out.append(", \"method\": \"").append(test.method());
      out.append("\", \"p\": ").append(test.pValue()).append('}');
    }
    return out.append("}\n").toString();
  }

  private static void metrics(
      StringBuilder out, String name, SequencedMap<Metric, Double> metrics) {
    StringJoiner fields = new StringJoiner(", ", ", \"" + name + "\": {", "}");
    metrics.forEach(
        (metric, value) -> {
          StringBuilder field = new StringBuilder("\"" + metric + "\": ");
          Report.number(field, value);
          fields.add(field);
        });
    out.append(fields);
  }

  private SequencedMap<Metric, Bootstrap.Interval> differences() {
    SequencedMap<Metric, Bootstrap.Interval> differences = new LinkedHashMap<>();
    for (Metric metric : comparison.first().task().metrics()) {
      differences.put(metric, comparison.difference(metric, BOOTSTRAP));
    }
    return differences;
  }

  private boolean hasLabels() {
    return comparison.first().task().type() == TaskType.CLASSIFICATION;
  }
}

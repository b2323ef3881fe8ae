package dev.bantam.kd.cli;

import dev.bantam.kd.data.TaskType;
import dev.bantam.kd.eval.Predictions;
import dev.bantam.kd.metrics.ConfusionMatrix;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * How good one model is.
 *
 * @param predictions what it says
 * @param intervals whether the metrics have them
 */
record MetricsReport(Predictions predictions, boolean intervals) implements Report {
  /** More do not fit on a line. */
  private static final int MOST_COLUMNS = 8;

  @Override
  public String text() {
    StringBuilder out = new StringBuilder();
    out.append(String.format(Locale.ROOT, "%-9s %,7d%n", "examples", predictions.size()));
    predictions
        .metrics()
        .forEach(
            (metric, value) -> {
              out.append(String.format(Locale.ROOT, "%-9s %7.2f", metric, 100 * value));
              if (intervals) {
                out.append("  ").append(Report.interval(predictions.interval(metric, BOOTSTRAP)));
              }
              out.append('\n');
            });
    if (predictions.task().type() == TaskType.CLASSIFICATION) {
      ConfusionMatrix confusion = predictions.confusion();
      out.append('\n').append(perLabel(confusion));
      if (confusion.size() <= MOST_COLUMNS) {
        out.append('\n').append(confusion.table(predictions.labels()));
      }
    }
    return out.toString();
  }

  private Table perLabel(ConfusionMatrix confusion) {
    Table table = new Table("label", "precision", "recall", "f1", "examples", "predicted");
    for (int label = 0; label < confusion.size(); label++) {
      table.row(
          predictions.labels().get(label),
          percent(confusion.precision(label)),
          percent(confusion.recall(label)),
          percent(confusion.f1(label)),
          String.format(Locale.ROOT, "%,d", confusion.expected(label)),
          String.format(Locale.ROOT, "%,d", confusion.predicted(label)));
    }
    return table;
  }

  private static String percent(double value) {
    return String.format(Locale.ROOT, "%.2f", 100 * value);
  }

  @Override
  public String json() {
    StringBuilder out = new StringBuilder("{\"task\": ");
    Quoting.json(out, predictions.task().name());
    out.append(", \"examples\": ").append(predictions.size());
    predictions
        .metrics()
        .forEach(
            (metric, value) -> {
              out.append(", \"").append(metric).append("\": ");
              Report.number(out, value);
            });
    if (intervals) {
      StringJoiner named = new StringJoiner(", ", ", \"intervals\": {", "}");
      for (var metric : predictions.metrics().keySet()) {
        StringBuilder ends = new StringBuilder("\"" + metric + "\": ");
        Report.interval(ends, predictions.interval(metric, BOOTSTRAP));
        named.add(ends);
      }
      out.append(named);
    }
    if (predictions.task().type() == TaskType.CLASSIFICATION) {
      confusion(out, predictions.labels(), predictions.confusion());
    }
    return out.append("}\n").toString();
  }

  private static void confusion(StringBuilder out, List<String> labels, ConfusionMatrix confusion) {
    StringJoiner names = new StringJoiner(", ", ", \"labels\": [", "]");
    StringJoiner rows = new StringJoiner(", ", ", \"confusion\": [", "]");
    for (int expected = 0; expected < labels.size(); expected++) {
      StringBuilder name = new StringBuilder();
      Quoting.json(name, labels.get(expected));
      names.add(name);
      StringJoiner row = new StringJoiner(", ", "[", "]");
      for (int predicted = 0; predicted < labels.size(); predicted++) {
        row.add(Long.toString(confusion.count(expected, predicted)));
      }
      rows.add(row.toString());
    }
    out.append(names).append(rows);
  }
}

package dev.bantam.kd.cli;

import dev.bantam.quant.model.LayerCost;
import dev.bantam.quant.model.QuantizedLayer;
import dev.bantam.quant.model.RangeChoice;
import dev.bantam.quant.model.Sensitivity;
import dev.bantam.safetensors.Checkpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code bantam quantize} prints. */
final class QuantizationReport {
  private QuantizationReport() {}

  /**
   * What became of the layers, and by which range each static input is rounded.
   *
   * @param before bytes of the weights as they were
   * @param after bytes of the weights as they are
   */
  static String table(List<QuantizedLayer> layers, long before, long after) {
    Table table = new Table("layer", "scheme", "parameters", "bytes", "SQNR dB");
    for (QuantizedLayer layer : layers) {
      table.row(
          layer.name(),
          layer.scheme(),
          count(layer.elements()),
          count(layer.bytes()),
          decibels(layer.sqnrDb()));
    }
    return table
        + ranges(layers)
        + String.format(
            Locale.ROOT,
            "%s: %,d bytes, was %,d (%.2fx smaller)%n",
            Checkpoint.SINGLE_FILE,
            after,
            before,
            (double) before / after);
  }

  /** Output SQNR of each static input by each rule; nothing if there are none. */
  private static String ranges(List<QuantizedLayer> layers) {
    List<QuantizedLayer> statics =
        layers.stream().filter(layer -> !layer.rangeSqnrDb().isEmpty()).toList();
    if (statics.isEmpty()) {
      return "";
    }
    List<RangeChoice> rules = List.copyOf(statics.getFirst().rangeSqnrDb().keySet());
    List<String> header = new ArrayList<>(List.of("static input, output dB by"));
    rules.forEach(rule -> header.add(rule.id()));
    header.add("best");
    Table table = new Table(header.toArray(String[]::new));
    for (QuantizedLayer layer : statics) {
      List<String> cells = new ArrayList<>(List.of(layer.name()));
      RangeChoice best = rules.getFirst();
      for (RangeChoice rule : rules) {
        double sqnr = layer.rangeSqnrDb().getOrDefault(rule, Double.NaN);
        cells.add(decibels(sqnr));
        best = sqnr > layer.rangeSqnrDb().getOrDefault(best, Double.NaN) ? rule : best;
      }
      cells.add(best.id());
      table.row(cells.toArray(String[]::new));
    }
    return "\n" + table + "\n";
  }

  /** The same as JSON. */
  static String json(List<QuantizedLayer> layers, long before, long after) {
    StringBuilder out = new StringBuilder("{\"layers\": [");
    String separator = "";
    for (QuantizedLayer layer : layers) {
      out.append(separator).append('{');
      name(out, layer);
      out.append(", \"parameters\": ").append(layer.elements());
      out.append(", \"bytes\": ").append(layer.bytes());
      number(out.append(", \"sqnr_db\": "), layer.sqnrDb());
      if (!layer.rangeSqnrDb().isEmpty()) {
        out.append(", \"range_sqnr_db\": {");
        String comma = "";
        for (var range : layer.rangeSqnrDb().entrySet()) {
          out.append(comma).append('"').append(range.getKey().id()).append("\": ");
          number(out, range.getValue());
          comma = ", ";
        }
        out.append('}');
      }
      out.append('}');
      separator = ", ";
    }
    out.append("], \"bytes\": ").append(after);
    return out.append(", \"bytes_before\": ").append(before).append("}\n").toString();
  }

  /** What each layer costs by each scheme. */
  static String table(Sensitivity costs) {
    Table table = new Table("layer", "scheme", "bytes", "weight dB", "output dB", "divergence");
    for (LayerCost cost : costs.costs()) {
      table.row(
          cost.layer().name(),
          cost.layer().scheme(),
          count(cost.layer().bytes()),
          decibels(cost.layer().sqnrDb()),
          decibels(cost.outputSqnrDb()),
          String.format(Locale.ROOT, "%.2e", cost.divergence()));
    }
    return table.toString();
  }

  /** The same as JSON. */
  static String json(Sensitivity costs) {
    StringBuilder out = new StringBuilder("{\"costs\": [");
    String separator = "";
    for (LayerCost cost : costs.costs()) {
      out.append(separator).append('{');
      name(out, cost.layer());
      out.append(", \"bytes\": ").append(cost.layer().bytes());
      number(out.append(", \"sqnr_db\": "), cost.layer().sqnrDb());
      number(out.append(", \"output_sqnr_db\": "), cost.outputSqnrDb());
      number(out.append(", \"divergence\": "), cost.divergence());
      out.append('}');
      separator = ", ";
    }
    return out.append("]}\n").toString();
  }

  private static void name(StringBuilder out, QuantizedLayer layer) {
    out.append("\"name\": ");
    Quoting.json(out, layer.name());
    out.append(", \"scheme\": ");
    Quoting.json(out, layer.scheme());
  }

  private static void number(StringBuilder out, double value) {
    out.append(Double.isFinite(value) ? value : "null");
  }

  private static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  private static String decibels(double sqnr) {
    return String.format(Locale.ROOT, "%.1f", sqnr);
  }
}

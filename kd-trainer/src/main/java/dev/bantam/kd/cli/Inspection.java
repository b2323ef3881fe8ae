package dev.bantam.kd.cli;

import dev.bantam.bert.BertConfig;
import dev.bantam.bert.CompressedLayer;
import dev.bantam.kd.compress.LayerSpeed;
import dev.bantam.safetensors.DType;
import dev.bantam.safetensors.ModelFormatException;
import dev.bantam.safetensors.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What {@code bantam inspect} found.
 *
 * @param path of the folder or file
 * @param entries of the checkpoint
 * @param speeds how its layers are computed; empty if nobody asked
 */
record Inspection(Path path, List<CheckpointEntry> entries, List<LayerSpeed> speeds) {

  /** Parameters and bytes of some entries. */
  private record Total(long parameters, long bytes) {
    static Total of(CheckpointEntry entry) {
      return new Total(entry.parameters(), entry.bytes());
    }

    static Total of(List<CheckpointEntry> entries) {
      return entries.stream().map(Total::of).reduce(new Total(0, 0), Total::plus);
    }

    Total plus(Total other) {
      return new Total(parameters + other.parameters, bytes + other.bytes);
    }
  }

  /** By type, the widest last; then by scheme. */
  private Map<String, Total> totals() {
    Map<String, Total> totals = new LinkedHashMap<>();
    for (DType type : DType.values()) {
      totals.put(type.name(), new Total(0, 0));
    }
    for (CheckpointEntry entry : entries) {
      totals.merge(entry.kind(), Total.of(entry), Total::plus);
    }
    totals.values().removeIf(total -> total.equals(new Total(0, 0)));
    return totals;
  }

  /** For people. */
  String table() throws IOException {
    boolean compressed = isCompressed();
    Table table =
        compressed
            ? new Table("tensor or layer", "shape", "type", "parameters", "bytes", "SQNR dB")
            : new Table("tensor", "shape", "dtype", "parameters", "bytes");
    for (CheckpointEntry entry : entries) {
      Double sqnr = entry.sqnrDb();
      String[] cells = {
        entry.name(),
        entry.shape().toString(),
        entry.kind(),
        count(entry.parameters()),
        count(entry.bytes()),
        sqnr == null ? "" : String.format(Locale.ROOT, "%.1f", sqnr)
      };
      table.row(compressed ? cells : Arrays.copyOf(cells, cells.length - 1));
    }
    Total total = Total.of(entries);
    totals()
        .forEach(
            (kind, sum) ->
                table.row("all " + kind, "", kind, count(sum.parameters), count(sum.bytes)));
    long tensors = entries.stream().mapToLong(entry -> entry.tensors().size()).sum();
    table.row(tensors + " tensors", "", "", count(total.parameters), count(total.bytes));
    StringBuilder out = new StringBuilder(table.toString());
    if (compressed) {
      double ratio = (double) Float.BYTES * total.parameters / total.bytes;
      out.append(String.format(Locale.ROOT, "\n%.2fx smaller than in F32", ratio));
    }
    if (!speeds.isEmpty()) {
      out.append("\n\n").append(speedTable());
    }
    boolean isModel = Files.exists(path.resolve(BertConfig.FILE));
    return out.append(isModel ? "\n" + summary(path) + "\n" : "").toString();
  }

  private String speedTable() {
    List<String> header = new ArrayList<>(List.of("layers", "shape"));
    LayerSpeed.ROWS.forEach(rows -> header.add(rows + (rows == 1 ? " row" : " rows")));
    header.add("kernel");
    Table table = new Table(header.toArray(String[]::new));
    for (LayerSpeed speed : speeds) {
      List<String> cells = new ArrayList<>();
      cells.add(String.valueOf(speed.layers()));
      cells.add("[%d, %d]".formatted(speed.outputs(), speed.inputs()));
      for (int rows : LayerSpeed.ROWS) {
        Double ratio = speed.speedups().get(rows);
        cells.add(ratio == null ? "" : String.format(Locale.ROOT, "%.2fx", ratio));
      }
      cells.add(speed.kernel());
      table.row(cells.toArray(String[]::new));
    }
    boolean slower =
        speeds.stream().flatMap(s -> s.speedups().values().stream()).anyMatch(r -> r < 1);
    return table
        + "speed against FP32 by the rows (tokens) of an input, measured here on one thread"
        + (slower
            ? "\nbelow 1: the units for floats multiply, as Java reaches no instruction for 8-bit"
                + " integers;\nfewer bits pay where reading the weights takes the time\n"
            : "\n");
  }

  private boolean isCompressed() {
    return entries.stream().anyMatch(entry -> entry.layer() != null);
  }

  private static String summary(Path folder) throws IOException {
    try {
      CompressedLayer.list(folder);
      BertConfig config = BertConfig.load(folder);
      return String.format(
          Locale.ROOT,
          "%s: %d layers, %d heads, hidden %d, intermediate %d (%s), vocabulary %,d, positions %d",
          config.modelType().name().toLowerCase(Locale.ROOT),
          config.numHiddenLayers(),
          config.numAttentionHeads(),
          config.hiddenSize(),
          config.intermediateSize(),
          config.hiddenAct().name().toLowerCase(Locale.ROOT),
          config.vocabSize(),
          config.maxPositionEmbeddings());
    } catch (ModelFormatException e) {
      return "cannot be run: " + e.getMessage();
    }
  }

  private static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  /** For programs: a JSON object. */
  String json() {
    StringBuilder out = new StringBuilder("{\"model\": ");
    Quoting.json(out, path.toString());
    out.append(", \"tensors\": [");
    String separator = "";
    for (CheckpointEntry entry : entries) {
      for (TensorInfo tensor : entry.tensors()) {
        out.append(separator).append("{\"name\": ");
        Quoting.json(out, tensor.name());
        out.append(", \"shape\": ").append(tensor.shape());
        out.append(", \"dtype\": \"").append(tensor.dtype());
        out.append("\", \"parameters\": ").append(tensor.elements());
        out.append(", \"bytes\": ").append(tensor.bytes()).append('}');
        separator = ", ";
      }
    }
    out.append("], ");
    if (isCompressed()) {
      layers(out);
    }
    if (!speeds.isEmpty()) {
      kernels(out);
    }
    Total total = Total.of(entries);
    out.append("\"parameters\": ").append(total.parameters);
    out.append(", \"bytes\": ").append(total.bytes);
    return out.append("}\n").toString();
  }

  private void layers(StringBuilder out) {
    out.append("\"layers\": [");
    String separator = "";
    for (CheckpointEntry entry : entries) {
      if (entry.layer() != null) {
        out.append(separator).append("{\"name\": ");
        Quoting.json(out, entry.name());
        out.append(", \"scheme\": ");
        Quoting.json(out, entry.kind());
        out.append(", \"parameters\": ").append(entry.parameters());
        out.append(", \"bytes\": ").append(entry.bytes());
        out.append(", \"sqnr_db\": ").append(entry.sqnrDb()).append('}');
        separator = ", ";
      }
    }
    out.append("], ");
  }

  private void kernels(StringBuilder out) {
    out.append("\"kernels\": [");
    String separator = "";
    for (LayerSpeed speed : speeds) {
      out.append(separator).append("{\"kernel\": ");
      Quoting.json(out, speed.kernel());
      out.append(", \"shape\": [").append(speed.outputs()).append(", ").append(speed.inputs());
      out.append("], \"layers\": ").append(speed.layers());
      out.append(", \"speedup\": {");
      String comma = "";
      for (var entry : speed.speedups().entrySet()) {
        out.append(comma).append('"').append(entry.getKey()).append("\": ");
        out.append(entry.getValue());
        comma = ", ";
      }
      out.append("}}");
      separator = ", ";
    }
    out.append("], ");
  }
}

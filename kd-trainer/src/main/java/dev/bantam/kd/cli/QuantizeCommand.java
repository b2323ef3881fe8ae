package dev.bantam.kd.cli;

import dev.bantam.bert.Device;
import dev.bantam.kd.compress.Quantization;
import dev.bantam.kd.data.Example;
import dev.bantam.quant.model.QuantizationRecipe;
import dev.bantam.quant.model.QuantizedLayer;
import dev.bantam.safetensors.Checkpoint;
import dev.bantam.tensor.parallel.WorkerPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bantam quantize}. */
@Command(
    name = "quantize",
    header = "Make a model smaller: weights of 8 or 4 bits.",
    description = {
      "",
      "Writes a model folder that all commands take. INT8 with inputs rounded token by token is"
          + " the",
      "default; it needs no data. What learns from data takes texts of a task, or of"
          + " --calibration.",
      ""
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  bantam quantize --output minilm-int8",
      "  bantam quantize --model sst2-model --weights int4 --output sst2-int4",
      "  bantam quantize --model sst2-model --weights int4 --group-size 128 --method gptq"
          + " --task SST-2 --data glue/SST-2 --output sst2-gptq",
      "  bantam evaluate --task SST-2 --data glue/SST-2 --model sst2-int4 --compare sst2-model"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the required options
final class QuantizeCommand extends Subcommand {
  @Mixin private final ModelOptions model = new ModelOptions();

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Folder for the model, made if there is none.")
  private Path output;

  @Mixin private final QuantizationOptions recipe = new QuantizationOptions();
  @Mixin private final CalibrationData data = new CalibrationData();

  @Option(names = "--json", description = "Print a JSON object.")
  private boolean json;

  @Override
  void run() throws IOException {
    QuantizationRecipe wanted = recipe.recipe(this);
    Path folder = model.folder(this);
    if (Files.exists(output) && Files.exists(folder) && Files.isSameFile(folder, output)) {
      throw new BadInputException(output + ": is the model itself; expected another folder");
    }
    List<Example> samples = wanted.needsCalibration() ? data.samples(this) : List.of();
    try (WorkerPool pool = model.pool(this)) {
      List<QuantizedLayer> layers =
          Quantization.of(wanted).withDevice(Device.on(pool)).quantize(folder, output, samples);
      long before = weightBytes(folder);
      long after = weightBytes(output);
      terminal().print(json ? json(layers, before, after) : table(layers, before, after));
    }
  }

  /** Size of the files of the weights. */
  private static long weightBytes(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      long bytes = 0;
      for (Path file : files.toList()) {
        bytes += file.toString().endsWith(".safetensors") ? Files.size(file) : 0;
      }
      return bytes;
    }
  }

  private static String table(List<QuantizedLayer> layers, long before, long after) {
    Table table = new Table("layer", "scheme", "parameters", "bytes", "SQNR dB");
    for (QuantizedLayer layer : layers) {
      table.row(
          layer.name(),
          layer.scheme(),
          String.format(Locale.ROOT, "%,d", layer.elements()),
          String.format(Locale.ROOT, "%,d", layer.bytes()),
          String.format(Locale.ROOT, "%.1f", layer.sqnrDb()));
    }
    return table
        + String.format(
            Locale.ROOT,
            "%s: %,d bytes, was %,d (%.2fx smaller)%n",
            Checkpoint.SINGLE_FILE,
            after,
            before,
            (double) before / after);
  }

  private static String json(List<QuantizedLayer> layers, long before, long after) {
    StringBuilder out = new StringBuilder("{\"layers\": [");
    String separator = "";
    for (QuantizedLayer layer : layers) {
      out.append(separator).append("{\"name\": ");
      Quoting.json(out, layer.name());
      out.append(", \"scheme\": ");
      Quoting.json(out, layer.scheme());
      out.append(", \"parameters\": ").append(layer.elements());
      out.append(", \"bytes\": ").append(layer.bytes());
      double sqnr = layer.sqnrDb();
      out.append(", \"sqnr_db\": ").append(Double.isFinite(sqnr) ? sqnr : null).append('}');
      separator = ", ";
    }
    out.append("], \"bytes\": ").append(after);
    return out.append(", \"bytes_before\": ").append(before).append("}\n").toString();
  }
}

package dev.bantam.kd.cli;

import dev.bantam.bert.BertConfig;
import dev.bantam.bert.BertModel;
import dev.bantam.bert.CompressedLayer;
import dev.bantam.bert.TextEncoder;
import dev.bantam.kd.compress.LayerSpeed;
import dev.bantam.safetensors.Checkpoint;
import dev.bantam.safetensors.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bantam inspect}. */
@Command(
    name = "inspect",
    header = "List the tensors of a checkpoint, and how its layers are compressed.",
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  bantam inspect",
      "  bantam inspect model.safetensors --json",
      "  bantam inspect sentiment-int8 --kernels"
    })
final class InspectCommand extends Subcommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL_OR_FILE",
      description =
          "A model folder, a safetensors file, or org/name when fetched before;"
              + " all-MiniLM-L6-v2 without.")
  private @Nullable String model;

  @Option(
      names = "--kernels",
      description =
          "Load the model, tell how its layers are computed on this machine, and measure how fast"
              + " that is against FP32; only headers are read without.")
  private boolean kernels;

  @Option(names = "--json", description = "Print a JSON object.")
  private boolean json;

  @Override
  void run() throws IOException {
    Path path = TextEncoder.modelFolder(new Models(this).folder(model));
    boolean isModel = Files.exists(path.resolve(BertConfig.FILE));
    if (kernels && !isModel) {
      throw new BadInputException(path + ": no model to load; expected a folder for --kernels");
    }
    try (Checkpoint checkpoint = Checkpoint.open(path)) {
      Inspection inspection =
          new Inspection(
              path,
              CheckpointEntry.list(checkpoint, isModel ? layers(path) : List.of()),
              kernels ? speeds(path) : List.of());
      terminal().print(json ? inspection.json() : inspection.table());
    }
  }

  /** None if nothing can read them; the summary says so. */
  private static List<CompressedLayer> layers(Path folder) throws IOException {
    try {
      return CompressedLayer.list(folder);
    } catch (ModelFormatException _) {
      return List.of();
    }
  }

  private static List<LayerSpeed> speeds(Path folder) throws IOException {
    try (BertModel model = BertModel.load(folder)) {
      return LayerSpeed.measure(model);
    }
  }
}

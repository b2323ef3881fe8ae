package dev.bantam.kd.cli;

import dev.bantam.bert.Device;
import dev.bantam.kd.compress.Quantization;
import dev.bantam.kd.data.Example;
import dev.bantam.quant.model.QuantizationRecipe;
import dev.bantam.quant.model.Sensitivity;
import dev.bantam.safetensors.Checkpoint;
import dev.bantam.tensor.parallel.WorkerPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bantam quantize}. */
@Command(
    name = "quantize",
    header = "Make a model smaller: weights of 8 or 4 bits.",
    description = {
      "",
      "Writes a model folder that all commands take. INT8 with inputs rounded token by token is",
      "the default; it needs no data. What learns from data takes texts of --task or --data.",
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
      "  bantam quantize --model sst2-model --budget-mb 16 --task SST-2 --data glue/SST-2"
          + " --output sst2-16mb",
      "  bantam evaluate --task SST-2 --data glue/SST-2 --model sst2-int4 --compare sst2-model"
    })
final class QuantizeCommand extends Subcommand {
  @Mixin private final ModelOptions model = new ModelOptions();

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Folder for the model, made if there is none.")
  private @Nullable Path output;

  @Mixin private final QuantizationOptions recipe = new QuantizationOptions();
  @Mixin private final BudgetOptions budget = new BudgetOptions();
  @Mixin private final CalibrationData data = new CalibrationData();

  @Option(names = "--json", description = "Print a JSON object.")
  private boolean json;

  @Override
  void run() throws IOException {
    QuantizationRecipe wanted = recipe.recipe(this);
    budget.check(this, recipe);
    Path target = output;
    if (target == null && !budget.isReport()) {
      throw usage("--output is missing: the folder for the model");
    }
    if (target != null && budget.isReport()) {
      throw usage("--sensitivity writes no model; expected no --output");
    }
    Path folder = model.folder(this);
    if (target != null) {
      check(target, folder);
    }
    List<Example> samples =
        budget.isPresent() || wanted.needsCalibration() ? data.samples(this) : List.of();
    try (WorkerPool pool = model.pool(this)) {
      if (budget.isPresent()) {
        Sensitivity costs =
            quantization(wanted, pool).sensitivity(folder, BudgetOptions.schemes(wanted), samples);
        if (budget.isReport()) {
          terminal().print(json ? QuantizationReport.json(costs) : QuantizationReport.table(costs));
          return;
        }
        wanted = budget.choose(costs);
      }
      Path written = Objects.requireNonNull(target);
      var layers = quantization(wanted, pool).quantize(folder, written, samples);
      long before = weightBytes(folder);
      long after = weightBytes(written);
      terminal()
          .print(
              json
                  ? QuantizationReport.json(layers, before, after)
                  : QuantizationReport.table(layers, before, after));
    }
  }

  private static Quantization quantization(QuantizationRecipe recipe, WorkerPool pool) {
    return Quantization.of(recipe).withDevice(Device.on(pool));
  }

  private static void check(Path output, Path model) throws IOException {
    if (Files.exists(output)) {
      if (Files.isSameFile(model, output)) {
        throw new BadInputException(output + ": is the model itself; expected another folder");
      }
      if (!Files.isDirectory(output)) {
        throw new BadInputException(output + ": is not a folder");
      }
    }
  }

  /** Size of the file of the weights; of shards, that of their tensors. */
  private static long weightBytes(Path folder) throws IOException {
    Path file = folder.resolve(Checkpoint.SINGLE_FILE);
    if (Files.exists(file)) {
      return Files.size(file);
    }
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      long bytes = 0;
      for (String name : checkpoint.names()) {
        bytes += checkpoint.info(name).bytes();
      }
      return bytes;
    }
  }
}

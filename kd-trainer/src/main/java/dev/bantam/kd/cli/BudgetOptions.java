package dev.bantam.kd.cli;

import dev.bantam.quant.WeightScheme;
import dev.bantam.quant.model.QuantizationRecipe;
import dev.bantam.quant.model.Sensitivity;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Weights of each layer by what they cost. */
final class BudgetOptions {
  private static final double MEGABYTE = 1e6;

  @Option(
      names = "--sensitivity",
      description =
          "Write no model; show what INT4 in groups of 128, 64 and 32, and INT8, cost each layer:"
              + " signal to noise of its weight and of its output, and how far the model's"
              + " outputs move (KL divergence; 1 - cosine without a head).")
  private boolean sensitivity;

  @Option(
      names = "--budget-mb",
      paramLabel = "X",
      description = "Choose among these for each layer, so that all weights take X MB at most.")
  private @Nullable Double megabytes;

  @Option(
      names = "--budget-divergence",
      paramLabel = "X",
      description = "The same, so that the model's outputs move by X at most, all layers added up.")
  private @Nullable Double divergence;

  /** Whether only to show the costs. */
  boolean isReport() {
    return sensitivity;
  }

  /** Whether costs of layers are asked for. */
  boolean isPresent() {
    return sensitivity || megabytes != null || divergence != null;
  }

  /** Checks that the options fit. */
  void check(Subcommand command, QuantizationOptions recipe) {
    checkPositive(command, "--budget-mb", megabytes);
    checkPositive(command, "--budget-divergence", divergence);
    if ((sensitivity ? 1 : 0) + (megabytes == null ? 0 : 1) + (divergence == null ? 0 : 1) > 1) {
      throw command.usage("--sensitivity, --budget-mb and --budget-divergence exclude each other");
    }
    if (isPresent() && recipe.hasWeights()) {
      throw command.usage(
          (sensitivity ? "--sensitivity tries" : "a budget chooses")
              + " the weights; expected no --weights, --group-size, --embeddings or --smooth");
    }
  }

  private static void checkPositive(Subcommand command, String option, @Nullable Double value) {
    if (value != null && !(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw command.usage(option + ": expected a number above 0, got " + value);
    }
  }

  /** What to choose from. */
  static List<WeightScheme> schemes(QuantizationRecipe recipe) {
    List<WeightScheme> usual = Sensitivity.usualSchemes();
    return recipe.weights().asymmetric()
        ? usual.stream().map(WeightScheme::withZeroPoints).toList()
        : usual;
  }

  /** The recipe within the budget. */
  QuantizationRecipe choose(Sensitivity costs) throws BadInputException {
    try {
      if (megabytes != null) {
        return costs.withinBytes((long) (megabytes * MEGABYTE));
      }
      if (divergence != null) {
        return costs.withinDivergence(divergence);
      }
      throw new IllegalStateException("no budget");
    } catch (IllegalArgumentException e) {
      throw new BadInputException(String.valueOf(e.getMessage()), e);
    }
  }
}

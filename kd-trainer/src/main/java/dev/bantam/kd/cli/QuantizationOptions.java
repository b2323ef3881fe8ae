package dev.bantam.kd.cli;

import dev.bantam.quant.Granularity;
import dev.bantam.quant.WeightScheme;
import dev.bantam.quant.WeightType;
import dev.bantam.quant.model.QuantizationRecipe;
import dev.bantam.quant.model.QuantizationRecipe.Input;
import dev.bantam.quant.model.QuantizationRecipe.Method;
import dev.bantam.quant.model.RangeChoice;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How to quantize. */
final class QuantizationOptions {
  @Option(
      names = "--weights",
      paramLabel = "TYPE",
      description = "${COMPLETION-CANDIDATES}; INT8 without.")
  private @Nullable WeightType weights;

  @Option(
      names = "--group-size",
      paramLabel = "N",
      description =
          "Columns that share a scale; channel for a scale an output, tensor for one alone. 32 for"
              + " types of 4 bits, channel for others.")
  private @Nullable String groupSize;

  @Option(names = "--asymmetric", description = "Give integer weights zero points.")
  private boolean asymmetric;

  @Option(
      names = "--inputs",
      paramLabel = "KIND",
      description =
          "How inputs of layers are rounded to 8 bits: dynamic (each token by itself), static (by"
              + " ranges from data), or float (not at all). dynamic for int8, float for others.")
  private @Nullable Input inputs;

  @Option(
      names = "--range",
      paramLabel = "RULE",
      description = "For static inputs: ${COMPLETION-CANDIDATES}; the best for each layer without.")
  private @Nullable RangeChoice range;

  @Option(
      names = "--embeddings",
      paramLabel = "TYPE",
      description = "A type as of --weights, or float; as the weights without.")
  private @Nullable String embeddings;

  @Option(
      names = "--method",
      paramLabel = "NAME",
      description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE}.")
  private Method method = Method.ROUND;

  @Option(
      names = "--smooth",
      description = "Move outliers of inputs into weights first (SmoothQuant).")
  private boolean smooth;

  @Option(names = "--correct-bias", description = "Take the mean error out of biases.")
  private boolean correctBias;

  /** Whether it was said what weights become, all of them alike. */
  boolean hasWeights() {
    return weights != null || groupSize != null || embeddings != null || smooth;
  }

  /** The recipe. */
  QuantizationRecipe recipe(Subcommand command) {
    try {
      WeightType type = weights == null ? WeightType.INT8 : weights;
      QuantizationRecipe usual = QuantizationRecipe.of(type);
      WeightScheme scheme =
          groupSize == null
              ? usual.weights()
              : WeightScheme.of(type, granularity(command, groupSize));
      return usual
          .withWeights(asymmetric ? scheme.withZeroPoints() : scheme)
          .withInput(inputs)
          .withRange(range)
          .withTables(tables(command, usual))
          .withMethod(method)
          .withSmoothing(smooth)
          .withBiasCorrection(correctBias);
    } catch (IllegalArgumentException e) {
      throw command.usage(String.valueOf(e.getMessage()));
    }
  }

  static Granularity granularity(Subcommand command, String groupSize) {
    return switch (groupSize.toLowerCase(Locale.ROOT)) {
      case "channel" -> Granularity.perChannel();
      case "tensor" -> Granularity.perTensor();
      case String size -> {
        try {
          yield Granularity.perGroup(Integer.parseInt(size));
        } catch (IllegalArgumentException e) {
          throw command.usage(
              "--group-size: expected a number from 1, channel or tensor, got '" + size + "'");
        }
      }
    };
  }

  private @Nullable WeightScheme tables(Subcommand command, QuantizationRecipe usual) {
    if (embeddings == null) {
      return usual.tables();
    }
    if (embeddings.equalsIgnoreCase("float")) {
      return null;
    }
    try {
      WeightType type = WeightType.valueOf(embeddings.toUpperCase(Locale.ROOT));
      return QuantizationRecipe.of(type).tables();
    } catch (IllegalArgumentException e) {
      throw command.usage(
          "--embeddings: expected float or one of int8, int4, nf4, fp8_e4m3, fp8_e5m2, got '"
              + embeddings
              + "'");
    }
  }
}

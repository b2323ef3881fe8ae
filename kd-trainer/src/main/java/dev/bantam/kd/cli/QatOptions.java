package dev.bantam.kd.cli;

import dev.bantam.kd.train.Trainer;
import dev.bantam.quant.Granularity;
import dev.bantam.quant.WeightScheme;
import dev.bantam.quant.WeightType;
import dev.bantam.quant.model.QuantizationAwareTraining;
import dev.bantam.quant.model.QuantizationRecipe;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether, and how, a model is trained for its quantized form. */
final class QatOptions {
  @Option(
      names = "--quantize",
      paramLabel = "TYPE",
      description = "Train for weights of int8 or int4, and write the quantized model.")
  private @Nullable WeightType weights;

  @Option(
      names = "--group-size",
      paramLabel = "N",
      description = "With --quantize: columns that share a scale, or channel; as for quantize.")
  private @Nullable String groupSize;

  @Option(
      names = "--inputs",
      paramLabel = "KIND",
      description = "With --quantize: dynamic, static or float; as for quantize.")
  private QuantizationRecipe.@Nullable Input inputs;

  @Option(
      names = "--learn-steps",
      description = "With --quantize: train the scales too (LSQ); they follow the weights without.")
  private boolean learnSteps;

  /** What is done to the model before it is trained. */
  Trainer.Preparation preparation(Subcommand command) {
    if (weights == null) {
      if (groupSize != null || inputs != null || learnSteps) {
        throw command.usage("--group-size, --inputs and --learn-steps are for --quantize TYPE");
      }
      return Trainer.Preparation.none();
    }
    QuantizationRecipe usual = QuantizationRecipe.of(weights);
    try {
      WeightScheme scheme =
          groupSize == null
              ? usual.weights()
              : WeightScheme.of(weights, QuantizationOptions.granularity(command, groupSize));
      if (scheme.granularity() instanceof Granularity.PerTensor) {
        throw command.usage("--group-size: expected a number from 1, or channel, for training");
      }
      QuantizationAwareTraining training =
          QuantizationAwareTraining.of(usual.withWeights(scheme).withInput(inputs))
              .withLearnedSteps(learnSteps);
      return new Trainer.Preparation(
          "%s, input %s, tables %s, learned steps %s"
              .formatted(
                  scheme, training.recipe().input(scheme), training.recipe().tables(), learnSteps),
          training::prepare);
    } catch (IllegalArgumentException e) {
      throw command.usage(String.valueOf(e.getMessage()));
    }
  }
}

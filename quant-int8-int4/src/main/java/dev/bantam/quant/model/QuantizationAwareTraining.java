package dev.bantam.quant.model;

import dev.bantam.nn.Linear;
import dev.bantam.nn.NnModule;
import dev.bantam.nn.Parameter;
import dev.bantam.quant.InputQuantization;
import dev.bantam.quant.WeightScheme;

/**
 * Prepares a model to be trained for its quantized form: every table and linear layer computes with
 * what it will be, and is saved as that; what is trained are the floats behind it (Jacob et al.
 * 2018, "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
 * Inference"). It starts best from a model that was fine-tuned in floats.
 *
 * @param recipe schemes of weights, inputs and tables; its method must be to round
 * @param learnedSteps whether the scales of linear layers are trained too (LSQ), or follow the
 *     weights
 * @param observedSteps steps after which the ranges of static inputs are frozen
 */
public record QuantizationAwareTraining(
    QuantizationRecipe recipe, boolean learnedSteps, int observedSteps) {
  private static final int OBSERVED_STEPS = 500;

  /** Checks that training can do what the recipe says. */
  public QuantizationAwareTraining {
    if (recipe.needsStatistics()) {
      throw new IllegalArgumentException(
          "quantization-aware training: methods for after training do not go with it");
    }
    if (!recipe.weights().type().isInteger() || recipe.weights().asymmetric()) {
      throw new IllegalArgumentException(
          "quantization-aware training: expected symmetric int8 or int4 weights, got "
              + recipe.weights().type().id());
    }
  }

  /** With scales that follow the weights. */
  public static QuantizationAwareTraining of(QuantizationRecipe recipe) {
    return new QuantizationAwareTraining(recipe, false, OBSERVED_STEPS);
  }

  /** This with scales of linear layers that are trained, or follow the weights. */
  public QuantizationAwareTraining withLearnedSteps(boolean learned) {
    return new QuantizationAwareTraining(recipe, learned, observedSteps);
  }

  /**
   * Adds the parametrizations.
   *
   * @param model whose parameters are trained
   */
  public void prepare(NnModule model) {
    ModelLayers layers = new ModelLayers(model, recipe.excluded(), () -> {});
    layers.linears.forEach(this::prepare);
    layers.tables.forEach(
        (name, weight) ->
            recipe
                .tableScheme(name)
                .ifPresent(scheme -> weight.parametrize(FakeQuantizer.following(scheme))));
  }

  private void prepare(String name, Linear linear) {
    Parameter weight = ModelLayers.weight(linear);
    WeightScheme scheme = recipe.scheme(name);
    weight.parametrize(
        learnedSteps
            ? FakeQuantizer.learned(scheme, weight.value())
            : FakeQuantizer.following(scheme));
    switch (recipe.inputOf(name)) {
      case FLOAT -> {
        // nothing to round
      }
      case DYNAMIC -> linear.parametrizeInput(new InputQuantizer(new InputQuantization.Dynamic()));
      case STATIC -> linear.parametrizeInput(InputQuantizer.observing(observedSteps));
    }
  }
}

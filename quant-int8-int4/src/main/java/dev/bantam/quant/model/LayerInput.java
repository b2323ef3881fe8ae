package dev.bantam.quant.model;

import dev.bantam.nn.Linear;
import dev.bantam.nn.Parametrization;
import dev.bantam.quant.InputQuantization;
import org.jspecify.annotations.Nullable;

/**
 * How a layer with a quantized weight sees its input.
 *
 * @param smoothing [inputs], with which each row is multiplied first; null for none
 * @param rounding how the row is rounded then
 */
record LayerInput(float @Nullable [] smoothing, InputQuantization rounding) {

  /** What the parametrizations of the input of a layer amount to; null for a table. */
  static @Nullable LayerInput of(@Nullable Linear layer) {
    if (layer == null) {
      return null;
    }
    float[] smoothing = null;
    InputQuantization rounding = new InputQuantization.None();
    for (Parametrization p : layer.input()) {
      switch (p) {
        case InputSmoothing s -> smoothing = s.factors();
        case InputQuantizer q -> rounding = q.rounding();
        default -> {
          // does not change what the layer sees: an observer
        }
      }
    }
    return new LayerInput(smoothing, rounding);
  }
}

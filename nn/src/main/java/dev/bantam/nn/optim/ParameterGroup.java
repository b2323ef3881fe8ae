package dev.bantam.nn.optim;

import dev.bantam.nn.NnModule;
import dev.bantam.nn.Parameter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Parameters that an optimizer treats alike.
 *
 * @param parameters by name
 * @param weightDecay λ, at least 0
 * @param lrFactor factor on the learning rate, at least 0
 */
public record ParameterGroup(
    SequencedMap<String, Parameter> parameters, double weightDecay, double lrFactor) {

  /** Checks and copies. */
  public ParameterGroup {
    if (!(weightDecay >= 0 && lrFactor >= 0)) {
      throw new IllegalArgumentException(
          "parameter group: expected weightDecay and lrFactor of at least 0, got %s and %s"
              .formatted(weightDecay, lrFactor));
    }
    parameters = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(parameters));
  }

  /**
   * Parameters under the learning rate as it is.
   *
   * @param parameters by name
   * @param weightDecay λ, at least 0
   */
  public ParameterGroup(Map<String, Parameter> parameters, double weightDecay) {
    this(new LinkedHashMap<>(parameters), weightDecay, 1);
  }

  /**
   * Two groups: with decay the matrices that a model multiplies by or looks rows up in; without,
   * all else. That is biases and the vectors of LayerNorm, and what {@linkplain
   * dev.bantam.nn.Parametrization parametrizations} own, of any shape: a score or a step size has
   * no reason to be small.
   *
   * @param parameters by name, as from {@link dev.bantam.nn.NnModule#namedParameters}
   * @param weightDecay λ of the matrices
   */
  public static List<ParameterGroup> withoutDecayForBiasAndNorm(
      Map<String, Parameter> parameters, double weightDecay) {
    SequencedMap<String, Parameter> matrices = new LinkedHashMap<>();
    SequencedMap<String, Parameter> others = new LinkedHashMap<>();
    parameters.forEach(
        (name, p) -> {
          boolean isMatrix = p.value().shape().rank() > 1 && !NnModule.isInParametrization(name);
          (isMatrix ? matrices : others).put(name, p);
        });
    return List.of(new ParameterGroup(matrices, weightDecay), new ParameterGroup(others, 0));
  }
}

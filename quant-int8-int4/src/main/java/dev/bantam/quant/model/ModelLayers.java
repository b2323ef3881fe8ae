package dev.bantam.quant.model;

import dev.bantam.nn.Embedding;
import dev.bantam.nn.Linear;
import dev.bantam.nn.NnModule;
import dev.bantam.nn.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The layers and tables of a model that are to be quantized, and samples to run through it. */
final class ModelLayers {
  /** Memory of what is learned of inputs in one run of the model; more layers take more runs. */
  private static final long STATISTICS_BYTES = 512L << 20;

  /** Linear layers, by their names. */
  final SequencedMap<String, Linear> linears = new LinkedHashMap<>();

  /** Weights of tables, by the names of the tables. */
  final SequencedMap<String, Parameter> tables = new LinkedHashMap<>();

  private final Runnable calibration;

  /**
   * Those of a model.
   *
   * @param model whose parameters can be trained
   * @param excluded layers to leave out, by their names
   * @param calibration runs the model over samples
   */
  ModelLayers(NnModule model, Predicate<String> excluded, Runnable calibration) {
    this.calibration = calibration;
    model
        .namedModules()
        .forEach(
            (name, module) -> {
              if (!excluded.test(name)) {
                take(name, module);
              }
            });
  }

  private void take(String name, NnModule module) {
    if (module instanceof Linear linear && linear.weight().isPresent()) {
      linears.put(name, linear);
    } else if (module instanceof Embedding table) {
      table.weight().ifPresent(weight -> tables.put(name, weight));
    }
  }

  /** The weight of a linear layer. */
  static Parameter weight(Linear linear) {
    return linear.weight().orElseThrow();
  }

  /**
   * Learns what the inputs of the linear layers are like.
   *
   * @param known told of layers that read the same input, when all samples were seen; layers that
   *     no sample reaches are in no group
   */
  void learnInputs(Consumer<InputGroup> known) {
    List<InputGroup> part = new ArrayList<>();
    for (List<String> names : InputGroup.find(this)) {
      part.add(new InputGroup(names, linears));
      if (part.stream().mapToLong(InputGroup::bytes).sum() >= STATISTICS_BYTES) {
        learn(part);
        part.forEach(known);
        part.clear();
      }
    }
    if (!part.isEmpty()) {
      learn(part);
      part.forEach(known);
    }
  }

  private void learn(List<InputGroup> groups) {
    groups.forEach(group -> group.layers.firstEntry().getValue().observeInput(group::observe));
    run();
  }

  /** Runs the model over the samples, then takes all observers away. */
  void run() {
    try {
      calibration.run();
    } finally {
      linears.values().forEach(linear -> linear.observeInput(null));
    }
  }
}

package dev.bantam.nn.optim;

import dev.bantam.nn.Parameter;
import dev.bantam.nn.StateDict;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiFunction;

/** An optimizer that changes each element by its own gradient: all elements at once. */
abstract class ElementwiseOptimizer implements Optimizer {
  private final SequencedMap<String, Parameter> parameters = new LinkedHashMap<>();
  private final SequencedMap<String, ParameterUpdate> updates = new LinkedHashMap<>();

  /**
   * An optimizer.
   *
   * @param groups what it changes; parameters that are not trained are left out
   * @param update what it remembers of a parameter of a group
   */
  ElementwiseOptimizer(
      List<ParameterGroup> groups, BiFunction<Parameter, ParameterGroup, ParameterUpdate> update) {
    Set<Parameter> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (ParameterGroup group : groups) {
      group
          .parameters()
          .forEach(
              (name, p) -> {
                if (!p.isTrained()) {
                  return;
                }
                if (!seen.add(p) || parameters.putIfAbsent(name, p) != null) {
                  throw new IllegalArgumentException(
                      "optimizer: parameter '" + name + "' is there twice");
                }
                updates.put(name, update.apply(p, group));
              });
    }
  }

  @Override
  public final SequencedMap<String, Parameter> parameters() {
    return Collections.unmodifiableSequencedMap(parameters);
  }

  @Override
  public final void step(Workspace ws, double lr, double gradientScale) {
    List<ParameterUpdate> due =
        updates.values().stream().filter(u -> u.parameter.value().hasGrad()).toList();
    due.forEach(u -> u.begin(lr, gradientScale));
    new Spans(due.stream().map(u -> u.parameter.value()).toList())
        .run(ws, (_, i, from, n) -> due.get(i).run(ws.kernels(), from, n));
  }

  @Override
  public final SequencedMap<String, Tensor> state() {
    SequencedMap<String, Tensor> all = new LinkedHashMap<>();
    updates.forEach((name, u) -> u.state().forEach((key, x) -> all.put(name + "." + key, x)));
    return Collections.unmodifiableSequencedMap(all);
  }

  @Override
  public final void restore(Map<String, Tensor> state) {
    StateDict.copy("optimizer", state, state());
    updates.values().forEach(ParameterUpdate::restored);
  }
}

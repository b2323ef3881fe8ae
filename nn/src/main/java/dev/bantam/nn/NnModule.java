package dev.bantam.nn;

import dev.bantam.tensor.Tensor;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * A part of a network: it owns weights, or other parts that do. A subclass registers its parts
 * under the names they have in a checkpoint, and adds a {@code forward} of its own.
 */
public abstract class NnModule {
  private static final String PARAMETRIZATIONS = "parametrizations.";

  private final SequencedMap<String, NnModule> children = new LinkedHashMap<>();
  private final SequencedMap<String, Parameter> parameters = new LinkedHashMap<>();

  /** A module without parts. */
  protected NnModule() {}

  /**
   * Makes a module a part of this one.
   *
   * @param name its name in here, {@code "query"} or {@code "layer.3"}
   * @param part the module
   * @return the part
   */
  protected final <M extends NnModule> M register(String name, M part) {
    if (children.putIfAbsent(name, part) != null) {
      throw new IllegalArgumentException("module: there are two parts named '" + name + "'");
    }
    return part;
  }

  /**
   * Makes a parameter one of this module's own.
   *
   * @param name its name in here, {@code "weight"}
   * @param parameter the parameter
   * @return the parameter
   */
  protected final Parameter register(String name, Parameter parameter) {
    if (parameters.putIfAbsent(name, parameter) != null) {
      throw new IllegalArgumentException("module: there are two parameters named '" + name + "'");
    }
    return parameter;
  }

  /**
   * All parts and their parts, depth first, by their names from here: {@code
   * "encoder.layer.3.output.dense"}. Without this module itself, and with the parametrizations of
   * parameters: {@code "encoder.layer.3.output.dense.parametrizations.weight.0"}. A part with two
   * names is there under the first.
   */
  public final SequencedMap<String, NnModule> namedModules() {
    SequencedMap<String, NnModule> all = new LinkedHashMap<>();
    collect("", all, Collections.newSetFromMap(new IdentityHashMap<>()));
    return Collections.unmodifiableSequencedMap(all);
  }

  private void collect(String prefix, SequencedMap<String, NnModule> all, Set<NnModule> seen) {
    parts()
        .forEach(
            (name, part) -> {
              if (seen.add(part)) {
                all.put(prefix + name, part);
                part.collect(prefix + name + ".", all, seen);
              }
            });
  }

  /** The parametrizations of this module's own parameters, then its children. */
  private SequencedMap<String, NnModule> parts() {
    SequencedMap<String, NnModule> parts = new LinkedHashMap<>();
    parameters.forEach((name, parameter) -> parts.putAll(parametrizations(name, parameter)));
    parts.putAll(children);
    return parts;
  }

  private static SequencedMap<String, NnModule> parametrizations(String name, Parameter parameter) {
    SequencedMap<String, NnModule> named = new LinkedHashMap<>();
    for (Parametrization p : parameter.parametrizations()) {
      named.put(PARAMETRIZATIONS + name + "." + named.size(), p);
    }
    return named;
  }

  /**
   * The parameters of this module and of all its parts, by their names from here, which are those
   * of a checkpoint: {@code "encoder.layer.3.output.dense.weight"}. A parameter with two names is
   * there under the first.
   */
  public final SequencedMap<String, Parameter> namedParameters() {
    SequencedMap<String, Parameter> all = new LinkedHashMap<>();
    collectParameters("", all, Collections.newSetFromMap(new IdentityHashMap<>()));
    return Collections.unmodifiableSequencedMap(all);
  }

  private void collectParameters(
      String prefix, SequencedMap<String, Parameter> all, Set<Parameter> seen) {
    parameters.forEach(
        (name, parameter) -> {
          if (seen.add(parameter)) {
            all.put(prefix + name, parameter);
          }
          parametrizations(name, parameter)
              .forEach((path, p) -> p.collectParameters(prefix + path + ".", all, seen));
        });
    children.forEach((name, part) -> part.collectParameters(prefix + name + ".", all, seen));
  }

  /**
   * Whether the parameter or the module of a name is of a parametrization, not of the model that it
   * was put on.
   *
   * @param name as {@link #namedParameters} and {@link #namedModules} have it
   */
  public static boolean isInParametrization(String name) {
    return name.startsWith(PARAMETRIZATIONS) || name.contains("." + PARAMETRIZATIONS);
  }

  /**
   * The elements of all {@linkplain #namedParameters parameters}, by their names. The tensors share
   * them, so what is written to one is written to the parameter.
   */
  public final SequencedMap<String, Tensor> stateDict() {
    SequencedMap<String, Tensor> state = new LinkedHashMap<>();
    namedParameters().forEach((name, p) -> state.put(name, p.value().detach()));
    return Collections.unmodifiableSequencedMap(state);
  }

  /**
   * Takes back what {@link #stateDict} gave.
   *
   * @param state copied
   * @throws IllegalArgumentException if names or shapes differ; it lists them, and nothing is
   *     changed
   */
  public final void loadStateDict(Map<String, Tensor> state) {
    StateDict.copy(getClass().getSimpleName(), state, stateDict());
  }

  /**
   * Memory of the weights of this module and its parts, in bytes, those of parametrizations and
   * mapped files included.
   */
  public long bytes() {
    long own = parameters.values().stream().mapToLong(Parameter::bytes).sum();
    return own + children.values().stream().mapToLong(NnModule::bytes).sum();
  }
}

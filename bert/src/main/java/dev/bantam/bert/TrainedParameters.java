package dev.bantam.bert;

import dev.bantam.nn.Initializers;
import dev.bantam.nn.Parameter;
import dev.bantam.safetensors.Checkpoint;
import dev.bantam.safetensors.ModelFormatException;
import dev.bantam.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The parameters of a model that is trained: copied from a checkpoint, or, where a head is new,
 * drawn at random as BERT's were: matrices from a normal distribution with deviation 0.02 (Devlin
 * et al. 2018). May be used by several threads; one name gives one parameter.
 */
final class TrainedParameters {
  private static final double DEVIATION = 0.02;

  /** What may be missing in a checkpoint, or be of another size: the heads. */
  private static final Pattern HEADS =
      Pattern.compile(
          "(bert\\.)?(pooler|classifier|pre_classifier|cls\\.predictions|vocab_\\w+)\\..*");

  private final Checkpoint checkpoint;
  private final long seed;
  private final Map<String, Parameter> parameters = new ConcurrentHashMap<>();
  private final Set<String> drawn = new ConcurrentSkipListSet<>();

  TrainedParameters(Checkpoint checkpoint, long seed) {
    this.checkpoint = checkpoint;
    this.seed = seed;
  }

  /** Names of the tensors that are not from the checkpoint, sorted. */
  List<String> drawn() {
    return List.copyOf(drawn);
  }

  Parameter matrix(String name, int rows, int cols) throws ModelFormatException {
    // each has randomness of its own, so that it does not matter which is asked for first
    SplittableRandom random = new SplittableRandom(seed + name.hashCode());
    return get(name, x -> Initializers.normal(x, DEVIATION, random), rows, cols);
  }

  Parameter zeros(String name, int size) throws ModelFormatException {
    return get(name, _ -> {}, size);
  }

  Parameter ones(String name, int size) throws ModelFormatException {
    return get(name, x -> Arrays.fill(x.data(), 1), size);
  }

  private Parameter get(String name, Consumer<Tensor> initializer, int... dims)
      throws ModelFormatException {
    Parameter known = parameters.get(name);
    if (known != null) {
      return known;
    }
    Tensor x;
    if (HEADS.matcher(name).matches() && !fits(name, dims)) {
      x = Tensor.zeros(dims);
      initializer.accept(x);
      drawn.add(name);
    } else {
      x = Tensor.wrap(checkpoint.weights().get(name, longs(dims)), dims);
    }
    Parameter parameter = Parameter.trained(x);
    parameters.put(name, parameter);
    return parameter;
  }

  private boolean fits(String name, int[] dims) throws ModelFormatException {
    return checkpoint.contains(name)
        && checkpoint.info(name).shape().equals(Arrays.stream(longs(dims)).boxed().toList());
  }

  private static long[] longs(int[] dims) {
    return Arrays.stream(dims).asLongStream().toArray();
  }
}

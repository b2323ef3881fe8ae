package dev.bantam.quant.model;

import dev.bantam.quant.Granularity;
import dev.bantam.quant.WeightScheme;
import dev.bantam.quant.WeightType;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a model is quantized.
 *
 * @param weights how the weights of linear layers are rounded
 * @param input how their inputs are rounded; null for the usual way: token by token where weights
 *     are INT8, not at all otherwise
 * @param range how the range of a static input is found; null for the way that costs least
 * @param tables how embeddings are rounded; null to leave them as they are
 * @param method how codes are chosen
 * @param smooth whether outliers of an input are moved into the weight first (SmoothQuant)
 * @param correctBias whether the mean of the error is taken out of the bias
 * @param layers how layers and embeddings of these names are rounded instead
 * @param excluded layers that stay as they are, by their names in the model
 */
public record QuantizationRecipe(
    WeightScheme weights,
    @Nullable Input input,
    @Nullable RangeChoice range,
    @Nullable WeightScheme tables,
    Method method,
    boolean smooth,
    boolean correctBias,
    Map<String, WeightScheme> layers,
    Predicate<String> excluded) {

  /** How the inputs of linear layers are rounded. */
  public enum Input {
    /** Not at all. */
    FLOAT,
    /** To 8 bits, each token by itself. */
    DYNAMIC,
    /** To 8 bits, by a range that calibration finds. */
    STATIC
  }

  /** How codes are chosen. */
  public enum Method {
    /** To the nearest. */
    ROUND,
    /**
     * One column after the other, each making good the error so far (Frantar et al. 2022), on
     * ranges of least squared error: what is clipped is made good as well.
     */
    GPTQ,
    /** To the nearest, after the columns that matter were made larger (Lin et al. 2023). */
    AWQ
  }

  /** Columns that share a scale where elements have 4 bits. */
  public static final int DEFAULT_GROUP_SIZE = 32;

  /** Heads for classes and words are not quantized by default: their outputs are results. */
  private static boolean isHead(String name) {
    return name.startsWith("classifier") || name.startsWith("cls.");
  }

  /**
   * The usual recipe for a type of weights: scales per channel, or per group of 32 where elements
   * have 4 bits; inputs of 8 bits, each token by itself, where weights are INT8, floats otherwise;
   * embeddings as weights; heads as they are.
   */
  public static QuantizationRecipe of(WeightType type) {
    Granularity granularity =
        type.bits() == 8 ? Granularity.perChannel() : Granularity.perGroup(DEFAULT_GROUP_SIZE);
    WeightScheme scheme = WeightScheme.of(type, granularity);
    return new QuantizationRecipe(
        scheme,
        null,
        null,
        scheme,
        Method.ROUND,
        false,
        false,
        Map.of(),
        QuantizationRecipe::isHead);
  }

  /** Checks that the parts go together. */
  public QuantizationRecipe {
    layers = Map.copyOf(layers);
    if (input != null && input != Input.FLOAT && !weights.type().isInteger()) {
      throw new IllegalArgumentException(
          "quantization: weights of type %s are multiplied with floats; expected input float"
              .formatted(weights.type().id()));
    }
    if (range != null && input != Input.STATIC) {
      throw new IllegalArgumentException("quantization: a range is for inputs that are static");
    }
    if (smooth && (method != Method.ROUND || input(input, weights) == Input.FLOAT)) {
      throw new IllegalArgumentException(
          "quantization: smoothing is for inputs that are rounded, and weights rounded to nearest");
    }
    if (smooth && !layers.isEmpty()) {
      throw new IllegalArgumentException(
          "quantization: smoothing takes all layers alike; expected no others");
    }
  }

  private static Input input(@Nullable Input wanted, WeightScheme weights) {
    if (wanted != null) {
      return wanted;
    }
    return weights.type() == WeightType.INT8 ? Input.DYNAMIC : Input.FLOAT;
  }

  /** How the input of a layer is rounded whose weight is rounded so. */
  public Input input(WeightScheme weights) {
    return input(input, weights);
  }

  /** How the input of a linear layer is rounded. */
  public Input inputOf(String layer) {
    return input(scheme(layer));
  }

  /** How the weight of a linear layer is rounded. */
  public WeightScheme scheme(String layer) {
    return layers.getOrDefault(layer, weights);
  }

  /** How an embedding is rounded; empty to leave it as it is. */
  public Optional<WeightScheme> tableScheme(String table) {
    WeightScheme own = layers.get(table);
    return Optional.ofNullable(own == null ? tables : own);
  }

  /** Whether calibration has to show inputs of layers. */
  public boolean needsCalibration() {
    return input == Input.STATIC || needsStatistics();
  }

  /** Whether codes depend on the inputs of layers. */
  boolean needsStatistics() {
    return method != Method.ROUND || smooth || correctBias;
  }

  /** This with other weights. */
  public QuantizationRecipe withWeights(WeightScheme weights) {
    return new QuantizationRecipe(
        weights, input, range, tables, method, smooth, correctBias, layers, excluded);
  }

  /** This with inputs rounded otherwise; null for the usual way. */
  public QuantizationRecipe withInput(@Nullable Input input) {
    return new QuantizationRecipe(
        weights, input, range, tables, method, smooth, correctBias, layers, excluded);
  }

  /** This with ranges of static inputs found otherwise; null for the way that costs least. */
  public QuantizationRecipe withRange(@Nullable RangeChoice range) {
    return new QuantizationRecipe(
        weights, input, range, tables, method, smooth, correctBias, layers, excluded);
  }

  /** This with embeddings rounded otherwise, or left as they are. */
  public QuantizationRecipe withTables(@Nullable WeightScheme tables) {
    return new QuantizationRecipe(
        weights, input, range, tables, method, smooth, correctBias, layers, excluded);
  }

  /** This with codes chosen otherwise. */
  public QuantizationRecipe withMethod(Method method) {
    return new QuantizationRecipe(
        weights, input, range, tables, method, smooth, correctBias, layers, excluded);
  }

  /** This with outliers of inputs moved into weights, or not. */
  public QuantizationRecipe withSmoothing(boolean smooth) {
    return new QuantizationRecipe(
        weights, input, range, tables, method, smooth, correctBias, layers, excluded);
  }

  /** This with the mean of the error taken out of biases, or not. */
  public QuantizationRecipe withBiasCorrection(boolean correctBias) {
    return new QuantizationRecipe(
        weights, input, range, tables, method, smooth, correctBias, layers, excluded);
  }

  /** This with some layers and embeddings rounded otherwise, by their names in the model. */
  public QuantizationRecipe withLayers(Map<String, WeightScheme> layers) {
    return new QuantizationRecipe(
        weights, input, range, tables, method, smooth, correctBias, layers, excluded);
  }

  /** This with other layers left as they are, by their names in the model. */
  public QuantizationRecipe withExcluded(Predicate<String> excluded) {
    return new QuantizationRecipe(
        weights, input, range, tables, method, smooth, correctBias, layers, excluded);
  }
}

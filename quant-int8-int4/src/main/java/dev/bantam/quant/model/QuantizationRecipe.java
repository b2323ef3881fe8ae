package dev.bantam.quant.model;

import dev.bantam.quant.Granularity;
import dev.bantam.quant.WeightScheme;
import dev.bantam.quant.WeightType;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a model is quantized.
 *
 * @param weights how the weights of linear layers are rounded
 * @param input how their inputs are rounded
 * @param range how the range of a static input is found; null for the way that costs least
 * @param tables how embeddings are rounded; null to leave them as they are
 * @param method how codes are chosen
 * @param smooth whether outliers of an input are moved into the weight first (SmoothQuant)
 * @param correctBias whether the mean of the error is taken out of the bias
 * @param excluded layers that stay as they are, by their names in the model
 */
public record QuantizationRecipe(
    WeightScheme weights,
    Input input,
    @Nullable RangeChoice range,
    @Nullable WeightScheme tables,
    Method method,
    boolean smooth,
    boolean correctBias,
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
    /** One column after the other, each making good the error so far (Frantar et al. 2022). */
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
        type == WeightType.INT8 ? Input.DYNAMIC : Input.FLOAT,
        null,
        scheme,
        Method.ROUND,
        false,
        false,
        QuantizationRecipe::isHead);
  }

  /** Checks that the parts go together. */
  public QuantizationRecipe {
    if (smooth && (method != Method.ROUND || input == Input.FLOAT)) {
      throw new IllegalArgumentException(
          "quantization: smoothing is for inputs that are rounded, and weights rounded to nearest");
    }
    if (input != Input.FLOAT && !weights.type().isInteger()) {
      throw new IllegalArgumentException(
          "quantization: weights of type %s are multiplied with floats; expected input float"
              .formatted(weights.type().id()));
    }
  }

  /** How embeddings are rounded; empty to leave them as they are. */
  public Optional<WeightScheme> tableScheme() {
    return Optional.ofNullable(tables);
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
        weights, input, range, tables, method, smooth, correctBias, excluded);
  }

  /** This with inputs rounded otherwise. */
  public QuantizationRecipe withInput(Input input) {
    return new QuantizationRecipe(
        weights, input, range, tables, method, smooth, correctBias, excluded);
  }

  /** This with ranges of static inputs found otherwise; null for the way that costs least. */
  public QuantizationRecipe withRange(@Nullable RangeChoice range) {
    return new QuantizationRecipe(
        weights, input, range, tables, method, smooth, correctBias, excluded);
  }

  /** This with embeddings rounded otherwise, or left as they are. */
  public QuantizationRecipe withTables(@Nullable WeightScheme tables) {
    return new QuantizationRecipe(
        weights, input, range, tables, method, smooth, correctBias, excluded);
  }

  /** This with codes chosen otherwise. */
  public QuantizationRecipe withMethod(Method method) {
    return new QuantizationRecipe(
        weights, input, range, tables, method, smooth, correctBias, excluded);
  }

  /** This with outliers of inputs moved into weights, or not. */
  public QuantizationRecipe withSmoothing(boolean smooth) {
    return new QuantizationRecipe(
        weights, input, range, tables, method, smooth, correctBias, excluded);
  }

  /** This with the mean of the error taken out of biases, or not. */
  public QuantizationRecipe withBiasCorrection(boolean correctBias) {
    return new QuantizationRecipe(
        weights, input, range, tables, method, smooth, correctBias, excluded);
  }

  /** This with other layers left as they are, by their names in the model. */
  public QuantizationRecipe withExcluded(Predicate<String> excluded) {
    return new QuantizationRecipe(
        weights, input, range, tables, method, smooth, correctBias, excluded);
  }
}

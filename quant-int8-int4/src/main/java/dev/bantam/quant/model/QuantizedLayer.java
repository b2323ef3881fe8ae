package dev.bantam.quant.model;

import dev.bantam.nn.Linear;
import dev.bantam.nn.StoredWeight;
import dev.bantam.quant.QuantizedMatrix;
import dev.bantam.quant.WeightScheme;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of one layer.
 *
 * @param name its name in the model
 * @param scheme what it became, for people: {@code "int4 group 32, input float"}
 * @param elements of its weight
 * @param bytes of its weight on disk: codes, scales and zero points
 * @param sqnrDb signal to quantization noise of the weight, in decibels
 * @param rangeSqnrDb of a static input, signal to noise of the layer's output in decibels by each
 *     rule that was tried to find the range; the one of least noise was taken. Otherwise empty
 */
public record QuantizedLayer(
    String name,
    String scheme,
    long elements,
    long bytes,
    double sqnrDb,
    Map<RangeChoice, Double> rangeSqnrDb) {

  static QuantizedLayer of(
      String name,
      QuantizedWeight weight,
      @Nullable Linear layer,
      Map<RangeChoice, Double> rangeSqnrDb) {
    return of(
        name, weight.matrix(), weight.scheme(), LayerInput.of(layer), weight.sqnrDb(), rangeSqnrDb);
  }

  static QuantizedLayer of(
      String name,
      QuantizedMatrix matrix,
      WeightScheme scheme,
      @Nullable LayerInput layer,
      double sqnrDb,
      Map<RangeChoice, Double> rangeSqnrDb) {
    StoredWeight stored = QuantizedFormat.store(matrix, scheme, layer, sqnrDb);
    return new QuantizedLayer(
        name,
        new QuantizedFormat().describe(stored.scheme()),
        (long) matrix.rows() * matrix.columns(),
        stored.tensors().stream().mapToLong(part -> part.data().length).sum(),
        sqnrDb,
        rangeSqnrDb);
  }
}

package dev.bantam.quant.model;

import dev.bantam.nn.Linear;
import dev.bantam.nn.StoredWeight;
import dev.bantam.quant.Granularity;
import dev.bantam.quant.QuantizedMatrix;
import org.jspecify.annotations.Nullable;

/**
 * What became of one layer.
 *
 * @param name its name in the model
 * @param scheme what it became, for people: {@code "int4 group 32, input float"}
 * @param elements of its weight
 * @param bytes of its weight on disk: codes, scales and zero points
 * @param sqnrDb signal to quantization noise of the weight, in decibels
 */
public record QuantizedLayer(String name, String scheme, long elements, long bytes, double sqnrDb) {

  static QuantizedLayer of(String name, QuantizedWeight weight, @Nullable Linear layer) {
    QuantizedMatrix matrix = weight.matrix();
    StoredWeight stored = QuantizedFormat.store(weight, layer);
    String grids =
        switch (weight.scheme().granularity()) {
          case Granularity.PerTensor _ -> "per tensor";
          case Granularity.PerChannel _ -> layer == null ? "per row" : "per channel";
          case Granularity.PerGroup group -> "group " + group.size();
        };
    Object input = stored.scheme().get(QuantizedFormat.INPUT);
    return new QuantizedLayer(
        name,
        matrix.type().id() + " " + grids + (input == null ? "" : ", input " + input),
        (long) matrix.rows() * matrix.columns(),
        stored.tensors().stream().mapToLong(part -> part.data().length).sum(),
        weight.sqnrDb());
  }
}

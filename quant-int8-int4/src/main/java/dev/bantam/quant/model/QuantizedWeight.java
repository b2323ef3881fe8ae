package dev.bantam.quant.model;

import dev.bantam.nn.Linear;
import dev.bantam.nn.Parametrization;
import dev.bantam.nn.StoredWeight;
import dev.bantam.quant.QuantizedMatrix;
import dev.bantam.quant.WeightScheme;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Shows a weight that was quantized once, after training, in place of the weight itself. */
public final class QuantizedWeight extends Parametrization {
  private final QuantizedMatrix matrix;
  private final WeightScheme scheme;
  private final double sqnrDb;
  private @Nullable Tensor values;

  /**
   * A parametrization.
   *
   * @param matrix what the weight became
   * @param scheme by which
   * @param sqnrDb signal to quantization noise of the weight, in decibels
   */
  public QuantizedWeight(QuantizedMatrix matrix, WeightScheme scheme, double sqnrDb) {
    this.matrix = matrix;
    this.scheme = scheme;
    this.sqnrDb = sqnrDb;
  }

  /** What the weight became. */
  public QuantizedMatrix matrix() {
    return matrix;
  }

  /** By which scheme. */
  public WeightScheme scheme() {
    return scheme;
  }

  /** Signal to quantization noise of the weight, in decibels. */
  public double sqnrDb() {
    return sqnrDb;
  }

  @Override
  public Tensor forward(Workspace ws, Tensor weight) {
    Tensor known = values;
    if (known == null) {
      known = Tensor.wrap(matrix.dequantize(), matrix.rows(), matrix.columns());
      values = known;
    }
    return known;
  }

  @Override
  public Optional<StoredWeight> store(Tensor weight, @Nullable Linear layer) {
    return Optional.of(QuantizedFormat.store(this, layer));
  }
}

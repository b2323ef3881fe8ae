package dev.bantam.quant;

import dev.bantam.nn.Linear;
import dev.bantam.nn.Parametrization;
import dev.bantam.nn.StoredWeight;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Shows a weight that was quantized once, after training, in place of the weight itself. */
public final class QuantizedWeight extends Parametrization {
  private final QuantizedMatrix matrix;
  private final WeightScheme scheme;
  private final double sqnrDb;
  private final Tensor values;

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
    this.values = Tensor.wrap(matrix.dequantize(), matrix.rows(), matrix.columns());
  }

  /** What the weight became. */
  public QuantizedMatrix matrix() {
    return matrix;
  }

  @Override
  public Tensor forward(Workspace ws, Tensor weight) {
    return values;
  }

  @Override
  public Optional<StoredWeight> store(Tensor weight, @Nullable Linear layer) {
    return Optional.of(QuantizedFormat.store(matrix, scheme, LayerInput.of(layer), sqnrDb));
  }
}

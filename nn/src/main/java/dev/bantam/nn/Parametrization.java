package dev.bantam.nn;

import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A view of a weight, or of the input of a layer: {@code w ⊙ mask}, {@code
 * dequantize(quantize(w))}. It is a module, because it may have parameters of its own: scores, step
 * sizes.
 */
public abstract class Parametrization extends NnModule {

  /** A parametrization. */
  protected Parametrization() {}

  /**
   * What the module sees.
   *
   * @param ws where to compute
   * @param weight the weight, or what the parametrization before made of it
   * @return shaped as the weight
   */
  public abstract Tensor forward(Workspace ws, Tensor weight);

  /**
   * Whether a row of what the module sees depends on that row of the weight alone, so that of a
   * table only the rows that are looked up need to be seen through it.
   */
  public boolean isRowwise() {
    return false;
  }

  /**
   * The form in which a checkpoint keeps what the module sees; empty if that is just its elements.
   * Asked of the last parametrization of a weight.
   *
   * @param weight the weight, or what the parametrization before made of it
   * @param layer the layer that multiplies its input with the weight; null for a table
   */
  public Optional<StoredWeight> store(Tensor weight, @Nullable Linear layer) {
    return Optional.empty();
  }
}

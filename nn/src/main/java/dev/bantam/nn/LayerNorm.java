package dev.bantam.nn;

import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.op.LayerNormOp;
import org.jspecify.annotations.Nullable;

/**
 * Layer normalization (Ba et al. 2016) over the last axis: {@code (x - mean x) / √(var x + eps) ·
 * weight + bias}.
 */
public final class LayerNorm extends NnModule {
  private final Parameter weight;
  private final Parameter bias;
  private final float eps;

  /**
   * A normalization.
   *
   * @param weight scale [c]
   * @param bias shift [c]
   * @param eps added to the variance
   */
  public LayerNorm(Parameter weight, Parameter bias, float eps) {
    if (!weight.value().shape().equals(bias.value().shape())) {
      throw new ShapeMismatchException(
          "layerNorm: weight %s and bias %s differ"
              .formatted(weight.value().shape(), bias.value().shape()));
    }
    this.weight = register("weight", weight);
    this.bias = register("bias", bias);
    this.eps = eps;
  }

  /**
   * Normalizes each row.
   *
   * @param ws where to run
   * @param x [..., c]
   * @return shaped as x
   */
  public Tensor forward(Workspace ws, Tensor x) {
    return forward(ws, x, null, 0);
  }

  /**
   * Normalizes each row of {@code dropout(x) + residual}.
   *
   * @param ws where to run
   * @param x [..., c]
   * @param residual shaped as x, or null
   * @param dropout probability of an element of x to be dropped in training
   * @return shaped as x
   */
  public Tensor forward(Workspace ws, Tensor x, @Nullable Tensor residual, float dropout) {
    return LayerNormOp.forward(ws, x, residual, weight.read(ws), bias.read(ws), eps, dropout);
  }
}

package dev.bantam.nn;

import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.op.LinearOp;
import org.jspecify.annotations.Nullable;

/**
 * Weights that can be trained: read through their parametrizations, and packed anew for every
 * product.
 *
 * @param weight [outputs, inputs]
 * @param bias [outputs], or null for none
 */
record TrainableLinearKernel(Parameter weight, @Nullable Parameter bias) implements LinearKernel {

  @Override
  public int inputs() {
    return weight.value().shape().dim(1);
  }

  @Override
  public int outputs() {
    return weight.value().shape().dim(0);
  }

  @Override
  public Tensor forward(Workspace ws, Tensor x, Activation activation) {
    return LinearOp.forward(
        ws, x, weight.read(ws), bias == null ? null : bias.read(ws), activation);
  }

  @Override
  public long bytes() {
    return weight.bytes() + (bias == null ? 0 : bias.bytes());
  }
}

package dev.bantam.nn;

import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.op.EmbeddingOp;
import java.util.List;

/**
 * A table in memory that can be trained, read through its parametrizations.
 *
 * @param weight [rows, width]
 * @param paddingRow a row that is not trained, whatever looks it up; -1 for none
 */
record TrainableEmbeddingKernel(Parameter weight, int paddingRow) implements EmbeddingKernel {

  @Override
  public int rows() {
    return weight.value().shape().dim(0);
  }

  @Override
  public int width() {
    return weight.value().shape().dim(1);
  }

  @Override
  public Tensor forward(Workspace ws, int[] ids) {
    List<Parametrization> views = weight.parametrizations();
    if (!views.stream().allMatch(Parametrization::isRowwise)) {
      return EmbeddingOp.forward(ws, weight.read(ws), ids, paddingRow);
    }
    Tensor rows = EmbeddingOp.forward(ws, weight.value(), ids, paddingRow);
    for (Parametrization view : views) {
      rows = view.forward(ws, rows);
    }
    return rows;
  }

  @Override
  public long bytes() {
    return (long) Float.BYTES * weight.value().shape().elements();
  }
}

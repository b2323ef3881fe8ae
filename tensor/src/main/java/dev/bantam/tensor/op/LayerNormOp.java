package dev.bantam.tensor.op;

import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Dropout;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = layerNorm(dropout(x) + residual)} over the last axis: the end of every block of a
 * post-norm transformer.
 */
public final class LayerNormOp {
  private LayerNormOp() {}

  /**
   * Computes the normalization.
   *
   * @param ws where to run
   * @param x [..., c]
   * @param residual added first, shaped as x, or null
   * @param gamma scale [c]
   * @param beta shift [c]
   * @param eps added to the variance
   * @param p probability of an element of x to be dropped in training
   * @return shaped as x
   * @throws ShapeMismatchException if shapes differ
   */
  public static Tensor forward(
      Workspace ws,
      Tensor x,
      @Nullable Tensor residual,
      Tensor gamma,
      Tensor beta,
      float eps,
      float p) {
    int cols = x.shape().dim(-1);
    if (residual != null && !residual.shape().equals(x.shape())) {
      throw new ShapeMismatchException(
          "layerNorm: residual " + residual.shape() + " differs from x " + x.shape());
    }
    if (gamma.shape().elements() != cols || beta.shape().elements() != cols) {
      throw new ShapeMismatchException(
          "layerNorm: gamma "
              + gamma.shape()
              + ", beta "
              + beta.shape()
              + " do not fit x "
              + x.shape());
    }
    Dropout dropout = ws.dropout(p);
    if (!ws.recording() && dropout == null) { // x and residual are added on the fly
      Tensor y = ws.allocate(x.shape());
      normalize(ws, x, residual, gamma, beta, eps, y);
      return y;
    }
    Tensor s = residual == null && dropout == null ? x : ws.allocate(x.shape());
    if (s != x) {
      sum(ws, x, dropout, residual, s);
    }
    Tensor y = ws.allocate(x.shape());
    normalize(ws, s, null, gamma, beta, eps, y);
    if (ws.recording()) {
      ws.tape()
          .add(
              y,
              g ->
                  backward(
                      ws,
                      s,
                      gamma,
                      eps,
                      dropout,
                      g.of(y),
                      g.into(x),
                      g.into(residual),
                      g.into(gamma),
                      g.into(beta)),
              x,
              residual,
              gamma,
              beta);
    }
    return y;
  }

  private static void normalize(
      Workspace ws,
      Tensor x,
      @Nullable Tensor residual,
      Tensor gamma,
      Tensor beta,
      float eps,
      Tensor y) {
    int cols = x.shape().dim(-1);
    float[] scale = Chunks.fromStart(gamma);
    float[] shift = Chunks.fromStart(beta);
    Chunks.rows(
        ws,
        x.shape().rows(),
        cols,
        (row, rows) ->
            ws.kernels()
                .rows()
                .layerNorm(
                    x.data(),
                    x.offset() + row * cols,
                    residual == null ? null : residual.data(),
                    residual == null ? 0 : residual.offset() + row * cols,
                    scale,
                    shift,
                    eps,
                    y.data(),
                    y.offset() + row * cols,
                    rows,
                    cols));
  }

  /** {@code s = x ∘ D + residual}. */
  private static void sum(
      Workspace ws, Tensor x, @Nullable Dropout dropout, @Nullable Tensor residual, Tensor s) {
    Chunks.elements(
        ws,
        x.shape().elements(),
        (from, n) -> {
          int at = x.offset() + from;
          int to = s.offset() + from;
          if (dropout == null) {
            System.arraycopy(x.data(), at, s.data(), to, n);
          } else {
            ws.kernels().training().dropout(dropout, from, x.data(), at, s.data(), to, n);
          }
          if (residual != null) {
            ws.kernels()
                .vectors()
                .add(s.data(), to, residual.data(), residual.offset() + from, s.data(), to, n);
          }
        });
  }

  /**
   * With ds as in {@link dev.bantam.tensor.kernel.TrainingKernel#layerNormBackward}: {@code dx = ds
   * ∘ D}, {@code dresidual = ds}.
   */
  private static void backward(
      Workspace ws,
      Tensor s,
      Tensor gamma,
      float eps,
      @Nullable Dropout dropout,
      Tensor dy,
      @Nullable Tensor dx,
      @Nullable Tensor dResidual,
      @Nullable Tensor dGamma,
      @Nullable Tensor dBeta) {
    int cols = s.shape().dim(-1);
    int rows = s.shape().rows();
    RowSums sums =
        new RowSums(
            ws,
            rows,
            cols,
            2 * cols,
            (row, count, partial, at) -> {
              int from = row * cols;
              int n = count * cols;
              float[] ds = dy.data();
              int to = dy.offset() + from;
              ws.kernels()
                  .training()
                  .layerNormBackward(
                      s.data(),
                      s.offset() + from,
                      gamma.data(),
                      gamma.offset(),
                      eps,
                      ds,
                      to,
                      ds,
                      to,
                      partial,
                      at,
                      count,
                      cols);
              if (dx != null && dropout != null) {
                ws.kernels()
                    .training()
                    .dropout(dropout, from, ds, to, dx.data(), dx.offset() + from, n);
              } else if (dx != null) {
                System.arraycopy(ds, to, dx.data(), dx.offset() + from, n);
              }
              if (dResidual != null) {
                System.arraycopy(ds, to, dResidual.data(), dResidual.offset() + from, n);
              }
            });
    sums.total(ws, 0, dGamma);
    sums.total(ws, cols, dBeta);
  }
}

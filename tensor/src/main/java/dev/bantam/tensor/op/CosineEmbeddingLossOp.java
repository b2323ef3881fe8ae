package dev.bantam.tensor.op;

import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import org.jspecify.annotations.Nullable;

/**
 * The mean over rows of {@code 1 - s_i} where x and y are to be alike (target 1), and {@code max(0,
 * s_i - margin)} where they are not (target -1), with s as in {@link CosineSimilarityOp}. With all
 * targets 1 it is what aligns hidden states in DistilBERT (Sanh et al. 2019).
 */
public final class CosineEmbeddingLossOp {
  private CosineEmbeddingLossOp() {}

  /**
   * Computes the loss.
   *
   * @param ws where to run
   * @param x [rows, c]
   * @param y shaped as x
   * @param targets 1 or -1 for each row
   * @param margin similarity that rows of target -1 may have
   * @return a scalar
   * @throws ShapeMismatchException if shapes differ, or there is not one target for each row
   */
  public static Tensor forward(Workspace ws, Tensor x, Tensor y, int[] targets, float margin) {
    int rows = x.shape().rows();
    if (!x.shape().equals(y.shape()) || targets.length != rows) {
      throw new ShapeMismatchException(
          "cosineEmbeddingLoss: x %s, y %s and %d targets do not fit"
              .formatted(x.shape(), y.shape(), targets.length));
    }
    Tensor s = ws.allocate(rows);
    CosineSimilarityOp.apply(ws, x, y, s);
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      if (targets[i] != 1 && targets[i] != -1) {
        throw new IllegalArgumentException(
            "cosineEmbeddingLoss: expected targets 1 or -1, got " + targets[i] + " at " + i);
      }
      sum += targets[i] == 1 ? 1 - (double) s.get(i) : Math.max(0, (double) s.get(i) - margin);
    }
    Tensor loss = ws.allocate();
    loss.set((float) (sum / rows));
    if (ws.recording()) {
      ws.tape()
          .add(
              loss,
              g -> backward(ws, x, y, targets, margin, s, g.of(loss).get(), g.into(x), g.into(y)),
              x,
              y);
    }
    return loss;
  }

  /**
   * {@code ds_i = -dL / rows} for target 1; {@code dL / rows} for target -1 where {@code s_i >
   * margin}, else 0.
   */
  private static void backward(
      Workspace ws,
      Tensor x,
      Tensor y,
      int[] targets,
      float margin,
      Tensor s,
      float dLoss,
      @Nullable Tensor dx,
      @Nullable Tensor dy) {
    Tensor ds = ws.allocate(s.shape());
    for (int i = 0; i < targets.length; i++) {
      float far = s.get(i) > margin ? dLoss : 0;
      ds.set((targets[i] == 1 ? -dLoss : far) / targets.length, i);
    }
    CosineSimilarityOp.backward(ws, x, y, s, ds, dx, dy);
  }
}

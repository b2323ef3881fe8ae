package dev.bantam.tensor.op;

import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import org.jspecify.annotations.Nullable;

/**
 * Cross-entropy of class labels under a softmax, {@code L = mean_i (log Σ_j exp x[i, j] - x[i,
 * label[i]])} over the rows that have a label.
 */
public final class CrossEntropyOp {
  /** The label of rows that do not count. */
  public static final int IGNORED = -100;

  private CrossEntropyOp() {}

  /**
   * Computes the loss.
   *
   * @param ws where to run
   * @param x logits [rows, classes]
   * @param labels class of each row, or {@link #IGNORED}
   * @return a scalar; NaN if all rows are ignored
   * @throws ShapeMismatchException if there is not one label for each row
   * @throws IndexOutOfBoundsException if a label is no class
   */
  public static Tensor forward(Workspace ws, Tensor x, int[] labels) {
    int rows = x.shape().rows();
    int classes = x.shape().dim(-1);
    if (labels.length != rows) {
      throw new ShapeMismatchException(
          "crossEntropy: " + labels.length + " labels for logits " + x.shape());
    }
    Tensor p = ws.allocate(x.shape());
    Tensor losses = ws.allocate(rows);
    Chunks.rows(
        ws,
        rows,
        classes,
        (from, n) -> {
          int at = p.offset() + from * classes;
          System.arraycopy(x.data(), x.offset() + from * classes, p.data(), at, n * classes);
          ws.kernels().rows().softmax(p.data(), at, classes, n, classes);
          for (int i = from; i < from + n; i++) {
            if (labels[i] != IGNORED) {
              int label = labels[i];
              if (label < 0 || label >= classes) {
                throw new IndexOutOfBoundsException(
                    "crossEntropy: label %d of row %d, expected one of %d classes"
                        .formatted(label, i, classes));
              }
              losses.set(loss(x, p, i, label, classes), i);
            }
          }
        });
    int counted = 0;
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      if (labels[i] != IGNORED) {
        sum += losses.get(i);
        counted++;
      }
    }
    Tensor mean = ws.allocate();
    mean.set((float) (sum / counted));
    if (ws.recording()) {
      float factor = 1f / counted;
      ws.tape().add(mean, g -> backward(ws, p, labels, factor * g.of(mean).get(), g.into(x)), x);
    }
    return mean;
  }

  /** {@code -log p}, which is {@code max - x + log Σ exp(x - max)}: exact where p is near 0 too. */
  private static float loss(Tensor x, Tensor p, int row, int label, int classes) {
    int at = x.offset() + row * classes;
    int best = 0;
    for (int j = 1; j < classes; j++) {
      best = x.data()[at + j] > x.data()[at + best] ? j : best;
    }
    double logSum = -Math.log(p.data()[p.offset() + row * classes + best]);
    return (float) ((double) x.data()[at + best] - x.data()[at + label] + logSum);
  }

  /** {@code dx[i, j] = (p[i, j] - [j = label[i]]) / n · dL}. */
  private static void backward(
      Workspace ws, Tensor p, int[] labels, float factor, @Nullable Tensor dx) {
    if (dx == null) {
      return;
    }
    int classes = p.shape().dim(-1);
    Chunks.rows(
        ws,
        labels.length,
        classes,
        (from, n) -> {
          for (int i = from; i < from + n; i++) {
            int row = dx.offset() + i * classes;
            for (int j = 0; j < classes; j++) {
              dx.data()[row + j] =
                  labels[i] == IGNORED ? 0 : factor * p.data()[p.offset() + i * classes + j];
            }
            if (labels[i] != IGNORED) {
              dx.data()[row + labels[i]] -= factor;
            }
          }
        });
  }
}

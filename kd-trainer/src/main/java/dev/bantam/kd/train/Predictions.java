package dev.bantam.kd.train;

import dev.bantam.tensor.Tensor;

/** What scores say. */
final class Predictions {
  private Predictions() {}

  /** Index of the highest score in a row of logits [rows, classes]; the first of equal ones. */
  static int best(Tensor logits, int row) {
    int classes = logits.shape().dim(1);
    int at = logits.offset() + row * classes;
    float[] x = logits.data();
    int best = 0;
    for (int j = 1; j < classes; j++) {
      best = x[at + j] > x[at + best] ? j : best;
    }
    return best;
  }
}

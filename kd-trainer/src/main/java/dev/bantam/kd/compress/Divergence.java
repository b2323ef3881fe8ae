package dev.bantam.kd.compress;

import dev.bantam.bert.BertConfig;

/** How far an output is from what it was; 0 if it is the same. */
enum Divergence {
  /** Of classes of which one applies, given their logits: KL(before ‖ after), in nats. */
  CLASSES {
    @Override
    double of(float[] before, float[] after, int from, int to) {
      double norm = logSumExp(before, from, to);
      double otherNorm = logSumExp(after, from, to);
      double sum = 0;
      for (int i = from; i < to; i++) {
        double logP = before[i] - norm;
        sum += Math.exp(logP) * (logP - (after[i] - otherNorm));
      }
      return sum;
    }
  },
  /** Of classes each of which applies or not, given their logits: the sum of their KL, in nats. */
  LABELS {
    @Override
    double of(float[] before, float[] after, int from, int to) {
      double sum = 0;
      for (int i = from; i < to; i++) {
        sum += CLASSES.of(new float[] {before[i], 0}, new float[] {after[i], 0}, 0, 2);
      }
      return sum;
    }
  },
  /** Of scores: half the squared difference, the KL of normal distributions of variance 1. */
  SCORES {
    @Override
    double of(float[] before, float[] after, int from, int to) {
      double sum = 0;
      for (int i = from; i < to; i++) {
        double difference = (double) after[i] - before[i];
        sum += difference * difference / 2;
      }
      return sum;
    }
  },
  /** Of hidden states: 1 - cosine. */
  STATES {
    @Override
    double of(float[] before, float[] after, int from, int to) {
      double product = 0;
      double square = 0;
      double otherSquare = 0;
      for (int i = from; i < to; i++) {
        product += (double) before[i] * after[i];
        square += (double) before[i] * before[i];
        otherSquare += (double) after[i] * after[i];
      }
      return 1 - product / Math.sqrt(square * otherSquare);
    }
  };

  /** What fits the outputs of a classifier. */
  static Divergence of(BertConfig.ProblemType type) {
    return switch (type) {
      case SINGLE_LABEL_CLASSIFICATION -> CLASSES;
      case MULTI_LABEL_CLASSIFICATION -> LABELS;
      case REGRESSION -> SCORES;
    };
  }

  /** That of elements from, ..., to - 1. */
  abstract double of(float[] before, float[] after, int from, int to);

  /**
   * The mean over rows.
   *
   * @param before [rows, columns]
   * @param after the same
   * @param columns elements of a row
   */
  double mean(float[] before, float[] after, int columns) {
    double sum = 0;
    for (int from = 0; from < before.length; from += columns) {
      sum += of(before, after, from, from + columns);
    }
    return Math.max(0, sum * columns / before.length); // rounding may make nothing negative
  }

  private static double logSumExp(float[] logits, int from, int to) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = from; i < to; i++) {
      max = Math.max(max, logits[i]);
    }
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += Math.exp(logits[i] - max);
    }
    return max + Math.log(sum);
  }
}

package dev.bantam.tensor.opcase;

import dev.bantam.tensor.Shape;
import dev.bantam.tensor.op.CosineEmbeddingLossOp;
import dev.bantam.tensor.op.CosineSimilarityOp;
import dev.bantam.tensor.op.CrossEntropyOp;
import dev.bantam.tensor.op.KlDivergenceOp;
import dev.bantam.tensor.op.MseOp;
import java.util.Arrays;
import java.util.List;

/** Losses, and what they are made of. */
final class LossCases {
  private static final float T = 2.5f;
  private static final float MARGIN = -0.1f;
  private static final String TWO_OF_MODEL = "512x384 512x384";

  static final List<OpCase> ALL =
      List.of(
          OpCase.of(
              CrossEntropyOp.class,
              "some rows ignored",
              "9x5",
              "64x30522",
              (ws, x) -> CrossEntropyOp.forward(ws, x.get(0), labels(x.get(0).shape())),
              x -> crossEntropy(x.get(0))),
          OpCase.of(
              MseOp.class,
              "of rows",
              "3x7 3x7",
              TWO_OF_MODEL,
              (ws, x) -> MseOp.forward(ws, x.get(0), x.get(1)),
              x -> {
                int n = x.get(0).values().length;
                double sum =
                    Exact.sum(n, i -> Math.pow(x.get(0).values()[i] - x.get(1).values()[i], 2));
                return Exact.scalar(sum / n);
              }),
          OpCase.of(
              KlDivergenceOp.class,
              "at temperature 2.5",
              "4x7 4x7",
              "64x30522 64x30522",
              (ws, x) -> KlDivergenceOp.forward(ws, x.get(0), x.get(1), T),
              x -> klDivergence(x.get(0), x.get(1))),
          OpCase.of(
              CosineSimilarityOp.class,
              "of rows",
              "2x3x7 2x3x7",
              TWO_OF_MODEL,
              (ws, x) -> CosineSimilarityOp.forward(ws, x.get(0), x.get(1)),
              x ->
                  Exact.of(
                      Shape.of(x.get(0).dim(0), x.get(0).dim(1)),
                      i -> cosine(x, i[0] * x.get(0).dim(1) + i[1]))),
          OpCase.of(
              CosineEmbeddingLossOp.class,
              "pairs alike and not",
              "8x5 8x5",
              TWO_OF_MODEL,
              (ws, x) ->
                  CosineEmbeddingLossOp.forward(
                      ws, x.get(0), x.get(1), targets(x.get(0).shape().dim(0)), MARGIN),
              x -> {
                int n = x.get(0).dim(0);
                double sum =
                    Exact.sum(
                        n,
                        i ->
                            targets(n)[i] == 1
                                ? 1 - cosine(x, i)
                                : Math.max(0, cosine(x, i) - MARGIN));
                return Exact.scalar(sum / n);
              }));

  private LossCases() {}

  private static int[] labels(Shape shape) {
    int[] labels = new int[shape.dim(0)];
    Arrays.setAll(labels, i -> i % 4 == 1 ? CrossEntropyOp.IGNORED : i * i * 31 % shape.dim(1));
    return labels;
  }

  private static Exact crossEntropy(Exact x) {
    int[] labels = labels(x.shape());
    double sum = 0;
    int counted = 0;
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] != CrossEntropyOp.IGNORED) {
        int row = i;
        sum += Exact.logSumExp(x.dim(1), j -> x.get(row, j)) - x.get(row, labels[row]);
        counted++;
      }
    }
    return Exact.scalar(sum / counted);
  }

  private static Exact klDivergence(Exact student, Exact teacher) {
    Exact logP = ReductionCases.logSoftmax(teacher.map(v -> v / T));
    Exact logQ = ReductionCases.logSoftmax(student.map(v -> v / T));
    double sum =
        Exact.sum(
            logP.values().length,
            i -> Math.exp(logP.values()[i]) * (logP.values()[i] - logQ.values()[i]));
    return Exact.scalar(T * T * sum / student.dim(0));
  }

  private static int[] targets(int n) {
    int[] targets = new int[n];
    Arrays.setAll(targets, i -> i % 3 == 0 ? 1 : -1);
    return targets;
  }

  private static double cosine(List<Exact> x, int row) {
    int n = x.get(0).dim(-1);
    double[] a = Arrays.copyOfRange(x.get(0).values(), row * n, (row + 1) * n);
    double[] b = Arrays.copyOfRange(x.get(1).values(), row * n, (row + 1) * n);
    double dot = Exact.sum(n, i -> a[i] * b[i]);
    return dot / Math.sqrt(Exact.sum(n, i -> a[i] * a[i]) * Exact.sum(n, i -> b[i] * b[i]));
  }
}

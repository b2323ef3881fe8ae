package dev.bantam.tensor.opcase;

import dev.bantam.tensor.Randomness;
import dev.bantam.tensor.Shape;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.Dropout;
import dev.bantam.tensor.op.AttentionOp;
import dev.bantam.tensor.op.DropoutOp;
import dev.bantam.tensor.op.LayerNormOp;
import dev.bantam.tensor.op.LinearOp;
import dev.bantam.tensor.op.MatmulOp;
import dev.bantam.tensor.op.RecomputeOp;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Products, and what a transformer is made of. */
final class ModelCases {
  private static final float EPS = 1e-5f;
  private static final String ROWS = "512x384";

  static final List<OpCase> ALL = new ArrayList<>();

  private ModelCases() {}

  static {
    matmul("two matrices", "7x5 5x3", "512x384 384x384");
    matmul("one matrix for a batch", "2x3x5 5x4", "4x128x384 384x384");
    matmul("a batch of pairs", "2x3x4x5 2x3x5x2", "4x4x128x32 4x4x32x128");
    for (Activation f :
        List.of(Activation.GELU, Activation.NONE, Activation.RELU, Activation.TANH)) {
      ALL.add(
          OpCase.of(
              LinearOp.class,
              f + " and bias",
              "3x5 7x5 7",
              "512x384 1536x384 1536",
              (ws, x) -> LinearOp.forward(ws, x.get(0), x.get(1), x.get(2), f),
              x -> linear(x.get(0), x.get(1), x.get(2), f)));
    }
    ALL.add(
        OpCase.of(
            LinearOp.class,
            "no bias",
            "2x3x5 7x5",
            "512x384 384x384",
            (ws, x) -> LinearOp.forward(ws, x.get(0), x.get(1), null, Activation.NONE),
            x -> linear(x.get(0), x.get(1), Exact.scalar(0), Activation.NONE)));
    attention("dropout", 0.4f);
    attention("no dropout", 0);
    layerNorm("residual and dropout", true, 0.25f);
    layerNorm("residual", true, 0);
    layerNorm("dropout", false, 0.25f);
    layerNorm("alone", false, 0);
    ALL.add(
        OpCase.of(
            RecomputeOp.class,
            "linear and dropout",
            "3x5 7x5 7",
            "512x384 1536x384 1536",
            (ws, x) ->
                training(
                    ws,
                    () -> {
                      UnaryOperator<Tensor> f =
                          h -> {
                            Tensor z = LinearOp.forward(ws, h, x.get(1), x.get(2), Activation.GELU);
                            return DropoutOp.forward(ws, z, 0.3f);
                          };
                      return RecomputeOp.forward(ws, x.get(0), f);
                    }),
            x ->
                ElementCases.dropped(
                    linear(x.get(0), x.get(1), x.get(2), Activation.GELU), mask(0.3f))));
  }

  private static void matmul(String what, String shapes, String model) {
    ALL.add(
        OpCase.of(
            MatmulOp.class,
            what,
            shapes,
            model,
            (ws, x) -> MatmulOp.forward(ws, x.get(0), x.get(1)),
            x -> {
              int inner = x.get(0).dim(-1);
              return Exact.of(
                  x.get(0).shape().withLast(x.get(1).dim(-1)),
                  i -> {
                    int[] left = i.clone();
                    int[] right = i.clone();
                    return Exact.sum(
                        inner,
                        j -> {
                          left[i.length - 1] = j;
                          right[i.length - 2] = j;
                          return x.get(0).get(left) * x.get(1).get(right);
                        });
                  });
            }));
  }

  private static Exact linear(Exact x, Exact w, Exact bias, Activation f) {
    int k = x.dim(-1);
    Exact rows = x.reshape(x.shape().rows(), k);
    Exact y =
        Exact.of(
            Shape.of(rows.dim(0), w.dim(0)),
            i -> {
              double z = bias.get(i[1]) + Exact.sum(k, j -> rows.get(i[0], j) * w.get(i[1], j));
              return ElementCases.activation(f, z);
            });
    return new Exact(x.shape().withLast(w.dim(0)), y.values());
  }

  private static void attention(String what, float p) {
    int headDim = 17;
    float scale = 0.25f;
    ALL.add(
        OpCase.of(
            AttentionOp.class,
            what,
            "5x34 5x34 5x34",
            "512x408 512x408 512x408",
            (ws, x) -> {
              int[] offsets = ReductionCases.ragged(x.get(0).shape().dim(0));
              int heads = x.get(0).shape().dim(1) / headDim;
              return training(
                  ws,
                  () ->
                      AttentionOp.forward(
                          ws, x.get(0), x.get(1), x.get(2), offsets, heads, scale, p, null));
            },
            x -> attention(x.get(0), x.get(1), x.get(2), headDim, scale, p)));
  }

  private static Exact attention(Exact q, Exact k, Exact v, int headDim, float scale, float p) {
    int heads = q.dim(1) / headDim;
    int[] offsets = ReductionCases.ragged(q.dim(0));
    double[] y = new double[q.values().length];
    int index = 0; // of the probability, under which the dropout knows it
    for (int b = 0; b + 1 < offsets.length; b++) {
      int first = offsets[b];
      int length = offsets[b + 1] - first;
      for (int h = 0; h < heads; h++) {
        int column = h * headDim;
        for (int i = 0; i < length; i++) {
          int row = first + i;
          double[] scores = new double[length];
          for (int j = 0; j < length; j++) {
            int other = first + j;
            scores[j] =
                scale * Exact.sum(headDim, c -> q.get(row, column + c) * k.get(other, column + c));
          }
          double logSum = Exact.logSumExp(length, j -> scores[j]);
          for (int j = 0; j < length; j++) {
            double weight = Math.exp(scores[j] - logSum) * mask(p).factor(index++);
            for (int c = 0; c < headDim; c++) {
              y[row * q.dim(1) + column + c] += weight * v.get(first + j, column + c);
            }
          }
        }
      }
    }
    return new Exact(q.shape(), y);
  }

  private static void layerNorm(String what, boolean residual, float p) {
    ALL.add(
        OpCase.of(
            LayerNormOp.class,
            what,
            "19 19 4x19" + (residual ? " 4x19" : ""),
            "384 384 " + ROWS + (residual ? " " + ROWS : ""),
            (ws, x) ->
                training(
                    ws,
                    () ->
                        LayerNormOp.forward(
                            ws, x.get(2), residual ? x.get(3) : null, x.get(0), x.get(1), EPS, p)),
            x -> layerNorm(x, residual, p)));
  }

  private static Exact layerNorm(List<Exact> x, boolean residual, float p) {
    double[] s = ElementCases.dropped(x.get(2), mask(p)).values();
    int cols = x.get(2).dim(1);
    double[] y = new double[s.length];
    for (int row = 0; row < s.length; row += cols) {
      for (int i = row; residual && i < row + cols; i++) {
        s[i] += x.get(3).values()[i];
      }
      int at = row;
      double mean = Exact.sum(cols, j -> s[at + j]) / cols;
      double variance = Exact.sum(cols, j -> (s[at + j] - mean) * (s[at + j] - mean)) / cols;
      for (int j = 0; j < cols; j++) {
        double normalized = (s[row + j] - mean) / Math.sqrt(variance + EPS);
        y[row + j] = normalized * x.get(0).get(j) + x.get(1).get(j);
      }
    }
    return new Exact(x.get(2).shape(), y);
  }

  @FunctionalInterface
  private interface Operation {
    Tensor run();
  }

  private static Tensor training(Workspace ws, Operation op) {
    try (var _ = ws.training(new Randomness(7, 3))) {
      return op.run();
    }
  }

  private static Dropout mask(float p) {
    return new Randomness(7, 3).dropout(p);
  }
}

package dev.bantam.tensor.opcase;

import dev.bantam.tensor.Shape;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.op.LogSoftmaxOp;
import dev.bantam.tensor.op.MaxOp;
import dev.bantam.tensor.op.MeanOp;
import dev.bantam.tensor.op.MeanPoolOp;
import dev.bantam.tensor.op.SoftmaxOp;
import dev.bantam.tensor.op.SumOp;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Operations that reduce along an axis. */
final class ReductionCases {
  private static final String ROWS = "512x384";

  static final List<OpCase> ALL = new ArrayList<>();

  private ReductionCases() {}

  /** What an axis is reduced to. */
  @FunctionalInterface
  private interface Reduce {
    double of(DoubleStream elements);
  }

  @FunctionalInterface
  private interface Along {
    Tensor forward(Workspace ws, Tensor x, int axis);
  }

  static {
    ALL.add(
        OpCase.of(
            SumOp.class,
            "all",
            "3x7x2",
            ROWS,
            (ws, x) -> SumOp.forward(ws, x.get(0)),
            x -> Exact.scalar(DoubleStream.of(x.get(0).values()).sum())));
    ALL.add(
        OpCase.of(
            MeanOp.class,
            "all",
            "3x7x2",
            ROWS,
            (ws, x) -> MeanOp.forward(ws, x.get(0)),
            x -> Exact.scalar(DoubleStream.of(x.get(0).values()).average().orElseThrow())));
    for (int axis = 0; axis < 3; axis++) {
      along(SumOp.class, axis, SumOp::forward, DoubleStream::sum);
      along(MeanOp.class, axis, MeanOp::forward, s -> s.average().orElseThrow());
      along(MaxOp.class, axis, MaxOp::forward, s -> s.max().orElseThrow());
    }
    ALL.add(
        OpCase.of(
            SoftmaxOp.class,
            "of rows",
            "5x13",
            ROWS,
            (ws, x) -> SoftmaxOp.forward(ws, x.get(0)),
            x -> logSoftmax(x.get(0)).map(Math::exp)));
    ALL.add(
        OpCase.of(
            LogSoftmaxOp.class,
            "of rows",
            "5x13",
            ROWS,
            (ws, x) -> LogSoftmaxOp.forward(ws, x.get(0)),
            x -> logSoftmax(x.get(0))));
    ALL.add(
        OpCase.of(
            MeanPoolOp.class,
            "ragged sequences",
            "14x5",
            ROWS,
            (ws, x) -> MeanPoolOp.forward(ws, x.get(0), ragged(x.get(0).shape().dim(0))),
            x -> {
              int[] offsets = ragged(x.get(0).dim(0));
              return Exact.of(
                  Shape.of(offsets.length - 1, x.get(0).dim(1)),
                  i -> {
                    int n = offsets[i[0] + 1] - offsets[i[0]];
                    return Exact.sum(n, t -> x.get(0).get(offsets[i[0]] + t, i[1])) / n;
                  });
            }));
  }

  private static void along(Class<?> op, int axis, Along run, Reduce reduce) {
    String shape = axis == 0 ? "5x3x30" : "3x7x5";
    ALL.add(
        OpCase.of(
            op,
            "along axis " + axis,
            shape,
            "4x128x384",
            (ws, x) -> run.forward(ws, x.get(0), axis),
            x -> {
              int[] left = IntStream.range(0, 3).filter(a -> a != axis).toArray();
              return Exact.of(
                  Shape.of(x.get(0).dim(left[0]), x.get(0).dim(left[1])),
                  i ->
                      reduce.of(
                          IntStream.range(0, x.get(0).dim(axis))
                              .mapToDouble(
                                  j -> {
                                    int[] at = new int[3];
                                    at[left[0]] = i[0];
                                    at[left[1]] = i[1];
                                    at[axis] = j;
                                    return x.get(0).get(at);
                                  })));
            }));
  }

  static Exact logSoftmax(Exact x) {
    int cols = x.dim(-1);
    double[] logSums = new double[x.shape().rows()];
    for (int row = 0; row < logSums.length; row++) {
      int at = row * cols;
      logSums[row] = Exact.logSumExp(cols, j -> x.values()[at + j]);
    }
    double[] y = x.values().clone();
    for (int i = 0; i < y.length; i++) {
      y[i] -= logSums[i / cols];
    }
    return new Exact(x.shape(), y);
  }

  /** Offsets of sequences of 1, 4, 7, ... tokens, up to 61, and again. */
  static int[] ragged(int tokens) {
    IntStream.Builder offsets = IntStream.builder().add(0);
    int at = 0;
    for (int length = 1; at < tokens; length = length == 61 ? 1 : length + 3) {
      at = Math.min(tokens, at + length);
      offsets.add(at);
    }
    return offsets.build().toArray();
  }
}

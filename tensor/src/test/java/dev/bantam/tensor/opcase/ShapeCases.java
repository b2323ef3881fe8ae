package dev.bantam.tensor.opcase;

import dev.bantam.tensor.Shape;
import dev.bantam.tensor.op.ConcatOp;
import dev.bantam.tensor.op.EmbeddingOp;
import dev.bantam.tensor.op.SliceOp;
import dev.bantam.tensor.op.TransposeOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Operations that move elements. */
final class ShapeCases {
  static final List<OpCase> ALL = new ArrayList<>();

  private ShapeCases() {}

  static {
    ALL.add(
        OpCase.of(
            TransposeOp.class,
            "of matrices",
            "2x35x5",
            "1x512x384",
            (ws, x) -> TransposeOp.forward(ws, x.get(0), 1, -1),
            x ->
                Exact.of(
                    Shape.of(x.get(0).dim(0), x.get(0).dim(2), x.get(0).dim(1)),
                    i -> x.get(0).get(i[0], i[2], i[1]))));
    transpose("heads to the front", "3x2x4x5", 0, 2, 1, 3);
    transpose("the first axis to the end", "3x4x5", 1, 2, 0);
    transpose("all axes turned round", "3x4x5", 2, 1, 0);
    transpose("axes of extent 1", "1x4x1x3", 3, 0, 1, 2);
    transpose("nothing moves", "3x4", 0, 1);
    slice("inside", "3x7x2", "4x128x384", 1, 2, 5);
    slice("the last axis", "4x7", "512x384", -1, 0, 3);
    slice("nothing", "4x7", "512x384", -1, 2, 2);
    concat("along the last axis", "3x2 3x1 3x4", "512x128 512x128 512x128", -1);
    concat("along the first axis", "3x2 1x2", "256x384 256x384", 0);
    concat("inside", "2x1x3 2x4x3", "8x64x384 8x64x384", 1);
    concat("one alone", "3x2", "512x384", 1);
    ALL.add(
        OpCase.of(
            EmbeddingOp.class,
            "rows looked up twice, or never",
            "9x5",
            "30522x384",
            (ws, x) -> EmbeddingOp.forward(ws, x.get(0), ids(x.get(0).shape().dim(0)), -1),
            x -> {
              int[] ids = ids(x.get(0).dim(0));
              return Exact.of(
                  Shape.of(ids.length, x.get(0).dim(1)), i -> x.get(0).get(ids[i[0]], i[1]));
            }));
  }

  private static int[] ids(int rows) {
    int[] ids = new int[rows == 9 ? 7 : 512];
    Arrays.setAll(ids, i -> i * i * 7 % rows);
    return ids;
  }

  private static void transpose(String what, String shape, int... order) {
    ALL.add(
        OpCase.of(
            TransposeOp.class,
            what,
            shape,
            shape,
            (ws, x) -> TransposeOp.forward(ws, x.get(0), order),
            x ->
                Exact.of(
                    Shape.of(Arrays.stream(order).map(x.get(0)::dim).toArray()),
                    i -> {
                      int[] at = new int[order.length];
                      for (int axis = 0; axis < order.length; axis++) {
                        at[order[axis]] = i[axis];
                      }
                      return x.get(0).get(at);
                    })));
  }

  private static void slice(String what, String shape, String model, int axis, int from, int to) {
    ALL.add(
        OpCase.of(
            SliceOp.class,
            what,
            shape,
            model,
            (ws, x) -> SliceOp.forward(ws, x.get(0), axis, from, to),
            x -> {
              int a = x.get(0).shape().axis(axis);
              int[] dims = x.get(0).shape().toArray();
              dims[a] = to - from;
              return Exact.of(
                  Shape.of(dims),
                  i -> {
                    int[] at = i.clone();
                    at[a] += from;
                    return x.get(0).get(at);
                  });
            }));
  }

  private static void concat(String what, String shapes, String model, int axis) {
    ALL.add(
        OpCase.of(
            ConcatOp.class,
            what,
            shapes,
            model,
            (ws, x) -> ConcatOp.forward(ws, axis, x),
            x -> {
              int a = x.get(0).shape().axis(axis);
              int[] dims = x.get(0).shape().toArray();
              dims[a] = x.stream().mapToInt(part -> part.dim(a)).sum();
              return Exact.of(
                  Shape.of(dims),
                  i -> {
                    int[] at = i.clone();
                    for (Exact part : x) {
                      if (at[a] < part.dim(a)) {
                        return part.get(at);
                      }
                      at[a] -= part.dim(a);
                    }
                    throw new AssertionError("beyond the last part");
                  });
            }));
  }
}

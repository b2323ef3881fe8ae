package dev.bantam.kd.compress;

import dev.bantam.bert.BertModel;
import dev.bantam.nn.DenseLinearKernel;
import dev.bantam.nn.Linear;
import dev.bantam.nn.LinearKernel;
import dev.bantam.nn.NnModule;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.kernel.PackedMatrix;
import dev.bantam.tensor.parallel.WorkerPool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the layers of one shape are computed, and how fast that is on this machine against FP32.
 *
 * <p>Measured on one thread, in turns: each passes all these layers, one after the other as a model
 * does, so that weights come from where they come from there.
 *
 * @param kernel what computes them
 * @param outputs elements of an output row
 * @param inputs elements of an input row
 * @param layers how many there are
 * @param speedups by {@link #ROWS} of the input: the median of FP32's time over theirs; empty if
 *     they are computed in FP32
 */
public record LayerSpeed(
    String kernel, int outputs, int inputs, int layers, Map<Integer, Double> speedups) {
  /** Rows, which are tokens, that are multiplied at once: one, a short text, and a long one. */
  public static final List<Integer> ROWS = List.of(1, 16, 128);

  /** Least time of a measurement. */
  private static final long NANOS = 300_000_000;

  private static final int LEAST_TURNS = 5;

  /** What layers have in common that are measured together. */
  private record Kind(String kernel, int outputs, int inputs) {
    static Kind of(LinearKernel layer) {
      return new Kind(layer.description(), layer.outputs(), layer.inputs());
    }
  }

  /**
   * Measures all layers of the encoder that are linear, which takes some seconds.
   *
   * @param model a model, compressed or not
   * @return one for each kernel and shape
   */
  public static List<LayerSpeed> measure(BertModel model) {
    Map<Kind, List<LinearKernel>> kinds = new LinkedHashMap<>();
    for (NnModule module : model.namedModules().values()) {
      if (module instanceof Linear layer) {
        LinearKernel kernel = layer.kernel();
        kinds.computeIfAbsent(Kind.of(kernel), _ -> new ArrayList<>()).add(kernel);
      }
    }
    kinds.values().forEach(LayerSpeed::measure); // until the kernels are compiled
    return kinds.values().stream().map(LayerSpeed::measure).toList();
  }

  private static LayerSpeed measure(List<LinearKernel> layers) {
    Kind kind = Kind.of(layers.getFirst());
    Map<Integer, Double> speedups = new LinkedHashMap<>();
    if (!(layers.getFirst() instanceof DenseLinearKernel)) {
      try (WorkerPool pool = WorkerPool.of(1)) {
        Workspace ws = new Workspace(Kernels.best(), pool);
        List<LinearKernel> dense = dense(ws, kind, layers.size());
        for (int rows : ROWS) {
          speedups.put(rows, speedup(ws, dense, layers, rows));
        }
      }
    }
    return new LayerSpeed(kind.kernel, kind.outputs, kind.inputs, layers.size(), speedups);
  }

  /** As many layers of the same shape; how fast they are does not depend on the weights. */
  private static List<LinearKernel> dense(Workspace ws, Kind kind, int count) {
    float[] weights = new float[kind.outputs * kind.inputs];
    Arrays.fill(weights, 0.5f);
    List<LinearKernel> layers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      PackedMatrix packed = ws.kernels().matmul().pack(weights, 0, kind.outputs, kind.inputs);
      layers.add(new DenseLinearKernel(packed, new float[kind.outputs]));
    }
    return layers;
  }

  private static double speedup(
      Workspace ws, List<LinearKernel> dense, List<LinearKernel> layers, int rows) {
    Tensor x = Tensor.zeros(rows, layers.getFirst().inputs());
    for (int i = 0; i < x.data().length; i++) {
      x.data()[i] = (float) Math.sin(i);
    }
    List<Double> ratios = new ArrayList<>();
    long start = System.nanoTime();
    while (ratios.size() < LEAST_TURNS || System.nanoTime() - start < NANOS) {
      double denseNanos = nanos(ws, dense, x);
      ratios.add(denseNanos / nanos(ws, layers, x));
    }
    Collections.sort(ratios);
    return ratios.get(ratios.size() / 2);
  }

  private static double nanos(Workspace ws, List<LinearKernel> layers, Tensor x) {
    long start = System.nanoTime();
    for (LinearKernel layer : layers) {
      try (var _ = ws.scope()) {
        layer.forward(ws, x, Activation.NONE);
      }
    }
    return System.nanoTime() - start;
  }
}

package dev.bantam.quant.model;

import dev.bantam.nn.Linear;
import dev.bantam.nn.Parametrization;
import dev.bantam.quant.InputQuantization;
import dev.bantam.quant.calibrate.RangeObserver;
import dev.bantam.quant.calibrate.RowSample;
import dev.bantam.quant.kernel.QuantizedKernels;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.op.LinearOp;
import dev.bantam.tensor.parallel.WorkerPool;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the range of a layer's input: the one that was asked for, or of all the ways there are the
 * one that costs the layer's output least squared error.
 */
final class StaticInput {
  private static final int SAMPLE_ROWS = 256;

  private final Linear linear;
  private final Map<RangeChoice, RangeObserver> observers = new EnumMap<>(RangeChoice.class);
  private final RowSample sample;

  /**
   * Observes the input of a layer until somebody else does.
   *
   * @param choice how the range is found; null for the best
   */
  StaticInput(Linear linear, @Nullable RangeChoice choice) {
    this.linear = linear;
    for (RangeChoice each : choice == null ? RangeChoice.values() : new RangeChoice[] {choice}) {
      observers.put(each, each.newObserver());
    }
    sample = new RowSample(SAMPLE_ROWS, linear.kernel().inputs());
    Workspace ws = new Workspace(Kernels.best(), WorkerPool.of(1));
    linear.observeInput(
        x -> {
          try (var _ = ws.scope()) {
            observe(seen(ws, x));
          }
        });
  }

  /** The input after the parametrizations that there are. */
  private Tensor seen(Workspace ws, Tensor x) {
    Tensor seen = x;
    for (Parametrization p : linear.input()) {
      seen = p.forward(ws, seen);
    }
    return seen;
  }

  private void observe(Tensor x) {
    int rows = x.shape().rows();
    int columns = x.shape().dim(-1);
    sample.observe(x.data(), x.offset(), rows, columns);
    observers.values().forEach(o -> o.observe(x.data(), x.offset(), rows, columns));
  }

  /** What was found. */
  InputQuantization rounding() {
    @Nullable InputQuantization best = null;
    double least = Double.POSITIVE_INFINITY;
    for (RangeObserver observer : observers.values()) {
      InputQuantization.Static rounding = observer.range().asymmetric();
      double error = observers.size() == 1 ? 0 : error(rounding);
      if (best == null || error < least) {
        best = rounding;
        least = error;
      }
    }
    if (best == null) {
      throw new IllegalStateException(linear.name() + ": no range");
    }
    return best;
  }

  /** Sum of squares of what the layer makes of the error of its rounded input. */
  private double error(InputQuantization.Static rounding) {
    Workspace ws = new Workspace(Kernels.best(), WorkerPool.of(1));
    QuantizedKernels kernels = QuantizedKernels.of(ws.kernels());
    int columns = sample.columns();
    float[] x = sample.toArray();
    float[] rounded = new float[x.length];
    for (int row = 0; row < sample.rows(); row++) {
      int at = row * columns;
      float scale = kernels.round(rounding, x, at, columns, rounded, at);
      for (int i = at; i < at + columns; i++) {
        rounded[i] = scale * rounded[i] - x[i];
      }
    }
    Tensor w = linear.weight().orElseThrow().value();
    Tensor y =
        LinearOp.forward(
            ws, Tensor.wrap(rounded, sample.rows(), columns), w.detach(), null, Activation.NONE);
    double sum = 0;
    for (float v : y.toArray()) {
      sum += (double) v * v;
    }
    return sum;
  }
}

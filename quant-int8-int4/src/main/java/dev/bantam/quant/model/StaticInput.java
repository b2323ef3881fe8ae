package dev.bantam.quant.model;

import dev.bantam.nn.Linear;
import dev.bantam.nn.Parametrization;
import dev.bantam.quant.InputQuantization;
import dev.bantam.quant.calibrate.RangeObserver;
import dev.bantam.quant.calibrate.RowSample;
import dev.bantam.quant.kernel.QuantizedKernels;
import dev.bantam.quant.ptq.Sqnr;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.op.LinearOp;
import dev.bantam.tensor.parallel.WorkerPool;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
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

  /** Whether there was an input. */
  boolean isReached() {
    return sample.rows() > 0;
  }

  /**
   * A way to round the input.
   *
   * @param rounding the way
   * @param sqnrDb signal to noise of the layer's output by each rule that was tried, in decibels
   */
  record Found(InputQuantization rounding, SequencedMap<RangeChoice, Double> sqnrDb) {}

  /** The way of least noise. */
  Found find() {
    SequencedMap<RangeChoice, Double> sqnrs = new LinkedHashMap<>();
    float[] x = sample.toArray();
    double signal = outputPower(x);
    @Nullable InputQuantization best = null;
    double greatest = Double.NEGATIVE_INFINITY;
    for (var observer : observers.entrySet()) {
      InputQuantization.Static rounding = observer.getValue().range().asymmetric();
      double sqnr = Sqnr.decibels(signal, outputPower(error(x, rounding)));
      sqnrs.put(observer.getKey(), sqnr);
      if (best == null || sqnr > greatest) {
        best = rounding;
        greatest = sqnr;
      }
    }
    if (best == null) {
      throw new IllegalStateException(linear.name() + ": no range");
    }
    return new Found(best, Collections.unmodifiableSequencedMap(sqnrs));
  }

  /** What rounding adds to rows. */
  private float[] error(float[] x, InputQuantization.Static rounding) {
    QuantizedKernels kernels = QuantizedKernels.of(Kernels.best());
    int columns = sample.columns();
    float[] error = new float[x.length];
    for (int at = 0; at < x.length; at += columns) {
      kernels.roundTrip(rounding, x, at, columns, error, at);
    }
    for (int i = 0; i < x.length; i++) {
      error[i] -= x[i];
    }
    return error;
  }

  /** Sum of squares of what the layer makes of rows, without its bias. */
  private double outputPower(float[] rows) {
    Workspace ws = new Workspace(Kernels.best(), WorkerPool.of(1));
    Tensor x = Tensor.wrap(rows, sample.rows(), sample.columns());
    Tensor w = linear.weight().orElseThrow().value().detach();
    double sum = 0;
    for (float v : LinearOp.forward(ws, x, w, null, Activation.NONE).toArray()) {
      sum += (double) v * v;
    }
    return sum;
  }
}

package dev.bantam.quant.ptq;

import dev.bantam.quant.InputQuantization;
import dev.bantam.quant.RoundToNearest;
import dev.bantam.quant.WeightScheme;
import dev.bantam.quant.calibrate.MinMax;
import dev.bantam.quant.calibrate.RowSample;
import dev.bantam.quant.kernel.QuantizedKernels;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.op.LinearOp;
import dev.bantam.tensor.parallel.WorkerPool;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Moves outliers of the input, which has one scale for many columns, into the weight (Xiao et al.
 * 2023, "SmoothQuant: Accurate and Efficient Post-Training Quantization for Large Language
 * Models"): column j of the input is divided, and of the weight multiplied, by
 *
 * <pre>  s[j] = max|x[j]|^α / max|w[j]|^(1 - α)</pre>
 *
 * <p>In BERT the LayerNorm before a layer also feeds the residual, so its weights cannot take the
 * division, as they do in the paper. Here the layer multiplies its own input with {@code 1 / s};
 * what others read stays as it is.
 */
public final class SmoothQuant {
  private static final double LEAST = 1e-5;
  private static final int STEPS = 10; // of the search for α

  private SmoothQuant() {}

  /**
   * Weights that share an input, such as query, key and value, and the factors of that input.
   *
   * @param weights in the order given; all with the same input scales
   * @param alpha what was chosen; not a number if nothing is divided
   * @param error of the outputs: sum of squares, a mean over the sample
   */
  public record Result(List<ScaledWeight> weights, double alpha, double error) {}

  /**
   * The factors {@code 1 / s} of an input.
   *
   * @param weights all that share the input, each row-major [its rows, columns]
   * @param maxMagnitude of each column of the input
   * @param alpha how much of the difficulty goes to the weights, in [0, 1]; 0.5 is usual
   */
  public static float[] inputScales(List<float[]> weights, float[] maxMagnitude, double alpha) {
    int columns = maxMagnitude.length;
    float[] largest = new float[columns];
    for (float[] w : weights) {
      for (int i = 0; i < w.length; i++) {
        largest[i % columns] = Math.max(largest[i % columns], Math.abs(w[i]));
      }
    }
    float[] inputScales = new float[columns];
    for (int j = 0; j < columns; j++) {
      double x = Math.max(maxMagnitude[j], LEAST);
      double w = Math.max(largest[j], LEAST);
      inputScales[j] = (float) (Math.pow(w, 1 - alpha) / Math.pow(x, alpha));
    }
    return inputScales;
  }

  /**
   * Quantizes weights with the α of 0, 0.1, ..., 1, or with none, that gives the least error of
   * their outputs when the input is rounded too.
   *
   * @param weights all that share the input, each row-major [its rows, columns], finite
   * @param scheme types and groups
   * @param maxMagnitude of each column of the input
   * @param sample rows of the input
   * @param perToken whether the input is rounded with a scale for each row, or with one range
   */
  public static Result quantize(
      List<float[]> weights,
      WeightScheme scheme,
      float[] maxMagnitude,
      RowSample sample,
      boolean perToken) {
    int columns = sample.columns();
    float[] x = sample.toArray();
    List<float[]> exact = new ArrayList<>();
    for (float[] w : weights) {
      exact.add(outputs(x, w, columns));
    }
    Result best = round(weights, scheme, null, Double.NaN, x, columns, exact, perToken);
    for (int step = 0; step <= STEPS; step++) {
      double alpha = (double) step / STEPS;
      float[] inputScales = inputScales(weights, maxMagnitude, alpha);
      Result next = round(weights, scheme, inputScales, alpha, x, columns, exact, perToken);
      if (next.error() < best.error()) {
        best = next;
      }
    }
    return best;
  }

  private static Result round(
      List<float[]> weights,
      WeightScheme scheme,
      float @Nullable [] inputScales,
      double alpha,
      float[] x,
      int columns,
      List<float[]> exact,
      boolean perToken) {
    int tokens = x.length / columns;
    float[] scaledX = inputScales == null ? x : ScaledWeight.multiplyColumns(x, inputScales);
    float[] roundedX = roundInput(scaledX, tokens, columns, perToken);
    List<ScaledWeight> rounded = new ArrayList<>();
    double error = 0;
    for (float[] w : weights) {
      float[] scaledW = inputScales == null ? w : ScaledWeight.divideColumns(w, inputScales);
      var matrix = RoundToNearest.quantize(scaledW, w.length / columns, columns, scheme);
      float[] expected = exact.get(rounded.size());
      float[] approximate = outputs(roundedX, matrix.dequantize(), columns);
      for (int i = 0; i < expected.length; i++) {
        double difference = (double) approximate[i] - expected[i];
        error += difference * difference / tokens;
      }
      rounded.add(new ScaledWeight(matrix, inputScales));
    }
    return new Result(List.copyOf(rounded), alpha, error);
  }

  /** The values that an input's codes stand for, as {@code InputQuantization} defines them. */
  static float[] roundInput(float[] x, int rows, int columns, boolean perToken) {
    InputQuantization rounding = new InputQuantization.Dynamic();
    if (!perToken) {
      MinMax all = new MinMax();
      all.observe(x, 0, rows, columns);
      rounding = all.range().asymmetric();
    }
    QuantizedKernels kernels = QuantizedKernels.of(Kernels.best());
    float[] rounded = new float[x.length];
    for (int at = 0; at < x.length; at += columns) {
      kernels.roundTrip(rounding, x, at, columns, rounded, at);
    }
    return rounded;
  }

  private static float[] outputs(float[] x, float[] w, int columns) {
    Workspace ws = new Workspace(Kernels.best(), WorkerPool.shared());
    return LinearOp.forward(
            ws,
            Tensor.wrap(x, x.length / columns, columns),
            Tensor.wrap(w, w.length / columns, columns),
            null,
            Activation.NONE)
        .toArray();
  }
}

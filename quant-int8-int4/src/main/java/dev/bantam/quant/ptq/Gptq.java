package dev.bantam.quant.ptq;

import dev.bantam.quant.Granularity;
import dev.bantam.quant.Grid;
import dev.bantam.quant.GridFit;
import dev.bantam.quant.QuantizedMatrix;
import dev.bantam.quant.QuantizedMatrixBuilder;
import dev.bantam.quant.RoundToNearest;
import dev.bantam.quant.WeightScheme;
import dev.bantam.tensor.parallel.WorkerPool;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Rounds the columns of a weight one after the other; the columns that are left change so that the
 * squared error of the layer's output grows least (Frantar et al. 2023, "GPTQ: Accurate
 * Post-Training Quantization for Generative Pre-trained Transformers"). With the upper Cholesky
 * factor U of the inverse of the layer's {@link dev.bantam.quant.calibrate.Hessian}, for each row w
 * of the weight:
 *
 * <pre>
 *   q[i] = round(w[i])
 *   w[j] -= (w[i] - q[i]) / U[i, i] · U[i, j]      for all j > i
 * </pre>
 *
 * <p>The grid of a group is chosen when its first column is reached, from the weights as they then
 * are. Columns that are always 0 become 0.
 *
 * @param scheme types and groups
 * @param damping what is added to the diagonal of H, as a part of its mean; 0.01 is usual
 * @param actOrder whether columns are rounded in the order of their input's size, largest first,
 *     while they can still be made up for; grids are then those of the weights before
 */
public record Gptq(WeightScheme scheme, double damping, boolean actOrder) {
  private static final int BLOCK = 128; // columns that change at once the ones that follow

  /** Checks the damping. */
  public Gptq {
    if (!(damping > 0 && damping <= 1)) {
      throw new IllegalArgumentException("damping: expected 0 < d <= 1, got " + damping);
    }
  }

  /** With a damping of 1 %, from left to right. */
  public static Gptq of(WeightScheme scheme) {
    return new Gptq(scheme, 0.01, false);
  }

  /**
   * Quantizes a weight.
   *
   * @param w row-major [rows, columns], finite
   * @param rows outputs of the layer
   * @param columns inputs of the layer
   * @param h its Hessian, row-major [columns, columns]
   * @throws IllegalArgumentException if an element is not finite, or h not positive semidefinite
   */
  public QuantizedMatrix quantize(float[] w, int rows, int columns, double[] h) {
    if (h.length != Math.multiplyExact(columns, columns)) {
      throw new IllegalArgumentException(
          "gptq: expected a Hessian of [%d, %d], got %d elements"
              .formatted(columns, columns, h.length));
    }
    RoundToNearest.checkFinite(w, rows, columns);
    boolean refit = scheme.granularity() instanceof Granularity.PerGroup && !actOrder;
    QuantizedMatrixBuilder matrix =
        refit
            ? new QuantizedMatrixBuilder(scheme, rows, columns)
            : RoundToNearest.fitGrids(w, rows, columns, scheme);
    int[] order = order(h, columns);
    double[][] weights = new double[rows][columns]; // columns in that order, as all that follows
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < columns; i++) {
        int column = order[i];
        boolean dead = h[column * columns + column] == 0;
        weights[row][i] = dead ? 0 : w[row * columns + column];
      }
    }
    double[][] u = factorOfInverse(h, columns, order);
    int groupSize = matrix.groupSize();
    for (int start = 0; start < columns; ) {
      // a block ends with its group, so that the next one is fit to weights that have changed
      int groupEnd = Math.min((start / groupSize + 1) * groupSize, columns);
      int end = Math.min(start + BLOCK, actOrder ? columns : groupEnd);
      int from = start;
      boolean groupBegins = refit && start % groupSize == 0;
      WorkerPool.shared()
          .run(
              rows,
              (row, _) -> {
                if (groupBegins) {
                  matrix.grid(row, from / groupSize, fit(weights[row], from, groupEnd));
                }
                round(weights[row], row, from, end, u, order, matrix);
              });
      start = end;
    }
    return matrix.build();
  }

  /** Rounds the columns from, ..., end - 1 of a row, and changes those that follow. */
  private static void round(
      double[] w,
      int row,
      int from,
      int end,
      double[][] u,
      int[] order,
      QuantizedMatrixBuilder matrix) {
    double[] errors = new double[end - from];
    for (int i = from; i < end; i++) {
      int column = order[i];
      Grid grid = matrix.grid(row, column / matrix.groupSize());
      int code = grid.code((float) w[i]);
      matrix.code(row, column, code);
      double error = (w[i] - grid.value(code)) / u[i][i];
      for (int j = i + 1; j < end; j++) {
        w[j] -= error * u[i][j];
      }
      errors[i - from] = error;
    }
    Triangular.subtractProduct(w, end, w.length, errors, 0, errors.length, u, from);
  }

  private Grid fit(double[] w, int from, int to) {
    float[] group = new float[to - from];
    for (int i = 0; i < group.length; i++) {
      group[i] = (float) w[from + i];
    }
    return new GridFit(scheme).fit(group, 0, group.length);
  }

  private int[] order(double[] h, int columns) {
    IntStream all = IntStream.range(0, columns);
    return actOrder
        ? all.boxed()
            .sorted(Comparator.comparingDouble(i -> -h[i * columns + i])) // stable
            .mapToInt(i -> i)
            .toArray()
        : all.toArray();
  }

  private double[][] factorOfInverse(double[] h, int columns, int[] order) {
    double mean = 0;
    for (int i = 0; i < columns; i++) {
      mean += h[i * columns + i] / columns;
    }
    double[][] damped = new double[columns][columns];
    for (int i = 0; i < columns; i++) {
      for (int j = 0; j < columns; j++) {
        damped[i][j] = h[order[i] * columns + order[j]];
      }
      if (damped[i][i] == 0) {
        damped[i][i] = 1;
      }
      damped[i][i] += damping * mean;
    }
    try {
      return Triangular.factorOfInverse(damped);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("gptq: the Hessian is " + e.getMessage(), e);
    }
  }
}

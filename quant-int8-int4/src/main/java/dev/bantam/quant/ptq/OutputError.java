package dev.bantam.quant.ptq;

import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.kernel.MatmulKernel;
import dev.bantam.tensor.kernel.PackedMatrix;

/**
 * The squared error of a layer's output by a change E of its weight, a mean over the inputs and a
 * sum over the outputs, without the inputs: {@code 1/n Σ |E x|² = tr(E H Eᵀ) / 2}.
 */
public final class OutputError {
  private static final int STRIP = 32; // rows of E at once

  private final int columns;
  private final MatmulKernel kernel = Kernels.best().matmul();
  private final PackedMatrix hessian;

  /**
   * Of a layer.
   *
   * @param h its Hessian, row-major [columns, columns]
   * @param columns inputs of the layer
   */
  public OutputError(double[] h, int columns) {
    this.columns = columns;
    float[] floats = new float[Math.multiplyExact(columns, columns)];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) h[i];
    }
    hessian = kernel.pack(floats, 0, columns, columns);
  }

  /**
   * The error.
   *
   * @param deviation what is added to the weight, row-major [rows, columns]; or the weight, to get
   *     the mean square of the output
   */
  public double of(float[] deviation) {
    int rows = deviation.length / columns;
    float[] product = new float[Math.min(rows, STRIP) * columns]; // E H
    float[] scratch = new float[kernel.scratchSize()];
    double sum = 0;
    for (int row = 0; row < rows; row += STRIP) {
      int height = Math.min(STRIP, rows - row);
      int from = row * columns;
      kernel.multiply(
          deviation,
          from,
          columns,
          false,
          height,
          hessian,
          0,
          hessian.panels(),
          false,
          null,
          Activation.NONE,
          product,
          0,
          columns,
          scratch);
      for (int i = 0; i < height * columns; i++) {
        sum += (double) product[i] * deviation[from + i];
      }
    }
    return Math.max(0, sum / 2); // rounding may make nothing negative
  }

  /** Signal to noise of the output in dB, if a weight is replaced. */
  public double sqnr(float[] w, ScaledWeight replacement) {
    return Sqnr.decibels(of(w), of(replacement.deviation(w)));
  }
}

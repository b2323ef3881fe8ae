package dev.bantam.quant.calibrate;

import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.kernel.MatmulKernel;
import dev.bantam.tensor.kernel.PackedMatrix;
import org.jspecify.annotations.Nullable;

/**
 * The second derivatives of a layer's squared output error by the weights of one output, which are
 * the same for all outputs: {@code H = 2/n Σ x xᵀ} over the n rows x of the input (Frantar et al.
 * 2023, "GPTQ", section 3). Memory: columns² doubles.
 *
 * <p>Products of up to {@value MatmulKernel#BLOCK} rows are summed in floats, their sums in
 * doubles.
 */
public final class Hessian implements Observer {
  private static final int ROWS = MatmulKernel.BLOCK;
  private static final int STRIP = 64; // rows of H that are made at once

  private final int columns;
  private final double[] sums; // [columns, columns], of x xᵀ; only on and above the diagonal
  private final float[] pending; // rows that are yet to be multiplied
  private final float[] strip;
  private final MatmulKernel kernel = Kernels.best().matmul();
  private final float[] scratch = new float[kernel.scratchSize()];
  private @Nullable PackedMatrix packed;
  private int pendingRows;
  private long rows;

  /**
   * Observes from nothing.
   *
   * @param columns inputs of the layer
   */
  public Hessian(int columns) {
    this.columns = columns;
    sums = new double[Math.multiplyExact(columns, columns)];
    pending = new float[ROWS * columns];
    strip = new float[STRIP * columns];
  }

  @Override
  public void observe(float[] x, int offset, int rows, int columns) {
    ColumnStatistics.checkColumns(columns, this.columns);
    new MinMax().observe(x, offset, rows, columns); // refuses what is not finite
    for (int row = 0; row < rows; ) {
      int taken = Math.min(rows - row, ROWS - pendingRows);
      int from = offset + row * columns;
      System.arraycopy(x, from, pending, pendingRows * columns, taken * columns);
      row += taken;
      pendingRows += taken;
      if (pendingRows == ROWS) {
        flush();
      }
    }
    this.rows += rows;
  }

  /** Adds the product of the pending rows' transpose and themselves. */
  private void flush() {
    if (pendingRows == 0) {
      return;
    }
    PackedMatrix w = kernel.reserve(packed, columns, pendingRows);
    packed = w;
    kernel.pack(pending, 0, columns, true, w, 0, w.panels());
    for (int from = 0; from < columns; from += STRIP) {
      int height = Math.min(STRIP, columns - from);
      int panel = from / w.panelWidth(); // what is left of it is below the diagonal
      kernel.multiply(
          pending,
          from,
          columns,
          true,
          height,
          w,
          panel,
          w.panels(),
          false,
          null,
          Activation.NONE,
          strip,
          0,
          columns,
          scratch);
      for (int i = 0; i < height; i++) {
        int row = (from + i) * columns;
        for (int column = from + i; column < columns; column++) {
          sums[row + column] += strip[i * columns + column];
        }
      }
    }
    pendingRows = 0;
  }

  /** Inputs of the layer. */
  public int columns() {
    return columns;
  }

  /** Rows observed. */
  public long rows() {
    return rows;
  }

  /**
   * H, row-major [columns, columns], symmetric; a copy.
   *
   * @throws IllegalStateException if nothing was observed
   */
  public double[] toArray() {
    if (rows == 0) {
      throw new IllegalStateException("hessian: nothing was observed");
    }
    flush();
    double[] h = new double[sums.length];
    double scale = 2.0 / rows;
    for (int i = 0; i < columns; i++) {
      for (int j = i; j < columns; j++) {
        h[i * columns + j] = scale * sums[i * columns + j];
        h[j * columns + i] = h[i * columns + j];
      }
    }
    return h;
  }
}

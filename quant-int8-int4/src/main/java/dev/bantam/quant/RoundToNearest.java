package dev.bantam.quant;

import dev.bantam.tensor.parallel.WorkerPool;

/**
 * Quantizes a weight element by element: each becomes the nearest value of the {@link Grid} of its
 * group.
 */
public final class RoundToNearest {
  private RoundToNearest() {}

  /**
   * Quantizes a weight.
   *
   * @param w row-major [rows, columns], finite
   * @param rows outputs of a layer
   * @param columns inputs of a layer
   * @param scheme types and groups
   * @throws IllegalArgumentException if an element is not finite
   */
  public static QuantizedMatrix quantize(float[] w, int rows, int columns, WeightScheme scheme) {
    return quantize(w, rows, columns, fitGrids(w, rows, columns, scheme));
  }

  /**
   * Quantizes a weight by grids that are given.
   *
   * @param w row-major [rows, columns]
   * @param rows outputs of a layer
   * @param columns inputs of a layer
   * @param matrix of that shape, with its grids; its codes are set
   */
  public static QuantizedMatrix quantize(
      float[] w, int rows, int columns, QuantizedMatrixBuilder matrix) {
    for (int row = 0; row < rows; row++) {
      for (int from = 0; from < columns; from += matrix.groupSize()) {
        Grid grid = matrix.grid(row, from / matrix.groupSize());
        int to = Math.min(from + matrix.groupSize(), columns);
        for (int column = from; column < to; column++) {
          matrix.code(row, column, grid.code(w[row * columns + column]));
        }
      }
    }
    return matrix.build();
  }

  /**
   * Chooses the grids of a weight; its codes are yet to be set.
   *
   * @param w row-major [rows, columns], finite
   * @param rows outputs of a layer
   * @param columns inputs of a layer
   * @param scheme types and groups
   * @throws IllegalArgumentException if an element is not finite
   */
  public static QuantizedMatrixBuilder fitGrids(
      float[] w, int rows, int columns, WeightScheme scheme) {
    checkFinite(w, rows, columns);
    QuantizedMatrixBuilder matrix = new QuantizedMatrixBuilder(scheme, rows, columns);
    GridFit fit = new GridFit(scheme);
    boolean perTensor = scheme.granularity() instanceof Granularity.PerTensor;
    Grid shared = perTensor ? fit.fit(w, 0, w.length) : null;
    WorkerPool.shared()
        .run(
            rows,
            (row, _) -> {
              for (int from = 0; from < columns; from += matrix.groupSize()) {
                int length = Math.min(matrix.groupSize(), columns - from);
                Grid grid = shared != null ? shared : fit.fit(w, row * columns + from, length);
                matrix.grid(row, from / matrix.groupSize(), grid);
              }
            });
    return matrix;
  }

  /**
   * Refuses what is no weight.
   *
   * @param w row-major [rows, columns]
   * @param rows outputs of a layer
   * @param columns inputs of a layer
   * @throws IllegalArgumentException if the shape is another, or an element is not finite
   */
  public static void checkFinite(float[] w, int rows, int columns) {
    if (w.length != Math.multiplyExact(rows, columns)) {
      throw new IllegalArgumentException(
          "quantize: expected %d elements for [%d, %d], got %d"
              .formatted(rows * columns, rows, columns, w.length));
    }
    for (int i = 0; i < w.length; i++) {
      if (!Float.isFinite(w[i])) {
        throw new IllegalArgumentException(
            "quantize: weight [%d, %d] is %s; a weight must be finite"
                .formatted(i / columns, i % columns, w[i]));
      }
    }
  }
}

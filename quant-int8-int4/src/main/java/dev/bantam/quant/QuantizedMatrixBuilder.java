package dev.bantam.quant;

import org.jspecify.annotations.Nullable;

/** Collects the codes and grids of a {@link QuantizedMatrix}, in any order. */
public final class QuantizedMatrixBuilder {
  private final WeightType type;
  private final int rows;
  private final int columns;
  private final int groupSize;
  private final int groups;
  private final byte[] codes;
  private final float[] scales;
  private final byte @Nullable [] zeroPoints;

  /**
   * Begins a matrix.
   *
   * @param scheme its types and groups
   * @param rows outputs of a layer
   * @param columns inputs of a layer
   */
  public QuantizedMatrixBuilder(WeightScheme scheme, int rows, int columns) {
    type = scheme.type();
    this.rows = rows;
    this.columns = columns;
    groupSize = scheme.granularity().groupSize(columns);
    groups = Math.ceilDiv(columns, groupSize);
    codes = new byte[Math.multiplyExact(rows, type.rowBytes(columns))];
    scales = new float[Math.multiplyExact(rows, groups)];
    zeroPoints = scheme.asymmetric() ? new byte[scales.length] : null;
  }

  /** Columns that share a grid. */
  public int groupSize() {
    return groupSize;
  }

  /** Sets the grid of a group. */
  public void grid(int row, int group, Grid grid) {
    int at = row * groups + group;
    scales[at] = grid.scale();
    if (zeroPoints != null) {
      zeroPoints[at] = (byte) grid.zeroPoint();
    }
  }

  /** The grid of a group. */
  public Grid grid(int row, int group) {
    int at = row * groups + group;
    return new Grid(type, scales[at], zeroPoints == null ? 0 : zeroPoints[at]);
  }

  /** Sets the code of an element. */
  public void code(int row, int column, int code) {
    if (type.bits() == 8) {
      codes[row * columns + column] = (byte) code;
      return;
    }
    int at = row * type.rowBytes(columns) + column / 2;
    int shift = 4 * (column % 2);
    codes[at] = (byte) (codes[at] & ~(15 << shift) | (code & 15) << shift);
  }

  /** The matrix, which takes the memory of this builder. */
  public QuantizedMatrix build() {
    return new QuantizedMatrix(type, rows, columns, groupSize, codes, scales, zeroPoints);
  }
}

package dev.bantam.quant;

import org.jspecify.annotations.Nullable;

/**
 * A matrix [rows, columns] of few bits an element. A row is cut into groups of {@code groupSize}
 * columns, the last of which may be shorter; with {@code g = column / groupSize},
 *
 * <pre>  w[row, column] = scale[row, g] · (code[row, column] - zero[row, g])</pre>
 *
 * for integers, and {@code scale[row, g] · level(code[row, column])} for the other types.
 * Immutable: nobody may change the arrays.
 *
 * @param type what a code is
 * @param rows outputs of a layer, or rows of a table
 * @param columns inputs of a layer, or width of a table
 * @param groupSize columns that share a scale; {@code columns} if a row has one scale
 * @param codes row-major; a row has {@link WeightType#rowBytes} bytes. Of two elements of 4 bits,
 *     the one with the even column is in the low half of the byte
 * @param scales [rows, groups]
 * @param zeroPoints [rows, groups], integers that stand for 0; null if all are 0
 */
public record QuantizedMatrix(
    WeightType type,
    int rows,
    int columns,
    int groupSize,
    byte[] codes,
    float[] scales,
    byte @Nullable [] zeroPoints) {

  /** Checks that the parts fit. */
  public QuantizedMatrix {
    if (groupSize < 1 || groupSize > columns) {
      throw new IllegalArgumentException(
          "quantized matrix: group size %d of rows of %d columns".formatted(groupSize, columns));
    }
    int groups = Math.ceilDiv(columns, groupSize);
    expect("codes", codes.length, Math.multiplyExact(rows, type.rowBytes(columns)));
    expect("scales", scales.length, Math.multiplyExact(rows, groups));
    if (zeroPoints != null) {
      expect("zero points", zeroPoints.length, scales.length);
      if (!type.isInteger()) {
        throw new IllegalArgumentException("quantized matrix: " + type.id() + " has no zero point");
      }
    }
  }

  /** A matrix whose zero points are all 0; the parts are as above. */
  public QuantizedMatrix(
      WeightType type, int rows, int columns, int groupSize, byte[] codes, float[] scales) {
    this(type, rows, columns, groupSize, codes, scales, null);
  }

  private static void expect(String what, int length, int expected) {
    if (length != expected) {
      throw new IllegalArgumentException(
          "quantized matrix: expected %d %s, got %d".formatted(expected, what, length));
    }
  }

  /** Scales of a row. */
  public int groups() {
    return Math.ceilDiv(columns, groupSize);
  }

  /** Bytes of a row of codes. */
  public int rowBytes() {
    return type.rowBytes(columns);
  }

  /** The code of one element; sign-extended for the integer types. */
  public int code(int row, int column) {
    if (type.bits() == 8) {
      return codes[row * columns + column];
    }
    int pair = codes[row * rowBytes() + column / 2];
    int nibble = column % 2 == 0 ? pair << 28 >> 28 : pair >> 4;
    return type == WeightType.INT4 ? nibble : nibble & 15;
  }

  /** The value of one element. */
  public float get(int row, int column) {
    int group = row * groups() + column / groupSize;
    int zero = zeroPoints == null ? 0 : zeroPoints[group];
    int code = code(row, column);
    return scales[group] * (type.isInteger() ? code - zero : type.level(code));
  }

  /**
   * Writes the values of some rows.
   *
   * @param fromRow first row
   * @param toRow one past the last row
   * @param dst row-major
   * @param offset index of the first value
   */
  public void dequantize(int fromRow, int toRow, float[] dst, int offset) {
    int at = offset;
    for (int row = fromRow; row < toRow; row++) {
      for (int column = 0; column < columns; column++) {
        dst[at++] = get(row, column);
      }
    }
  }

  /** All values, row-major. */
  public float[] dequantize() {
    float[] values = new float[Math.multiplyExact(rows, columns)];
    dequantize(0, rows, values, 0);
    return values;
  }

  /** Memory of codes, scales and zero points, in bytes. */
  public long bytes() {
    return codes.length
        + (long) scales.length * Float.BYTES
        + (zeroPoints == null ? 0 : zeroPoints.length);
  }
}

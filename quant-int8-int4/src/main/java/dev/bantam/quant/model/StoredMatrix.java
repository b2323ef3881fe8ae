package dev.bantam.quant.model;

import dev.bantam.nn.StoredLayer;
import dev.bantam.quant.QuantizedMatrix;
import dev.bantam.quant.WeightType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A {@link QuantizedMatrix} of which the codes are still in the file.
 *
 * @param type what a code is
 * @param groupSize columns that share a scale
 * @param codes of the matrix, mapped
 * @param scales [rows, groups]
 * @param zeroPoints [rows, groups], or null if all are 0
 */
record StoredMatrix(
    WeightType type,
    int groupSize,
    MemorySegment codes,
    float[] scales,
    byte @Nullable [] zeroPoints) {

  static StoredMatrix read(StoredLayer layer, int rows, int columns) throws IOException {
    WeightType type = type(layer);
    long size = groupSize(layer);
    int groupSize = size <= 0 ? columns : (int) Math.min(size, columns);
    int groups = Math.ceilDiv(columns, groupSize);
    long gridRows = size == QuantizedFormat.WHOLE ? 1 : rows;
    float[] scales = layer.floats(QuantizedFormat.SCALE, gridRows, groups);
    for (float scale : scales) {
      if (scale == 0 || !Float.isFinite(scale)) {
        throw layer.error("a scale is " + scale + ", expected numbers that are not 0");
      }
    }
    boolean asymmetric =
        layer.has(QuantizedFormat.ZERO_POINT)
            || QuantizedFormat.isSet(layer.scheme(), QuantizedFormat.ASYMMETRIC);
    byte[] zeros = asymmetric ? zeros(layer, type, gridRows, groups) : null;
    if (size == QuantizedFormat.WHOLE) {
      float scale = scales[0];
      scales = new float[rows];
      Arrays.fill(scales, scale);
      if (zeros != null) {
        byte zero = zeros[0];
        zeros = new byte[rows];
        Arrays.fill(zeros, zero);
      }
    }
    MemorySegment codes =
        layer.bytes(
            QuantizedFormat.WEIGHT, QuantizedFormat.dtype(type), rows, type.rowBytes(columns));
    return new StoredMatrix(type, groupSize, codes, scales, zeros);
  }

  private static byte[] zeros(StoredLayer layer, WeightType type, long rows, long groups)
      throws IOException {
    if (!type.isInteger()) {
      throw layer.error(type.id() + " has no zero point");
    }
    byte[] zeros =
        layer.bytes(QuantizedFormat.ZERO_POINT, "I8", rows, groups).toArray(ValueLayout.JAVA_BYTE);
    for (byte zero : zeros) {
      if (zero < type.minCode() || zero > type.maxCode()) {
        throw layer.error(
            "a zero point is %d, expected %d to %d"
                .formatted(zero, type.minCode(), type.maxCode()));
      }
    }
    return zeros;
  }

  private static long groupSize(StoredLayer layer) throws IOException {
    Object size = layer.scheme().get(QuantizedFormat.GROUP_SIZE);
    if (size instanceof Long n && n >= QuantizedFormat.ROW) {
      return n;
    }
    throw layer.error("group_size: expected a whole number from -1, got " + size);
  }

  private static WeightType type(StoredLayer layer) throws IOException {
    for (WeightType type : WeightType.values()) {
      if (type.id().equals(layer.scheme().get(QuantizedFormat.WEIGHT))) {
        return type;
      }
    }
    throw layer.error(
        "weight: expected one of %s, got %s"
            .formatted(
                Arrays.stream(WeightType.values()).map(WeightType::id).toList(),
                layer.scheme().get(QuantizedFormat.WEIGHT)));
  }
}

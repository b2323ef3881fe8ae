package dev.bantam.quant.model;

import dev.bantam.nn.EmbeddingKernel;
import dev.bantam.quant.QuantizedMatrix;
import dev.bantam.quant.WeightType;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * A quantized table in a mapped file, which stays there: a row is read, and turned to floats, when
 * it is looked up.
 *
 * @param type what a code is
 * @param rows number of rows
 * @param width elements of a row
 * @param groupSize columns that share a scale
 * @param codes as in {@link QuantizedMatrix}
 * @param scales [rows, groups]
 * @param zeroPoints [rows, groups], or null if all are 0
 */
record QuantizedEmbeddingKernel(
    WeightType type,
    int rows,
    int width,
    int groupSize,
    MemorySegment codes,
    float[] scales,
    byte @Nullable [] zeroPoints)
    implements EmbeddingKernel {

  @Override
  public Tensor forward(Workspace ws, int[] ids) {
    Tensor y = ws.allocate(ids.length, width);
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= rows) {
        throw new IndexOutOfBoundsException(
            "embedding: id " + ids[i] + " is not a row of [" + rows + ", " + width + "]");
      }
      copyRow(ids[i], y.data(), y.offset() + i * width);
    }
    return y;
  }

  private void copyRow(int row, float[] y, int offset) {
    long at = (long) row * type.rowBytes(width);
    int group = row * Math.ceilDiv(width, groupSize);
    for (int from = 0; from < width; from += groupSize, group++) {
      float scale = scales[group];
      int zero = zeroPoints == null ? 0 : zeroPoints[group];
      for (int column = from; column < Math.min(from + groupSize, width); column++) {
        y[offset + column] =
            type == WeightType.INT8
                ? scale * (codes.get(ValueLayout.JAVA_BYTE, at + column) - zero)
                : scale * (level(at, column) - zero);
      }
    }
  }

  /** What a code of another type stands for, before scaling. */
  private float level(long row, int column) {
    if (type.bits() == 8) {
      return type.level(codes.get(ValueLayout.JAVA_BYTE, row + column));
    }
    int pair = codes.get(ValueLayout.JAVA_BYTE, row + column / 2);
    return type.level(column % 2 == 0 ? pair << 28 >> 28 : pair >> 4);
  }

  @Override
  public long bytes() {
    return codes.byteSize()
        + (long) scales.length * Float.BYTES
        + (zeroPoints == null ? 0 : zeroPoints.length);
  }
}

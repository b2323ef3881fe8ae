package dev.bantam.nn;

import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.op.EmbeddingOp;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A table in a mapped file, which stays there: a row is read when it is looked up.
 *
 * @param table row-major [rows, width], little-endian, of any alignment
 * @param rows number of rows
 * @param width elements of a row
 */
public record MappedEmbeddingKernel(MemorySegment table, int rows, int width)
    implements EmbeddingKernel {
  private static final ValueLayout.OfFloat LAYOUT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Checks the size. */
  public MappedEmbeddingKernel {
    if (table.byteSize() != (long) rows * width * Float.BYTES) {
      throw new ShapeMismatchException(
          "embedding: a table of %d bytes is not [%d, %d]"
              .formatted(table.byteSize(), rows, width));
    }
  }

  @Override
  public Tensor forward(Workspace ws, int[] ids) {
    return EmbeddingOp.forward(ws, table, LAYOUT, width, ids);
  }

  @Override
  public long bytes() {
    return table.byteSize();
  }
}

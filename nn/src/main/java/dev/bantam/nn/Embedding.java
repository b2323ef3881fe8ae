package dev.bantam.nn;

import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.op.EmbeddingOp;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A table [rows, width] whose rows are looked up by number. */
public final class Embedding extends NnModule {
  private static final ValueLayout.OfFloat MAPPED =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final int rows;
  private final int width;

  /** The table; null if it is mapped. */
  private final @Nullable Parameter weight;

  private final @Nullable MemorySegment mapped;
  private final int paddingRow;

  /**
   * A table in memory.
   *
   * @param weight [rows, width]
   */
  public Embedding(Parameter weight) {
    this(weight, -1);
  }

  /**
   * A table in memory.
   *
   * @param weight [rows, width]
   * @param paddingRow a row that is not trained, whatever looks it up; -1 for none
   */
  public Embedding(Parameter weight, int paddingRow) {
    this.weight = register("weight", weight);
    this.paddingRow = paddingRow;
    this.mapped = null;
    this.rows = weight.value().shape().dim(0);
    this.width = weight.value().shape().dim(1);
  }

  private Embedding(MemorySegment table, int rows, int width) {
    if (table.byteSize() != (long) rows * width * Float.BYTES) {
      throw new ShapeMismatchException(
          "embedding: a table of %d bytes is not [%d, %d]"
              .formatted(table.byteSize(), rows, width));
    }
    this.weight = null;
    this.paddingRow = -1;
    this.mapped = table;
    this.rows = rows;
    this.width = width;
  }

  /**
   * A table in a mapped file, which stays there: a row is read when it is looked up.
   *
   * @param table row-major [rows, width], little-endian, of any alignment
   * @param rows number of rows
   * @param width elements of a row
   */
  public static Embedding mapped(MemorySegment table, int rows, int width) {
    return new Embedding(table, rows, width);
  }

  /** Number of rows. */
  public int rows() {
    return rows;
  }

  /** Elements of a row. */
  public int width() {
    return width;
  }

  /**
   * Looks up rows.
   *
   * @param ws where to run
   * @param ids row of each result
   * @return [ids.length, width]
   * @throws IndexOutOfBoundsException if an id is not a row of the table
   */
  public Tensor forward(Workspace ws, int[] ids) {
    if (weight != null) {
      return EmbeddingOp.forward(ws, weight.read(ws), ids, paddingRow);
    }
    return EmbeddingOp.forward(ws, Objects.requireNonNull(mapped), MAPPED, width, ids);
  }

  @Override
  public long bytes() {
    return mapped == null ? super.bytes() : mapped.byteSize();
  }
}

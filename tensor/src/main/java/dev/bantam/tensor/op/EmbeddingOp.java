package dev.bantam.tensor.op;

import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * {@code y[i] = table[ids[i]]}: rows looked up in a table. The table may be an array or a mapped
 * file, of which only the rows that are looked up are read.
 */
public final class EmbeddingOp {
  /** Columns of one part of the work on the way back. */
  private static final int BACKWARD_COLUMNS = 64;

  private EmbeddingOp() {}

  /**
   * Looks up rows.
   *
   * @param ws where to run
   * @param table row-major [rows, width]
   * @param layout how the table stores a float
   * @param width elements of a row
   * @param ids row of each result
   * @return [ids.length, width]
   * @throws IndexOutOfBoundsException if an id is not a row of the table
   */
  public static Tensor forward(
      Workspace ws, MemorySegment table, ValueLayout.OfFloat layout, int width, int[] ids) {
    long rowBytes = (long) width * Float.BYTES;
    long rows = table.byteSize() / rowBytes;
    Tensor y = ws.allocate(ids.length, width);
    Chunks.rows(
        ws,
        ids.length,
        width,
        (from, n) -> {
          for (int i = from; i < from + n; i++) {
            MemorySegment.copy(
                table,
                layout,
                row(ids[i], rows, width) * rowBytes,
                y.data(),
                y.offset() + i * width,
                width);
          }
        });
    return y;
  }

  /**
   * Looks up rows of a table that can be trained.
   *
   * @param ws where to run
   * @param table [rows, width]
   * @param ids row of each result
   * @param paddingRow a row that gets no gradient from here, or -1
   * @return [ids.length, width]
   * @throws IndexOutOfBoundsException if an id is not a row of the table
   * @throws ShapeMismatchException if the table is no matrix
   */
  public static Tensor forward(Workspace ws, Tensor table, int[] ids, int paddingRow) {
    if (table.shape().rank() != 2) {
      throw new ShapeMismatchException(
          "embedding: expected a table [rows, width], got " + table.shape());
    }
    int rows = table.shape().dim(0);
    int width = table.shape().dim(1);
    Tensor y = ws.allocate(ids.length, width);
    Chunks.rows(
        ws,
        ids.length,
        width,
        (from, n) -> {
          for (int i = from; i < from + n; i++) {
            int at = table.offset() + (int) row(ids[i], rows, width) * width;
            System.arraycopy(table.data(), at, y.data(), y.offset() + i * width, width);
          }
        });
    if (ws.recording()) {
      ws.tape()
          .add(y, g -> backward(ws, ids, paddingRow, g.of(y), g.addIntoRows(table, ids)), table);
    }
    return y;
  }

  /** The row that an id names, if there is one. */
  private static long row(int id, long rows, int width) {
    if (id < 0 || id >= rows) {
      throw new IndexOutOfBoundsException(
          "embedding: id " + id + " is not a row of [" + rows + ", " + width + "]");
    }
    return id;
  }

  /**
   * {@code dtable[ids[i]] += dy[i]}. A row may be looked up many times: threads share the columns,
   * so that each sum is taken in the order of the ids.
   */
  private static void backward(
      Workspace ws, int[] ids, int paddingRow, Tensor dy, @Nullable Tensor dTable) {
    if (dTable == null) {
      return;
    }
    int width = dTable.shape().dim(1);
    int parts = Math.ceilDiv(width, BACKWARD_COLUMNS);
    ws.pool()
        .run(
            parts,
            (part, _) -> {
              int column = part * BACKWARD_COLUMNS;
              int n = Math.min(BACKWARD_COLUMNS, width - column);
              for (int i = 0; i < ids.length; i++) {
                if (ids[i] == paddingRow) {
                  continue;
                }
                int to = dTable.offset() + ids[i] * width + column;
                int from = dy.offset() + i * width + column;
                ws.kernels()
                    .vectors()
                    .add(dTable.data(), to, dy.data(), from, dTable.data(), to, n);
              }
            });
  }
}

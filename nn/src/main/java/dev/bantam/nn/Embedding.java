package dev.bantam.nn;

import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A table [rows, width] whose rows are looked up by number. */
public final class Embedding extends NnModule {
  private final EmbeddingKernel kernel;
  private final @Nullable Parameter weight;

  /**
   * A table.
   *
   * @param kernel the table, and how its rows are read
   */
  public Embedding(EmbeddingKernel kernel) {
    this.kernel = kernel;
    this.weight = null;
  }

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
    this.kernel = new TrainableEmbeddingKernel(weight, paddingRow);
    this.weight = register("weight", weight);
  }

  /** The table, and how its rows are read. */
  public EmbeddingKernel kernel() {
    return kernel;
  }

  /** The table [rows, width] of an embedding that can be trained; empty for another. */
  public Optional<Parameter> weight() {
    return Optional.ofNullable(weight);
  }

  /** Number of rows. */
  public int rows() {
    return kernel.rows();
  }

  /** Elements of a row. */
  public int width() {
    return kernel.width();
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
    return kernel.forward(ws, ids);
  }

  @Override
  public long bytes() {
    return kernel.bytes();
  }
}

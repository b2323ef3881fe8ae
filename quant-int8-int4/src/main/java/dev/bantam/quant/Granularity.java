package dev.bantam.quant;

/** How many elements of a weight [rows, columns] share a scale. */
public sealed interface Granularity {

  /** All of them. */
  record PerTensor() implements Granularity {}

  /** Those of a row: what one output of a layer, or one entry of a table, is made from. */
  record PerChannel() implements Granularity {}

  /**
   * Some neighbours of a row; the last group of a row may be shorter.
   *
   * @param size columns of a group
   */
  record PerGroup(int size) implements Granularity {
    /** Checks the size. */
    public PerGroup {
      if (size < 1) {
        throw new IllegalArgumentException("group size: expected at least 1, got " + size);
      }
    }
  }

  /** One scale for the weight. */
  static Granularity perTensor() {
    return new PerTensor();
  }

  /** One scale a row. */
  static Granularity perChannel() {
    return new PerChannel();
  }

  /** One scale for each {@code size} columns of a row. */
  static Granularity perGroup(int size) {
    return new PerGroup(size);
  }

  /** Columns that share a scale in a row of {@code columns}. */
  default int groupSize(int columns) {
    return switch (this) {
      case PerTensor _, PerChannel _ -> columns;
      case PerGroup group -> Math.min(group.size(), columns);
    };
  }
}

package dev.bantam.tensor;

import org.jspecify.annotations.Nullable;

/**
 * The memory of a tensor and of all its views: elements {@code begin} to {@code begin + size} of an
 * array, and beside them, while a {@link Tape} runs backwards, their gradient. Views share it, so
 * what flows back into a view arrives in the whole.
 */
final class Storage {
  final float[] data;
  final int begin;
  final int size;

  /** Whether operations on it are recorded. */
  boolean tracked;

  /** Whether it is a variable: its gradient is kept, and not one step on the way to others. */
  boolean leaf;

  /** Gradient of element begin + i at i; undefined unless hasGrad. */
  float @Nullable [] grad;

  boolean hasGrad;

  /**
   * Rows outside of which the array of the gradient holds zeros, also when there is no gradient;
   * null if that is not known.
   */
  @Nullable RowSet gradRows;

  Storage(float[] data, int begin, int size) {
    this.data = data;
    this.begin = begin;
    this.size = size;
  }
}

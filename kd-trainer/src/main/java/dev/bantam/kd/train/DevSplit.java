package dev.bantam.kd.train;

import java.util.List;

/**
 * What a model is measured by while it is trained.
 *
 * @param batches all examples; none if there is no such split
 * @param checksum of the examples, to know them again
 */
record DevSplit(List<List<Sample>> batches, long checksum) {
  static final DevSplit NONE = new DevSplit(List.of(), 0);
}

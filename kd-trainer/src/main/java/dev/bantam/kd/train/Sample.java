package dev.bantam.kd.train;

/**
 * An example as the model sees it.
 *
 * @param ids of its tokens
 * @param typeIds their types
 * @param label as in {@link dev.bantam.kd.data.Example}
 */
record Sample(int[] ids, int[] typeIds, double label) {
  int length() {
    return ids.length;
  }
}

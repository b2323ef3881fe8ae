package dev.bantam.tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * Arrays that come back in any order and are taken again. The smallest that fits is taken; if none
 * does, the largest is given up for a new one, so that there are never more arrays than were needed
 * at one time.
 */
final class ArrayPool {
  private final List<float[]> free = new ArrayList<>();

  /**
   * An array of at least some size, contents undefined.
   *
   * @param size what is needed
   * @param room size of a new one
   */
  float[] take(int size, int room) {
    int best = -1;
    int largest = -1;
    for (int i = 0; i < free.size(); i++) {
      int length = free.get(i).length;
      if (length >= size && (best < 0 || length < free.get(best).length)) {
        best = i;
      }
      if (largest < 0 || length > free.get(largest).length) {
        largest = i;
      }
    }
    if (best >= 0) {
      return free.remove(best);
    }
    if (largest >= 0) {
      free.remove(largest);
    }
    return new float[room];
  }

  void giveBack(float[] array) {
    free.add(array);
  }
}

package dev.bantam.kd.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns what a file has for a label into what an {@link Example} has. */
@FunctionalInterface
interface LabelReader {
  /**
   * The index of the label, or the score.
   *
   * @throws IllegalArgumentException if it is not known; the message says what is
   */
  double read(String field);

  /** Numbers that are finite as floats, which is what models compute with. */
  static LabelReader scores() {
    return field -> {
      try {
        double score = Double.parseDouble(field);
        if (Float.isFinite((float) score)) {
          return score;
        }
      } catch (NumberFormatException e) {
        // said below
      }
      throw new IllegalArgumentException("expected a number");
    };
  }

  /**
   * Names of labels.
   *
   * @param written what files have for the labels, in the order of their indices
   */
  static LabelReader names(List<String> written) {
    Map<String, Integer> indices = HashMap.newHashMap(written.size());
    written.forEach(name -> indices.put(name, indices.size()));
    return field -> {
      Integer index = indices.get(field);
      if (index == null) {
        throw new IllegalArgumentException("known labels: " + written);
      }
      return index;
    };
  }
}

package dev.bantam.kd.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names of the columns that are read.
 *
 * @param pair null where an example has one text
 * @param label null where examples have no label
 * @param labelRequired whether the column of the label has to be there
 */
record Columns(String text, @Nullable String pair, @Nullable String label, boolean labelRequired) {

  /** Those that hold text. */
  List<String> texts() {
    return pair == null ? List.of(text) : List.of(text, pair);
  }

  /** For a file that may come without labels. */
  Columns withLabelOptional() {
    return new Columns(text, pair, label, false);
  }
}

package dev.bantam.bert.tokenizer;

import java.util.Arrays;

/**
 * A growing run of code points, each with the place in the original text it came from.
 *
 * <p>{@code starts[i]} and {@code ends[i]} are UTF-16 indices into the original text. They are kept
 * only when the run is {@code aligned}; ids alone do not need them.
 */
final class CodePoints {

  /** Stands for what is not Unicode. */
  static final int REPLACEMENT = 0xFFFD;

  private static final int MAX_CAPACITY = Integer.MAX_VALUE - 8;
  private static final int[] NONE = new int[0];

  final boolean aligned;
  int[] values = new int[64];
  int[] starts;
  int[] ends;
  int size;

  /** Working memory of the normalizer: marks whose order is open, parts of one code point. */
  final MarkRun marks = new MarkRun();

  final int[] parts = new int[4];
  final int[] lower = new int[4];

  CodePoints(boolean aligned) {
    this.aligned = aligned;
    starts = aligned ? new int[64] : NONE;
    ends = aligned ? new int[64] : NONE;
  }

  /** The code points of a text as they are, aligned with it. */
  static CodePoints of(String text) {
    CodePoints out = new CodePoints(true);
    for (int i = 0; i < text.length(); ) {
      int codePoint = at(text, i, text.length());
      int next = i + Character.charCount(codePoint);
      out.add(codePoint, i, next);
      i = next;
    }
    return out;
  }

  /** The code point at {@code index < to}; a surrogate without its partner counts as U+FFFD. */
  static int at(String text, int index, int to) {
    char c = text.charAt(index);
    if (!Character.isSurrogate(c)) {
      return c;
    }
    if (Character.isHighSurrogate(c) && index + 1 < to) {
      char low = text.charAt(index + 1);
      if (Character.isLowSurrogate(low)) {
        return Character.toCodePoint(c, low);
      }
    }
    return REPLACEMENT;
  }

  void clear() {
    size = 0;
  }

  void add(int codePoint, int start, int end) {
    reserve(1);
    values[size] = codePoint;
    if (aligned) {
      starts[size] = start;
      ends[size] = end;
    }
    size++;
  }

  /** Makes room for so many more. */
  void reserve(int count) {
    if (count > values.length - size) {
      int capacity = Math.max(Math.addExact(size, count), (int) Math.min(2L * size, MAX_CAPACITY));
      values = Arrays.copyOf(values, capacity);
      if (aligned) {
        starts = Arrays.copyOf(starts, capacity);
        ends = Arrays.copyOf(ends, capacity);
      }
    }
  }
}

package dev.bantam.bert.tokenizer;

import org.jspecify.annotations.Nullable;

/**
 * From a text to the tokens in it: added tokens are cut out, the rest is normalized, split into
 * words and spelled by the model.
 */
final class Pipeline {

  /** Chars of a text that are normalized at a time where only ids are asked for. */
  private static final int WINDOW = 4096;

  private final AddedTokens added;
  private final BertNormalizer normalizer;
  private final Words words;

  Pipeline(AddedTokens added, BertNormalizer normalizer, Words words) {
    this.added = added;
    this.normalizer = normalizer;
    this.words = words;
  }

  /**
   * Appends the tokens of a text, and stops after the word that makes it {@code limit} ids or more.
   *
   * @param spans takes the place of each token, unless null
   */
  void tokenize(String text, int limit, TokenIds ids, @Nullable Spans spans) {
    if (spans == null && added.normalized().isEmpty() && !added.raw().mayOccurIn(text)) {
      tokenizePlain(text, limit, ids);
    } else {
      new Split(text, limit, ids, spans).run();
    }
  }

  /** A text without added tokens, window by window, so that working memory stays in cache. */
  private void tokenizePlain(String text, int limit, TokenIds ids) {
    CodePoints normalized = ids.scratch;
    for (int from = 0; from < text.length() && ids.size() < limit; ) {
      int to = windowEnd(text, from);
      normalized.clear();
      normalizer.normalize(text, from, to, normalized);
      words.tokenize(normalized, 0, normalized.size, 0, limit, ids, null);
      from = to;
    }
  }

  /** A space is where a text can be cut without changing what either side becomes. */
  private static int windowEnd(String text, int from) {
    if (text.length() - from <= WINDOW) {
      return text.length();
    }
    int space = text.indexOf(' ', from + WINDOW);
    return space < 0 ? text.length() : space;
  }

  /** A text that may hold added tokens, or the places of whose tokens are asked for. */
  private final class Split {

    private final String text;
    private final int limit;
    private final TokenIds ids;
    private final @Nullable Spans spans;
    private final CodePoints normalized = new CodePoints(true);
    private int word;
    private boolean full;

    Split(String text, int limit, TokenIds ids, @Nullable Spans spans) {
      this.text = text;
      this.limit = limit;
      this.ids = ids;
      this.spans = spans;
    }

    void run() {
      CodePoints raw = CodePoints.of(text);
      added
          .raw()
          .split(
              raw,
              (id, from, to) -> {
                if (id == AddedTokenMatcher.TEXT) {
                  splitNormalized(raw.starts[from], raw.ends[to - 1]);
                } else {
                  addToken(id, raw, from, to);
                }
              });
    }

    private void splitNormalized(int start, int end) {
      if (full) {
        return;
      }
      normalized.clear();
      normalizer.normalize(text, start, end, normalized);
      added
          .normalized()
          .split(
              normalized,
              (id, from, to) -> {
                if (id == AddedTokenMatcher.TEXT) {
                  addWords(from, to);
                } else {
                  addToken(id, normalized, from, to);
                }
              });
    }

    private void addWords(int from, int to) {
      if (!full) {
        int next = words.tokenize(normalized, from, to, word, limit, ids, spans);
        full = next > word && ids.size() >= limit;
        word = next;
      }
    }

    /** As in the reference, an added token never ends the text, only a word does. */
    private void addToken(int id, CodePoints where, int from, int to) {
      if (!full) {
        ids.add(id);
        if (spans != null) {
          spans.add(where.starts[from], where.ends[to - 1], word);
        }
        word++;
      }
    }
  }
}

package dev.bantam.bert.tokenizer;

import static dev.bantam.bert.tokenizer.UnicodeTable.SPACE;
import static dev.bantam.bert.tokenizer.UnicodeTable.WORD;

import java.util.HashMap;
import java.util.Map;

/** Finds added tokens in a text: leftmost first, of those that start there the longest. */
final class AddedTokenMatcher {

  /** Receives a text cut into pieces, in order. */
  interface Sink {

    /** The piece {@code [from, to)} is the added token {@code id}, or {@link #TEXT}. */
    void piece(int id, int from, int to);
  }

  /** In place of an id: no added token. */
  static final int TEXT = -1;

  private final UnicodeTable table = UnicodeTable.get();
  private final PieceTrie trie = new PieceTrie(64);
  private final Map<Integer, AddedToken> tokens = new HashMap<>();
  private String firstChars = "";

  /** Adds a token to look for, spelled {@code spelled}. Used while loading only. */
  void add(String spelled, AddedToken token, int id) {
    if (trie.find(spelled) == PieceTrie.NONE) {
      trie.add(PieceTrie.BEGIN, spelled, 0, id);
    }
    tokens.put(id, token);
    if (firstChars.indexOf(spelled.charAt(0)) < 0) {
      firstChars += spelled.charAt(0);
    }
  }

  boolean isEmpty() {
    return tokens.isEmpty();
  }

  /** Whether the spelling of a token may be in a text; false only if none is. */
  boolean mayOccurIn(String text) {
    if (firstChars.indexOf(CodePoints.REPLACEMENT) >= 0) {
      return true; // any lone surrogate counts as the first character of a token
    }
    for (int first = 0; first < firstChars.length(); first++) {
      char c = firstChars.charAt(first);
      for (int i = text.indexOf(c); i >= 0; i = text.indexOf(c, i + 1)) {
        if (occursAt(text, i)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean occursAt(String text, int start) {
    int node = PieceTrie.BEGIN;
    for (int i = start; i < text.length(); ) {
      int codePoint = CodePoints.at(text, i, text.length());
      long step = trie.step(node, codePoint);
      if (step == PieceTrie.END) {
        return false;
      }
      if (PieceTrie.piece(step) != PieceTrie.NONE) {
        return true;
      }
      node = PieceTrie.node(step);
      i += Character.charCount(codePoint);
    }
    return false;
  }

  /** Cuts {@code text} into added tokens and what is between them. */
  void split(CodePoints text, Sink sink) {
    int done = 0;
    for (int start = 0; start < text.size; ) {
      int id = TEXT;
      int stop = start;
      int node = PieceTrie.BEGIN;
      for (int i = start; i < text.size; i++) {
        long step = trie.step(node, text.values[i]);
        if (step == PieceTrie.END) {
          break;
        }
        if (PieceTrie.piece(step) != PieceTrie.NONE) {
          id = PieceTrie.piece(step);
          stop = i + 1;
        }
        node = PieceTrie.node(step);
      }
      if (id == TEXT) {
        start++;
        continue;
      }
      AddedToken token = tokens.get(id);
      if (token != null && !(token.singleWord() && touchesWord(text, start, stop))) {
        int from = token.lstrip() ? Math.max(done, spacesBefore(text, start)) : start;
        int to = token.rstrip() ? spacesAfter(text, stop) : stop;
        if (done < from) {
          sink.piece(TEXT, done, from);
        }
        sink.piece(id, from, to);
        done = to;
      }
      start = stop;
    }
    if (done < text.size) {
      sink.piece(TEXT, done, text.size);
    }
  }

  private boolean touchesWord(CodePoints text, int start, int stop) {
    return start > 0 && is(WORD, text.values[start - 1])
        || stop < text.size && is(WORD, text.values[stop]);
  }

  private int spacesBefore(CodePoints text, int start) {
    int i = start;
    while (i > 0 && is(SPACE, text.values[i - 1])) {
      i--;
    }
    return i;
  }

  private int spacesAfter(CodePoints text, int stop) {
    int i = stop;
    while (i < text.size && is(SPACE, text.values[i])) {
      i++;
    }
    return i;
  }

  private boolean is(int flag, int codePoint) {
    return (table.flags(codePoint) & flag) != 0;
  }
}

package dev.bantam.bert;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Sequences of token ids, one after the other without padding: sequence b is tokens {@code
 * offsets[b]} to {@code offsets[b + 1]}. Positions count from 0 in each sequence. Immutable.
 */
public final class TokenBatch {
  private final int[] inputIds;
  private final int[] tokenTypeIds;
  private final int[] positionIds;
  private final int[] offsets;

  private TokenBatch(int[] inputIds, int[] tokenTypeIds, int[] offsets) {
    this.inputIds = inputIds;
    this.tokenTypeIds = tokenTypeIds;
    this.offsets = offsets;
    this.positionIds = new int[inputIds.length];
    for (int b = 0; b + 1 < offsets.length; b++) {
      if (offsets[b] >= offsets[b + 1]) {
        throw new IllegalArgumentException(
            "batch: sequence %d has no tokens (offsets %d to %d)"
                .formatted(b, offsets[b], offsets[b + 1]));
      }
      for (int i = offsets[b]; i < offsets[b + 1]; i++) {
        positionIds[i] = i - offsets[b];
      }
    }
  }

  /**
   * A batch of sequences whose tokens are all of type 0.
   *
   * @param inputIds one array a sequence, none empty
   */
  public static TokenBatch of(int[]... inputIds) {
    int[] ids = concatenate(inputIds);
    return new TokenBatch(ids, new int[ids.length], offsets(inputIds));
  }

  /**
   * A batch of sequences.
   *
   * @param inputIds one array a sequence, none empty
   * @param tokenTypeIds 0 or 1 (first or second text) for each token
   */
  public static TokenBatch of(int[][] inputIds, int[][] tokenTypeIds) {
    int[] offsets = offsets(inputIds);
    if (!Arrays.equals(offsets, offsets(tokenTypeIds))) {
      throw new IllegalArgumentException(
          "batch: input ids have lengths %s, token type ids %s"
              .formatted(lengths(inputIds), lengths(tokenTypeIds)));
    }
    return new TokenBatch(concatenate(inputIds), concatenate(tokenTypeIds), offsets);
  }

  /**
   * A batch that is concatenated already.
   *
   * @param inputIds token ids of all sequences
   * @param tokenTypeIds types of all tokens
   * @param offsets where each sequence begins, and the number of tokens
   * @throws IllegalArgumentException if they do not fit, or a sequence has no tokens
   */
  public static TokenBatch ragged(int[] inputIds, int[] tokenTypeIds, int[] offsets) {
    if (offsets.length == 0
        || offsets[0] != 0
        || offsets[offsets.length - 1] != inputIds.length
        || tokenTypeIds.length != inputIds.length
        || IntStream.range(1, offsets.length).anyMatch(b -> offsets[b - 1] >= offsets[b])) {
      throw new IllegalArgumentException(
          "batch: %d input ids, %d token type ids and offsets %s do not fit"
              .formatted(inputIds.length, tokenTypeIds.length, Arrays.toString(offsets)));
    }
    return new TokenBatch(inputIds.clone(), tokenTypeIds.clone(), offsets.clone());
  }

  private static int[] offsets(int[][] sequences) {
    int[] offsets = new int[sequences.length + 1];
    for (int b = 0; b < sequences.length; b++) {
      offsets[b + 1] = Math.addExact(offsets[b], sequences[b].length);
    }
    return offsets;
  }

  private static int[] concatenate(int[][] sequences) {
    int[] offsets = offsets(sequences);
    int[] all = new int[offsets[sequences.length]];
    for (int b = 0; b < sequences.length; b++) {
      System.arraycopy(sequences[b], 0, all, offsets[b], sequences[b].length);
    }
    return all;
  }

  private static String lengths(int[][] sequences) {
    return Arrays.toString(Arrays.stream(sequences).mapToInt(s -> s.length).toArray());
  }

  /** Number of sequences. */
  public int sequences() {
    return offsets.length - 1;
  }

  /** Number of tokens of all sequences. */
  public int tokens() {
    return inputIds.length;
  }

  /**
   * Where a sequence begins among all tokens.
   *
   * @param sequence from 0 to {@link #sequences()}, for which it is the number of tokens
   */
  public int offset(int sequence) {
    return offsets[sequence];
  }

  /**
   * Number of tokens of a sequence.
   *
   * @param sequence from 0
   */
  public int length(int sequence) {
    return offsets[sequence + 1] - offsets[sequence];
  }

  /** Sequences {@code from} (inclusive) to {@code to} (exclusive). */
  TokenBatch slice(int from, int to) {
    int[] at = new int[to - from + 1];
    for (int b = from; b <= to; b++) {
      at[b - from] = offsets[b] - offsets[from];
    }
    return new TokenBatch(
        Arrays.copyOfRange(inputIds, offsets[from], offsets[to]),
        Arrays.copyOfRange(tokenTypeIds, offsets[from], offsets[to]),
        at);
  }

  /** Index of the first token of each sequence. */
  int[] firstTokens() {
    return Arrays.copyOf(offsets, sequences());
  }

  // The arrays themselves, for the layers, which do not write to them.

  int[] inputIds() {
    return inputIds;
  }

  int[] tokenTypeIds() {
    return tokenTypeIds;
  }

  int[] positionIds() {
    return positionIds;
  }

  int[] offsets() {
    return offsets;
  }
}

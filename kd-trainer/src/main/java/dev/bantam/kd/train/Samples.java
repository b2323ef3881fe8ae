package dev.bantam.kd.train;

import dev.bantam.bert.TokenBatch;
import dev.bantam.bert.tokenizer.BertTokenizer;
import dev.bantam.bert.tokenizer.EncodeOptions;
import dev.bantam.bert.tokenizer.Encoding;
import dev.bantam.bert.tokenizer.TokenIds;
import dev.bantam.bert.tokenizer.Truncation;
import dev.bantam.kd.data.Example;
import dev.bantam.kd.data.IndexedDataset;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The examples of a split as the model sees them: tokenized each time they are asked for, which
 * takes a thousandth of the time that learning from them does. Only their lengths are kept.
 */
final class Samples {
  private final IndexedDataset dataset;
  private final BertTokenizer tokenizer;
  private final EncodeOptions options;
  private final TokenIds ids = new TokenIds();

  /** Rows of the data set that are used, and their lengths. */
  private final int[] rows;

  private final int[] lengths;

  /** Of all tokens and labels, to know the examples again. */
  private final CRC32C checksum = new CRC32C();

  /** Tokenizes all examples once to see how long they are. */
  Samples(IndexedDataset dataset, BertTokenizer tokenizer, int maxLength, Objective objective)
      throws IOException {
    this.dataset = dataset;
    this.tokenizer = tokenizer;
    this.options = EncodeOptions.DEFAULT.withMaxLength(maxLength, Truncation.LONGEST_FIRST);
    int[] usable = new int[dataset.size()];
    int[] measured = new int[dataset.size()];
    int n = 0;
    for (int row = 0; row < dataset.size(); row++) {
      Sample sample = encode(dataset.get(row));
      if (objective.accepts(sample)) {
        usable[n] = row;
        measured[n++] = sample.length();
        add(sample);
      }
    }
    rows = Arrays.copyOf(usable, n);
    lengths = Arrays.copyOf(measured, n);
  }

  private void add(Sample sample) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * Integer.BYTES * sample.length() + Double.BYTES);
    bytes.asIntBuffer().put(sample.ids()).put(sample.typeIds());
    checksum.update(bytes.putDouble(bytes.limit() - Double.BYTES, sample.label()));
  }

  int size() {
    return rows.length;
  }

  /** The same for the same examples in the same order only, as good as certainly. */
  long checksum() {
    return checksum.getValue();
  }

  /** Tokens of the longest that there may be. */
  int maxLength() {
    return options.maxLength();
  }

  /** Number of tokens of an example. */
  int length(int i) {
    return lengths[i];
  }

  /** An example. */
  Sample get(int i) throws IOException {
    return encode(dataset.get(rows[i]));
  }

  private Sample encode(Example example) {
    if (example.pair() instanceof String pair) {
      Encoding encoding = tokenizer.encode(example.text(), pair, options);
      return new Sample(encoding.ids(), encoding.tokenTypeIds(), example.label());
    }
    ids.clear();
    tokenizer.encode(example.text(), options.maxLength(), ids);
    int[] array = ids.toArray();
    return new Sample(array, new int[array.length], example.label());
  }

  /** All examples, in batches of about the same length, the longest first. */
  List<List<Sample>> batchesByLength(int tokenBudget) throws IOException {
    List<Sample> all = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      all.add(get(i));
    }
    all.sort(Comparator.comparingInt(Sample::length).reversed());
    return cut(all, tokenBudget);
  }

  /** Cuts a list where a number of tokens would be exceeded. */
  static List<List<Sample>> cut(List<Sample> samples, int tokenBudget) {
    List<List<Sample>> parts = new ArrayList<>();
    int from = 0;
    int tokens = 0;
    for (int i = 0; i < samples.size(); i++) {
      int length = samples.get(i).length();
      if (i > from && tokens + length > tokenBudget) {
        parts.add(samples.subList(from, i));
        from = i;
        tokens = 0;
      }
      tokens += length;
    }
    if (from < samples.size()) {
      parts.add(samples.subList(from, samples.size()));
    }
    return parts;
  }

  /** Number of tokens. */
  static int tokens(List<Sample> samples) {
    return samples.stream().mapToInt(Sample::length).sum();
  }

  /** The tokens of all. */
  static TokenBatch batch(List<Sample> samples) {
    return TokenBatch.of(
        samples.stream().map(Sample::ids).toArray(int[][]::new),
        samples.stream().map(Sample::typeIds).toArray(int[][]::new));
  }
}

package dev.bantam.kd.data;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines of UTF-8. A line ends at a line feed, with or without a carriage return before it; a
 * byte order mark at the start is left out.
 */
public final class Lines implements Closeable {
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final String name;
  private final InputStream in;
  private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final byte[] buffer;
  private int position;
  private int limit;
  private long number;
  private long bytes;
  private String end = "";

  /**
   * Lines of a stream.
   *
   * @param name what error messages call it
   */
  public Lines(String name, InputStream in) {
    this.name = name;
    this.in = in;
    this.buffer = new byte[1 << 16];
  }

  /**
   * Lines that were cut out of a file.
   *
   * @param before how many lines came before, in the file
   */
  Lines(String name, byte[] bytes, long before) {
    this.name = name;
    this.in = InputStream.nullInputStream();
    this.buffer = bytes;
    this.limit = bytes.length;
    this.number = before;
  }

  /**
   * The next line without its end, or null after the last.
   *
   * @throws DataFormatException if it is not UTF-8
   */
  public @Nullable String next() throws IOException {
    line.reset();
    boolean begun = false;
    while (true) {
      if (position == limit) {
        position = 0;
        limit = Math.max(0, in.read(buffer));
        if (limit == 0) {
          return begun ? decode("") : null;
        }
      }
      begun = true;
      int end = position;
      while (end < limit && buffer[end] != '\n') {
        end++;
      }
      line.write(buffer, position, end - position);
      bytes += end - position;
      position = end;
      if (end < limit) {
        position++;
        bytes++;
        return decode("\n");
      }
    }
  }

  private String decode(String lineFeed) throws DataFormatException {
    number++;
    try {
      String text = utf8.decode(ByteBuffer.wrap(line.toByteArray())).toString();
      int from = number == 1 && !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? 1 : 0;
      boolean carriageReturn = text.endsWith("\r");
      end = carriageReturn ? "\r" + lineFeed : lineFeed;
      return text.substring(from, carriageReturn ? text.length() - 1 : text.length());
    } catch (CharacterCodingException e) {
      throw new DataFormatException(where() + ": not valid UTF-8", e);
    }
  }

  /** What error messages call the lines. */
  String name() {
    return name;
  }

  /** How the line read last ended: a line feed, a carriage return, both or nothing. */
  String end() {
    return end;
  }

  /** Number of the line read last, from 1. */
  public long number() {
    return number;
  }

  /** Bytes of the lines read so far. */
  public long bytes() {
    return bytes;
  }

  /** The place of the line read last, for an error message. */
  public String where() {
    return name + ": line " + number;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}

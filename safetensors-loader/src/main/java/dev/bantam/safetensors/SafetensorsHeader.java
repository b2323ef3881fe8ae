package dev.bantam.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.bantam.safetensors.internal.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The header of a safetensors file, checked against the <a
 * href="https://github.com/huggingface/safetensors#format">format</a>:
 *
 * <pre>
 * 8 bytes   N, unsigned little-endian
 * N bytes   UTF-8 JSON: starts with '{', may end with spaces
 *           {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}, ...,
 *            "__metadata__": {"key": "value", ...}}
 * the rest  data: the tensors, without overlaps or holes
 * </pre>
 *
 * @param tensors by name, in the order of their data
 * @param metadata the entries of {@code __metadata__}
 * @param dataStart offset of the data section in the file
 * @param dataSize bytes of the data section
 */
record SafetensorsHeader(
    SequencedMap<String, TensorInfo> tensors,
    Map<String, String> metadata,
    long dataStart,
    long dataSize) {
  /** Longest header the reference implementation reads or writes. */
  static final int MAX_BYTES = 100_000_000;

  static final String METADATA = "__metadata__";

  /** Reads the header and checks it against the length of the file. */
  static SafetensorsHeader read(Path file, FileChannel channel) throws IOException {
    long fileSize = channel.size();
    if (fileSize < Long.BYTES) {
      throw new ModelFormatException(
          "%s: file has %d bytes, expected at least the 8 bytes of the header length"
              .formatted(file, fileSize));
    }
    long length = readFully(file, channel, 0, Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    if (length < 2) {
      // As a signed number, a length of 2^63 or more is negative.
      if (length < 0) {
        throw tooLong(file, length);
      }
      throw new ModelFormatException(
          "%s: header length %d, expected at least 2, for '{}'".formatted(file, length));
    }
    if (length > MAX_BYTES) {
      throw tooLong(file, length);
    }
    long dataStart = Long.BYTES + length;
    if (dataStart > fileSize) {
      throw new ModelFormatException(
          "%s: header length %d, but only %d bytes follow; the file is truncated or no safetensors"
              .formatted(file, length, fileSize - Long.BYTES));
    }
    byte[] json = readFully(file, channel, Long.BYTES, (int) length).array();
    if (json[0] != '{') {
      throw new ModelFormatException(
          "%s: header starts with byte 0x%02x, expected '{'".formatted(file, json[0]));
    }
    return new Reader(file, Json.utf8(file + ": header", json)).read(dataStart, fileSize);
  }

  private static ModelFormatException tooLong(Path file, long length) {
    return new ModelFormatException(
        "%s: header length %s, expected at most %d; no safetensors file?"
            .formatted(file, Long.toUnsignedString(length), MAX_BYTES));
  }

  private static ByteBuffer readFully(Path file, FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new ModelFormatException(file + ": file ends within its header");
      }
    }
    return buffer;
  }

  /** Streaming parser of the JSON part. */
  private static final class Reader {
    private final Path file;
    private final String json;
    private final List<TensorInfo> tensors = new ArrayList<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    Reader(Path file, String json) {
      this.file = file;
      this.json = json;
    }

    SafetensorsHeader read(long dataStart, long fileSize) throws IOException {
      try (JsonParser parser = Json.streams().createParser(json)) {
        parser.nextToken();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          checkUnicode(name);
          parser.nextToken();
          if (name.equals(METADATA)) {
            readMetadata(parser);
          } else {
            readTensor(parser, name);
          }
        }
        if (parser.nextToken() != null) {
          throw new ModelFormatException(file + ": header has text after its closing '}'");
        }
      } catch (JsonProcessingException e) {
        throw new ModelFormatException(file + ": header is not valid JSON: " + Json.problem(e), e);
      }
      long dataSize = checkLayout(fileSize - dataStart);
      SequencedMap<String, TensorInfo> byName = new LinkedHashMap<>();
      tensors.forEach(info -> byName.put(info.name(), info));
      return new SafetensorsHeader(
          byName, Collections.unmodifiableMap(metadata), dataStart, dataSize);
    }

    private void readMetadata(JsonParser parser) throws IOException {
      if (!parser.hasToken(JsonToken.START_OBJECT)) {
        throw new ModelFormatException(
            file + ": __metadata__ is " + found(parser) + ", expected an object of strings");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        if (parser.nextToken() != JsonToken.VALUE_STRING) {
          throw new ModelFormatException(
              "%s: __metadata__ entry '%s' is %s, expected a string"
                  .formatted(file, key, found(parser)));
        }
        metadata.put(key, parser.getText());
      }
    }

    private void readTensor(JsonParser parser, String name) throws IOException {
      if (!parser.hasToken(JsonToken.START_OBJECT)) {
        throw wrong(name, "is " + found(parser), "an object with dtype, shape and data_offsets");
      }
      DType dtype = null;
      List<Long> shape = null;
      List<Long> offsets = null;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "dtype" -> dtype = readDType(parser, name);
          case "shape" -> shape = readSizes(parser, name, field);
          case "data_offsets" -> offsets = readSizes(parser, name, field);
          default -> parser.skipChildren();
        }
      }
      tensors.add(
          tensor(
              name,
              present(dtype, name, "dtype"),
              present(shape, name, "shape"),
              present(offsets, name, "data_offsets")));
    }

    private TensorInfo tensor(String name, DType dtype, List<Long> shape, List<Long> offsets)
        throws ModelFormatException {
      if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
        throw wrong(name, "has data_offsets " + offsets, "[begin, end] with begin <= end");
      }
      long bytes;
      try {
        bytes = TensorInfo.byteSize(dtype, shape);
      } catch (ArithmeticException e) {
        throw wrong(name, "has shape " + shape, "at most 2^63 - 1 bytes");
      }
      if (offsets.get(1) - offsets.get(0) != bytes) {
        throw wrong(
            name,
            "has data_offsets %s, which are %d bytes"
                .formatted(offsets, offsets.get(1) - offsets.get(0)),
            "%d bytes for %s %s".formatted(bytes, dtype, shape));
      }
      return new TensorInfo(name, dtype, shape, offsets.get(0), offsets.get(1));
    }

    private DType readDType(JsonParser parser, String name) throws IOException {
      if (!parser.hasToken(JsonToken.VALUE_STRING)) {
        throw wrong(name, "has a dtype that is " + found(parser), "a string");
      }
      String dtype = parser.getText();
      return DType.byName(dtype)
          .orElseThrow(
              () -> wrong(name, "has dtype '" + dtype + "'", "one of " + DType.supported()));
    }

    private List<Long> readSizes(JsonParser parser, String name, String field) throws IOException {
      String expected = "an array of integers from 0 to 2^63 - 1";
      if (!parser.hasToken(JsonToken.START_ARRAY)) {
        throw wrong(name, "has a " + field + " that is " + found(parser), expected);
      }
      List<Long> sizes = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (!parser.hasToken(JsonToken.VALUE_NUMBER_INT)
            || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
            || parser.getText().startsWith("-")) {
          throw wrong(name, "has a " + field + " with " + found(parser), expected);
        }
        sizes.add(parser.getLongValue());
      }
      return sizes;
    }

    /** Sorts the tensors by position and checks that they cover the data section exactly. */
    private long checkLayout(long available) throws ModelFormatException {
      tensors.sort(Comparator.comparingLong(TensorInfo::begin).thenComparingLong(TensorInfo::end));
      long position = 0;
      String before = "the start of the data";
      for (TensorInfo info : tensors) {
        if (info.begin() != position) {
          throw wrong(
              info.name(),
              "begins at " + info.begin(),
              "%d, %s (%s)"
                  .formatted(position, before, info.begin() < position ? "an overlap" : "a hole"));
        }
        position = info.end();
        before = "where '" + info.name() + "' ends";
      }
      if (position > available) {
        throw new ModelFormatException(
            "%s: the file is truncated: %d bytes of data, the header promises %d"
                .formatted(file, available, position));
      }
      if (position < available) {
        throw new ModelFormatException(
            "%s: %d bytes follow the last tensor, expected none"
                .formatted(file, available - position));
      }
      return position;
    }

    private <T> T present(@Nullable T value, String name, String field)
        throws ModelFormatException {
      if (value == null) {
        throw wrong(name, "has no " + field, "dtype, shape and data_offsets");
      }
      return value;
    }

    private void checkUnicode(String name) throws ModelFormatException {
      if (!isWellFormed(name)) {
        throw wrong(name, "has a lone surrogate in its name", "Unicode text");
      }
    }

    private ModelFormatException wrong(String name, String found, String expected) {
      return new ModelFormatException(
          "%s: tensor '%s' %s, expected %s".formatted(file, name, found, expected));
    }

    private static String found(JsonParser parser) throws IOException {
      JsonToken token = parser.currentToken();
      if (token == null) {
        return "missing";
      }
      return switch (token) {
        case START_OBJECT -> "an object";
        case START_ARRAY -> "an array";
        case VALUE_STRING -> "a string";
        default -> parser.getText();
      };
    }
  }

  /** Whether UTF-8 can encode the text: no surrogate without its partner. */
  static boolean isWellFormed(String text) {
    return text.codePoints()
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }
}

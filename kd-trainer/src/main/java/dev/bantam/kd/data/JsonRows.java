package dev.bantam.kd.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.bantam.safetensors.internal.Json;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/** One JSON object a line. Texts are strings; a label may be a number or a boolean too. */
final class JsonRows implements Rows {
  private static final JsonFactory JSON = new JsonFactory();

  private final Lines lines;
  private final Columns columns;

  JsonRows(Lines lines, Columns columns) {
    this.lines = lines;
    this.columns = columns;
  }

  @Override
  public @Nullable Row next() throws IOException {
    while (true) {
      long start = lines.bytes();
      String line = lines.next();
      if (line == null) {
        return null;
      }
      if (!line.isBlank()) {
        return row(start, line);
      }
    }
  }

  @Override
  public Rows on(Lines cut) {
    return new JsonRows(cut, columns);
  }

  private Row row(long start, String line) throws IOException {
    try (JsonParser parser = JSON.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw error("expected one JSON object");
      }
      Row row = fields(start, parser);
      if (parser.nextToken() != null) {
        throw error("expected one JSON object, found more after it");
      }
      return row;
    } catch (JsonProcessingException e) {
      throw new DataFormatException(lines.where() + ": not valid JSON: " + Json.problem(e), e);
    }
  }

  /** Reads to the end of the object. */
  private Row fields(long start, JsonParser parser) throws IOException {
    String text = null;
    String pair = null;
    String label = null;
    SequencedSet<String> names = new LinkedHashSet<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      names.add(name);
      JsonToken value = parser.nextToken();
      if (name.equals(columns.text())) {
        text = string(parser, value);
      } else if (name.equals(columns.pair())) {
        pair = string(parser, value);
      } else if (name.equals(columns.label())) {
        label = value == JsonToken.VALUE_NULL ? null : scalar(parser, value);
      }
      parser.skipChildren();
    }
    if (text == null) {
      throw missing(columns.text(), names);
    }
    if (columns.pair() != null && pair == null) {
      throw missing(columns.pair(), names);
    }
    if (columns.label() != null && label == null && columns.labelRequired()) {
      throw missing(columns.label(), names);
    }
    return new Row(start, lines.number(), text, pair, label);
  }

  private String string(JsonParser parser, JsonToken value) throws IOException {
    if (value != JsonToken.VALUE_STRING) {
      throw error("expected a string in field '%s'".formatted(parser.currentName()));
    }
    return Json.text(parser);
  }

  private String scalar(JsonParser parser, JsonToken value) throws IOException {
    if (!value.isScalarValue()) {
      throw error("expected a string or a number in field '%s'".formatted(parser.currentName()));
    }
    return parser.getText();
  }

  private DataFormatException missing(String field, SequencedSet<String> names) {
    return error(
        names.contains(field)
            ? "field '%s' is null".formatted(field)
            : "no field '%s'; the object has %s".formatted(field, names));
  }

  private DataFormatException error(String message) {
    return new DataFormatException(lines.where() + ": " + message);
  }
}

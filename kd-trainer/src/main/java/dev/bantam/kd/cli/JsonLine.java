package dev.bantam.kd.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.bantam.kd.data.Example;
import dev.bantam.safetensors.internal.Json;
import java.io.IOException;

/** Reads the texts out of a line of a JSONL file. */
final class JsonLine {
  private static final String TEXT = "text";
  private static final String PAIR = "pair";
  private static final JsonFactory JSON = new JsonFactory();

  private JsonLine() {}

  /**
   * The string in the field {@code text}; other fields are passed over.
   *
   * @param where place of the line, for the error message
   */
  static String text(String line, String where) throws IOException {
    return read(line, where, false).text();
  }

  /**
   * The string in the field {@code text}, and that in {@code pair} if there is such a field.
   *
   * @param where place of the line, for the error message
   */
  static Example example(String line, String where) throws IOException {
    return read(line, where, true);
  }

  private static Example read(String line, String where, boolean paired) throws IOException {
    try (JsonParser parser = JSON.createParser(line)) {
      String text = null;
      String pair = null;
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          boolean string = parser.nextToken() == JsonToken.VALUE_STRING;
          if (name.equals(TEXT)) {
            text = string ? Json.text(parser) : null;
          } else if (name.equals(PAIR) && paired) {
            if (!string) {
              throw expected(where, PAIR);
            }
            pair = Json.text(parser);
          }
          parser.skipChildren();
        }
        if (parser.nextToken() != null) {
          text = null;
        }
      }
      if (text == null) {
        throw expected(where, TEXT);
      }
      return new Example(text, pair, Example.NO_LABEL);
    } catch (JsonProcessingException e) {
      throw new BadInputException(where + ": not valid JSON: " + Json.problem(e), e);
    }
  }

  private static BadInputException expected(String where, String field) {
    return new BadInputException(
        where + ": expected one JSON object with a string in its field '" + field + "'");
  }
}

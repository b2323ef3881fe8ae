package dev.bantam.bert.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.bantam.safetensors.ModelFormatException;
import dev.bantam.safetensors.internal.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object with typed access, whose errors name the file and the place in it.
 *
 * <p>Values are {@code JsonObject}, {@code List}, {@code String}, {@code Long}, {@code Double},
 * {@code Boolean} or null.
 */
public final class JsonObject {

  /** Takes over the reading of one large value. */
  public interface Reader {
    /** Reads to the last token of the value; the parser is at its first. */
    void read(JsonParser parser) throws IOException;
  }

  /** Names are not interned: a vocabulary has tens of thousands, each read once. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();

  private final String where;
  private final Map<String, @Nullable Object> fields = new LinkedHashMap<>();

  private JsonObject(String where) {
    this.where = where;
  }

  /** An object without fields, as if read from {@code file}. */
  public static JsonObject empty(Path file) {
    return new JsonObject(name(file) + ": ");
  }

  /** Reads a file that holds one object. */
  public static JsonObject read(Path file) throws IOException {
    return read(file, "", parser -> {});
  }

  /** Reads a file that holds one object, except the value at {@code path}, left to the reader. */
  public static JsonObject read(Path file, String path, Reader reader) throws IOException {
    if (!(parse(file, path, reader) instanceof JsonObject object)) {
      throw new ModelFormatException(name(file) + ": expected one JSON object and nothing else");
    }
    return object;
  }

  /** Reads a file that holds one array of objects. */
  public static List<JsonObject> readList(Path file) throws IOException {
    List<JsonObject> objects = new ArrayList<>();
    if (parse(file, "", parser -> {}) instanceof List<?> list) {
      for (Object element : list) {
        if (element instanceof JsonObject object) {
          objects.add(object);
        }
      }
      if (objects.size() == list.size()) {
        return objects;
      }
    }
    throw new ModelFormatException(
        name(file) + ": expected one JSON array of objects and nothing else");
  }

  /** The value that a file holds; null if there is none, or more than one. */
  private static @Nullable Object parse(Path file, String path, Reader reader) throws IOException {
    String where = name(file) + ": ";
    try (JsonParser parser = FACTORY.createParser(Files.readAllBytes(file))) {
      Object value = parser.nextToken() == null ? null : value(parser, where, where + path, reader);
      return parser.nextToken() == null ? value : null;
    } catch (JsonProcessingException e) {
      throw new ModelFormatException(
          "%snot valid JSON at line %d, column %d: %s"
              .formatted(
                  where,
                  e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                  e.getLocation() == null ? 0 : e.getLocation().getColumnNr(),
                  Json.problem(e)),
          e);
    }
  }

  /** Whether there is a field of this name, and it is not null. */
  public boolean has(String name) {
    return fields.get(name) != null;
  }

  /** The names of all fields. */
  public Set<String> names() {
    return fields.keySet();
  }

  /** Where the object is: the file, and the path of the object in it. */
  public String where() {
    return where;
  }

  /** The value of a field, or null. */
  public @Nullable Object get(String name) {
    return fields.get(name);
  }

  /** An object, or null if it is absent. */
  public @Nullable JsonObject object(String name) throws ModelFormatException {
    return typed(name, JsonObject.class, "an object");
  }

  /** A string, or null if it is absent. */
  public @Nullable String string(String name) throws ModelFormatException {
    return typed(name, String.class, "a string");
  }

  /** A string. */
  public String string(String name, String absent) throws ModelFormatException {
    String value = string(name);
    return value == null ? absent : value;
  }

  /** True or false, or null if it is absent. */
  public @Nullable Boolean bool(String name) throws ModelFormatException {
    return typed(name, Boolean.class, "true or false");
  }

  /** True or false. */
  public boolean bool(String name, boolean absent) throws ModelFormatException {
    Boolean value = bool(name);
    return value == null ? absent : value;
  }

  /** A number. */
  public double number(String name, double absent) throws ModelFormatException {
    Number value = typed(name, Number.class, "a number");
    return value == null ? absent : value.doubleValue();
  }

  /** A whole number that fits in an int and is not negative; larger ones count as the largest. */
  public int size(String name, int absent) throws ModelFormatException {
    Number value = typed(name, Number.class, "a number");
    if (value == null) {
      return absent;
    }
    if (value.doubleValue() < 0 || value.doubleValue() != Math.rint(value.doubleValue())) {
      throw error(name, "a whole number from 0", value);
    }
    return (int) Math.min(Integer.MAX_VALUE, value.doubleValue());
  }

  /** The elements of an array of objects; none if it is absent. */
  public List<JsonObject> objects(String name) throws ModelFormatException {
    List<JsonObject> objects = new ArrayList<>();
    List<?> list = typed(name, List.class, "an array");
    for (Object element : list == null ? List.of() : list) {
      if (!(element instanceof JsonObject object)) {
        throw error(name, "an array of objects", element);
      }
      objects.add(object);
    }
    return objects;
  }

  /** An error about a field: what was expected there, and what it is. */
  public ModelFormatException error(String name, String expected, @Nullable Object got) {
    String shown = got instanceof String ? "'" + got + "'" : String.valueOf(got);
    return new ModelFormatException(
        "%s%s: expected %s, got %s".formatted(where, name, expected, shown));
  }

  /** An error about the object. */
  public ModelFormatException error(String problem) {
    return new ModelFormatException(where + problem);
  }

  @Override
  public String toString() {
    return "an object";
  }

  private <T> @Nullable T typed(String name, Class<T> type, String expected)
      throws ModelFormatException {
    Object value = fields.get(name);
    if (value == null) {
      return null;
    }
    if (!type.isInstance(value)) {
      throw error(name, expected, value);
    }
    return type.cast(value);
  }

  private static JsonObject object(JsonParser parser, String where, String path, Reader reader)
      throws IOException {
    JsonObject object = new JsonObject(where);
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      String place = where + name;
      if (place.equals(path)) {
        reader.read(parser);
      } else {
        object.fields.put(name, value(parser, place + ".", path, reader));
      }
    }
    return object;
  }

  private static @Nullable Object value(JsonParser parser, String where, String path, Reader reader)
      throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser, where, path, reader);
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser, where, path, reader));
        }
        yield list;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT ->
          parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? (Object) parser.getDoubleValue()
              : (Object) parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  private static String name(Path file) {
    return file.toString();
  }
}

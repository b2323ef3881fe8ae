package dev.bantam.safetensors.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.bantam.safetensors.ModelFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * JSON as strict as the formats want it: no duplicate keys, nothing after the end, little depth.
 */
public final class Json {
  /** Longest number that is looked at; a 64-bit integer has at most 20 characters. */
  private static final int MAX_NUMBER_LENGTH = 100;

  private static final int MAX_DEPTH = 64;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER_LENGTH)
                  .build())
          .build();

  /** Apart from the rest, because its start takes longer than reading a checkpoint's header. */
  private static final class Trees {
    static final JsonMapper MAPPER =
        JsonMapper.builder(FACTORY).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  }

  private Json() {}

  /** Reads JSON token by token. */
  public static JsonFactory streams() {
    return FACTORY;
  }

  /** Reads and writes JSON trees. */
  public static JsonMapper mapper() {
    return Trees.MAPPER;
  }

  /** Indented text, as Hugging Face's tools write it. */
  public static String pretty(JsonNode json) throws JsonProcessingException {
    Separators separators =
        Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER);
    return mapper().writer(new DefaultPrettyPrinter(separators)).writeValueAsString(json);
  }

  /**
   * Decodes UTF-8, refusing what is not.
   *
   * @param what the file, and the part of it, for the error message
   */
  public static String utf8(String what, byte[] bytes) throws ModelFormatException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ModelFormatException(what + " is not valid UTF-8", e);
    }
  }

  /**
   * The string where a parser is; a lone surrogate, which is no character and which no file can
   * hold, becomes U+FFFD.
   */
  public static String text(JsonParser parser) throws IOException {
    String text = parser.getText();
    if (text.chars().noneMatch(c -> Character.isSurrogate((char) c))) {
      return text;
    }
    return text.codePoints()
        .map(c -> Character.getType(c) == Character.SURROGATE ? '\uFFFD' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** The error for a file that is not JSON, from what the parser said. */
  public static ModelFormatException invalid(Path file, JsonProcessingException e) {
    return new ModelFormatException(file + ": not valid JSON: " + problem(e), e);
  }

  /** What the parser said, without where it found that in which of its buffers. */
  public static String problem(JsonProcessingException e) {
    return e.getOriginalMessage().replaceFirst(" \\(start marker at .*", "");
  }
}

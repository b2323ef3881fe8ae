package dev.bantam.bert.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bantam.safetensors.ModelFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads {@code vocab.txt}: one token a line, its id the number of the line, counted from 0. */
final class VocabTxt {

  private VocabTxt() {}

  static TokenizerParts read(Path file, TokenizerConfig config) throws IOException {
    Vocabulary vocabulary = new Vocabulary(file.toString());
    int id = 0;
    for (String line : (Iterable<String>) decode(file).lines()::iterator) {
      vocabulary.add(line.stripTrailing(), id++);
    }
    if (vocabulary.size() == 0) {
      throw new ModelFormatException(vocabulary.source() + ": expected one token a line, is empty");
    }
    return new TokenizerParts(
        vocabulary,
        config.special("unk"),
        "##",
        100,
        config.addedTokens(),
        config.normalizer(true, true, null, true),
        null,
        new WordPieceDecoder("##", true));
  }

  private static String decode(Path file) throws IOException {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(Files.readAllBytes(file))).toString();
    } catch (CharacterCodingException e) {
      throw new ModelFormatException(file + ": not valid UTF-8", e);
    }
  }
}

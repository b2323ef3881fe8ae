package dev.bantam.bert.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.safetensors.ModelFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostileFilesTest {

  private static final String GOOD =
      """
      {"version": "1.0", "truncation": null, "padding": null,
       "added_tokens": [{"id": 0, "content": "[UNK]", "special": true}],
       "normalizer": {"type": "BertNormalizer", "lowercase": true},
       "pre_tokenizer": {"type": "BertPreTokenizer"},
       "post_processor": {"type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "S", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {"S": {"id": "S", "ids": [1], "tokens": ["a"]}}},
       "decoder": {"type": "WordPiece"},
       "model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {"[UNK]": 0, "a": 1, "##b": 2}}}
      """;

  @TempDir private Path folder;

  @Test
  void theFileTheOthersAreMadeFromIsGood() throws IOException {
    write("tokenizer.json", GOOD);
    assertThat(BertTokenizer.load(folder).encode("Ab c").tokens())
        .containsExactly("a", "a", "##b", "[UNK]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "\"vocab\": {; \"vocab\": {\"x\": -1, ; token 'x' has id -1, expected 0 to 16777215",
        "\"vocab\": {; \"vocab\": {\"x\": 99999999999, ; token 'x' has id 99999999999",
        "\"vocab\": {; \"vocab\": {\"x\": \"7\", ; model.vocab: id of token 'x': expected a whole"
            + " number, got 7",
        "\"vocab\": {; \"vocab\": {\"x\": 1.5, ; model.vocab: id of token 'x': expected a whole"
            + " number, got 1.5",
        "\"a\": 1; \"a\": 2; tokens 'a' and '##b' have the same id 2",
        "\"vocab\"; \"words\"; model.vocab: expected an object of tokens and their ids, got null",
        "\"[UNK]\": 0, \"a\"; \"a\"; the unknown token '[UNK]' is not in the vocabulary (2 tokens)",
        "\"WordPiece\", \"unk; \"BPE\", \"unk; model.type: expected 'WordPiece', got 'BPE'",
        "\"type\": \"WordPiece\", \"unk; \"unk; model.type: expected 'WordPiece', got null",
        "\"model\"; \"modell\"; model: expected a WordPiece model, got null",
        "\"BertNormalizer\"; \"NFKC\"; normalizer.type: expected 'BertNormalizer', got 'NFKC'",
        "\"lowercase\": true; \"lowercase\": \"yes\"; normalizer.lowercase: expected true or false,"
            + " got 'yes'",
        "\"BertPreTokenizer\"; \"ByteLevel\"; pre_tokenizer.type: expected 'BertPreTokenizer', got"
            + " 'ByteLevel'",
        "\"TemplateProcessing\"; \"RobertaProcessing\"; post_processor.type: expected"
            + " 'TemplateProcessing' or 'BertProcessing', got 'RobertaProcessing'",
        "\"id\": \"S\", \"type_id\"; \"id\": \"T\", \"type_id\"; id: expected one of"
            + " special_tokens, got 'T'",
        "\"single\": [; \"single\": [{\"Sequence\": {\"id\": \"B\"}}, ; id: expected 'A', got 'B'",
        "\"ids\": [1]; \"ids\": [\"a\"]; ids: expected ids of tokens, got 'a'",
        "\"decoder\": {\"type\": \"WordPiece\"}; \"decoder\": {\"type\": \"BPEDecoder\"};"
            + " decoder.type: expected 'WordPiece', got 'BPEDecoder'",
        "\"ids\": [1]; \"ids\": [3]; post_processor: id 3 is of no token (3 tokens)",
        "\"ids\": [1]; \"ids\": [4294967296]; ids: expected ids of tokens, got 4294967296",
        "\"decoder\": {\"type\": \"WordPiece\"}; \"decoder\": 5; decoder: expected an object, got"
            + " 5",
        "\"content\": \"[UNK]\"; \"text\": \"[UNK]\"; content: expected a string, got null",
        "\"content\": \"[UNK]\"; \"normalized\": true, \"content\": \"\\u0301\"; nothing is left of"
            + " added token",
        "\"1.0\"; \"2.0\"; version: expected '1.0', got '2.0'",
        "\"a\": 1, \"##b\": 2}}}; \"a\": 1; not valid JSON at line",
        "\"version\"; version; not valid JSON at line 1, column",
      })
  void aBadFileIsRefusedWithOneClearError(String good, String bad, String message)
      throws IOException {
    assertThat(GOOD).contains(good);
    write("tokenizer.json", GOOD.replace(good, bad));
    assertThatThrownBy(() -> BertTokenizer.load(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageStartingWith(folder.resolve("tokenizer.json") + ": ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "null", "7", "{}{}", "{} x", "{", "\u0000"})
  void aFileThatIsNotOneObjectIsRefused(String content) throws IOException {
    write("tokenizer.json", content);
    assertThatThrownBy(() -> BertTokenizer.load(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageStartingWith(folder.resolve("tokenizer.json") + ": ");
  }

  @Test
  void aFolderWithoutTokenizerIsRefused() {
    assertThatThrownBy(() -> BertTokenizer.load(folder))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageEndingWith("tokenizer.json: there is no vocab.txt either, so no tokenizer");
  }

  @Test
  void aVocabularyThatIsEmptyOrNotTextIsRefused() throws IOException {
    write("vocab.txt", "");
    assertThatThrownBy(() -> BertTokenizer.load(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessage(folder.resolve("vocab.txt") + ": expected one token a line, is empty");
    Files.write(folder.resolve("vocab.txt"), new byte[] {'a', (byte) 0xC3, '\n'});
    assertThatThrownBy(() -> BertTokenizer.load(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessage(folder.resolve("vocab.txt") + ": not valid UTF-8");
  }

  @Test
  void aConfigurationOfTheWrongTypesIsRefused() throws IOException {
    write("vocab.txt", "[UNK]\n[CLS]\n[SEP]\n");
    write("tokenizer_config.json", "{\"do_lower_case\": 1}");
    assertThatThrownBy(() -> BertTokenizer.load(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessage(
            folder.resolve("tokenizer_config.json")
                + ": do_lower_case: expected true or false, got 1");
    write("tokenizer_config.json", "{\"model_max_length\": -1}");
    assertThatThrownBy(() -> BertTokenizer.load(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessage(
            folder.resolve("tokenizer_config.json")
                + ": model_max_length: expected a whole number from 0, got -1");
    write("tokenizer_config.json", "{\"truncation_side\": \"left\"}");
    assertThatThrownBy(() -> BertTokenizer.load(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessage(
            folder.resolve("tokenizer_config.json")
                + ": truncation_side: expected 'right', got 'left'");
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content, StandardCharsets.UTF_8);
  }
}

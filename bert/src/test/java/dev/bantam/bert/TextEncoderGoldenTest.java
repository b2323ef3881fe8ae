package dev.bantam.bert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.bantam.safetensors.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every supported kind of sentence-transformers folder against the reference. */
class TextEncoderGoldenTest {
  private static final double TOLERANCE = 1e-4;

  static Stream<Golden> encoders() throws IOException {
    return Golden.all("st-");
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void embeddingsAreThoseOfTheReference(Golden golden) throws IOException {
    try (TextEncoder encoder = TextEncoder.load(golden.folder());
        Checkpoint expected = golden.expected()) {
      List<String> texts = golden.texts();
      float[][] vectors = encoder.embed(texts);
      float[] rows = expected.floats("embeddings");
      int width = encoder.dimension();
      assertThat(vectors).hasDimensions(texts.size(), width);
      assertThat(rows).hasSize(texts.size() * width);
      for (int i = 0; i < texts.size(); i++) {
        for (int j = 0; j < width; j++) {
          assertThat((double) vectors[i][j])
              .as("%s: text %d, component %d", golden, i, j)
              .isCloseTo(rows[i * width + j], within(TOLERANCE));
        }
      }
    }
  }

  @Test
  void tokensAreCountedInLowerCaseWhereTextsAreEmbeddedSo(@TempDir Path temp) throws IOException {
    Path folder = Folders.copy(Golden.of("st-mean").folder(), temp);
    Folders.edit(folder, "tokenizer.json", "\"lowercase\": true", "\"lowercase\": false");
    for (boolean lower : new boolean[] {false, true}) {
      Files.writeString(
          folder.resolve("sentence_bert_config.json"), "{\"do_lower_case\": " + lower + "}");
      try (TextEncoder encoder = TextEncoder.load(folder)) {
        int expected = encoder.tokenizer().encode(lower ? "hello" : "HELLO").ids().length;
        assertThat(encoder.countTokens("HELLO")).isEqualTo(expected);
      }
    }
  }

  @Test
  void theModelMayBeInAFolderOfItsOwn(@TempDir Path temp) throws IOException {
    Path folder = Folders.copy(Golden.of("st-mean").folder(), temp);
    assertThat(TextEncoder.modelFolder(folder)).isEqualTo(folder);
    float[] expected;
    try (TextEncoder encoder = TextEncoder.load(folder)) {
      expected = encoder.embed("hello world");
    }
    Path model = Files.createDirectory(folder.resolve("0_Transformer"));
    for (String name :
        List.of(
            "config.json",
            "model.safetensors",
            "sentence_bert_config.json",
            "tokenizer.json",
            "tokenizer_config.json")) {
      Files.move(folder.resolve(name), model.resolve(name));
    }
    Folders.edit(folder, "modules.json", "\"path\": \"\"", "\"path\": \"0_Transformer\"");
    assertThat(TextEncoder.modelFolder(folder)).isEqualTo(model);
    try (TextEncoder encoder = TextEncoder.load(folder)) {
      assertThat(encoder.embed("hello world")).isEqualTo(expected);
    }
    assertThat(TextClassifier.isIn(folder)).isFalse();
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void theLengthIsThatOfTheFolder(Golden golden) throws IOException {
    try (TextEncoder encoder = TextEncoder.load(golden.folder());
        Checkpoint expected = golden.expected()) {
      int[] offsets = expected.ints("texts.offsets");
      int longest = 0;
      for (int i = 0; i + 1 < offsets.length; i++) {
        longest = Math.max(longest, offsets[i + 1] - offsets[i]);
      }
      assertThat(encoder.maxTokens()).isIn(16, 40).isGreaterThanOrEqualTo(longest);
    }
  }
}

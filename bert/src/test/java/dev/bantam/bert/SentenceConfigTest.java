package dev.bantam.bert;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The forms that the configuration of a sentence-transformers folder takes. */
class SentenceConfigTest {
  @TempDir Path temp;

  private Path copy(String golden) throws IOException {
    return Folders.copy(Golden.of(golden).folder(), temp);
  }

  @Test
  void aPlainModelFolderHasMeanPoolingAndTheLengthOfItsTokenizer() throws IOException {
    Path folder = copy("st-cls-normalize");
    Files.delete(folder.resolve("modules.json"));
    Files.delete(folder.resolve("sentence_bert_config.json"));
    SentenceConfig config = SentenceConfig.load(folder);
    assertThat(config.model()).isEqualTo(folder);
    assertThat(config.pooling()).containsExactly(Pooling.MEAN);
    assertThat(config.normalize()).isFalse();
    try (TextEncoder encoder = TextEncoder.load(folder)) {
      assertThat(encoder.maxTokens()).isEqualTo(40);
    }
  }

  @Test
  void severalPoolingModesAreConcatenated() throws IOException {
    Path folder = copy("st-mean");
    Folders.edit(
        folder, "1_Pooling/config.json", "mode_max_tokens\": false", "mode_max_tokens\": true");
    try (TextEncoder both = TextEncoder.load(folder)) {
      assertThat(both.dimension()).isEqualTo(48);
      float[] vector = both.embed("hello world");
      Files.writeString(folder.resolve("1_Pooling/config.json"), "{\"pooling_mode\": \"max\"}");
      try (TextEncoder max = TextEncoder.load(folder)) {
        assertThat(max.embed("hello world")).isEqualTo(java.util.Arrays.copyOf(vector, 24));
      }
      Files.writeString(
          folder.resolve("1_Pooling/config.json"), "{\"pooling_mode\": [\"max\", \"mean\"]}");
      try (TextEncoder list = TextEncoder.load(folder)) {
        assertThat(list.embed("hello world")).isEqualTo(vector);
      }
    }
  }

  @Test
  void theSumOverTheRootOfTheLengthIsTheMeanTimesThatRoot() throws IOException {
    Path folder = copy("st-mean");
    try (TextEncoder mean = TextEncoder.load(folder)) {
      Files.writeString(
          folder.resolve("1_Pooling/config.json"),
          "{\"pooling_mode_mean_sqrt_len_tokens\": true, \"pooling_mode_mean_tokens\": false}");
      try (TextEncoder root = TextEncoder.load(folder)) {
        float[] a = mean.embed("hello world");
        float[] b = root.embed("hello world");
        for (int i = 0; i < a.length; i++) {
          assertThat(Math.abs(b[i] - 2 * a[i])).isLessThan(1e-5f); // 4 tokens
        }
      }
    }
  }

  @Test
  void withoutAModeThePoolingIsTheMean() throws IOException {
    Path folder = copy("st-mean");
    Files.writeString(
        folder.resolve("1_Pooling/config.json"), "{\"word_embedding_dimension\": 24}");
    assertThat(SentenceConfig.load(folder).pooling()).containsExactly(Pooling.MEAN);
    Files.writeString(
        folder.resolve("1_Pooling/config.json"), "{\"pooling_mode_cls_token\": true}");
    assertThat(SentenceConfig.load(folder).pooling()).containsExactly(Pooling.CLS, Pooling.MEAN);
  }

  @Test
  void newModuleNamesAreKnown() throws IOException {
    Path folder = copy("st-mean-normalize");
    Folders.edit(
        folder,
        "modules.json",
        "sentence_transformers.models.Pooling",
        "sentence_transformers.sentence_transformer.modules.pooling.Pooling");
    assertThat(SentenceConfig.load(folder).normalize()).isTrue();
  }

  @Test
  void aTextIsPutInLowerCaseWhereTheFolderSaysSo() throws IOException {
    Path folder = copy("st-mean");
    Folders.edit(
        folder, "tokenizer_config.json", "\"do_lower_case\": true", "\"do_lower_case\": false");
    try (TextEncoder cased = TextEncoder.load(folder)) {
      assertThat(cased.embed("HELLO")).isNotEqualTo(cased.embed("hello"));
    }
    Folders.edit(
        folder, "sentence_bert_config.json", "\"do_lower_case\": false", "\"do_lower_case\": true");
    try (TextEncoder lower = TextEncoder.load(folder)) {
      assertThat(lower.embed("HELLO")).isEqualTo(lower.embed("hello"));
    }
  }

  @Test
  void aLongerTextIsCutToTheGivenLength() throws IOException {
    Path folder = copy("st-mean");
    var options = TextEncoder.Options.defaults().withMaxTokens(5);
    try (TextEncoder encoder = TextEncoder.load(folder, options)) {
      assertThat(encoder.maxTokens()).isEqualTo(5);
      assertThat(encoder.embed("one two three four")).isEqualTo(encoder.embed("one two three"));
    }
  }
}

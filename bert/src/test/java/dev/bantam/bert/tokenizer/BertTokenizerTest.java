package dev.bantam.bert.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BertTokenizerTest {

  private static BertTokenizer uncased;
  private static BertTokenizer vocabTxt;

  @BeforeAll
  static void load() throws IOException {
    uncased = BertTokenizer.load(Goldens.folder("uncased"));
    vocabTxt = BertTokenizer.load(Goldens.folder("vocab-txt"));
  }

  @Test
  void theConfigurationHasPrecedenceOverTheNormalizerOfTheTokenizerFile(@TempDir Path folder)
      throws IOException {
    Files.copy(
        Goldens.folder("uncased").resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
    Path config = folder.resolve("tokenizer_config.json");
    Files.writeString(config, "{\"do_lower_case\": false, \"strip_accents\": null}");
    assertSameIds(BertTokenizer.load(folder), "cased");
    Files.writeString(config, "{\"do_lower_case\": false, \"strip_accents\": true}");
    assertSameIds(BertTokenizer.load(folder), "cased-without-accents");
    Files.writeString(config, "{\"model_max_length\": 64}");
    assertSameIds(BertTokenizer.load(folder), "uncased");
  }

  private static void assertSameIds(BertTokenizer tokenizer, String golden) throws IOException {
    BertTokenizer expected = BertTokenizer.load(Goldens.folder(golden));
    for (Goldens.Case c : Goldens.cases()) {
      int[] ids = tokenizer.encode(c.text()).ids();
      assertThat(ids).as(c.toString()).isEqualTo(expected.encode(c.text()).ids());
    }
  }

  @Test
  void anAddedTokenMayBeginWithAnUnpairedSurrogate(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n");
    Files.writeString(
        folder.resolve("tokenizer_config.json"), "{\"additional_special_tokens\": [\"\uFFFDx\"]}");
    BertTokenizer tokenizer = BertTokenizer.load(folder);
    for (String text : List.of("a\uD800xa", "a\uDC00xa", "a\uFFFDxa")) {
      assertThat(tokenizer.encode(text).ids()).containsExactly(2, 5, 6, 5, 3);
      assertThat(ids(tokenizer, text)).containsExactly(2, 5, 6, 5, 3);
    }
  }

  @Test
  void anUnpairedSurrogateCountsAsTheReplacementCharacter() throws IOException {
    BertTokenizer uncleaned = BertTokenizer.load(Goldens.folder("uncleaned"));
    for (BertTokenizer tokenizer : List.of(uncased, uncleaned)) {
      for (String text :
          List.of("a\uD800b", "\uDC00 a", "a\uD83D", "\uDE00\uD83D", "\uD83D\uD83D\uDE00")) {
        String replaced =
            text.replaceAll("(?<![\\x{D800}-\\x{DBFF}])[\\x{DC00}-\\x{DFFF}]", "\uFFFD")
                .replaceAll("[\\x{D800}-\\x{DBFF}](?![\\x{DC00}-\\x{DFFF}])", "\uFFFD");
        assertThat(tokenizer.encode(text).ids()).isEqualTo(tokenizer.encode(replaced).ids());
        assertThat(ids(tokenizer, text)).isEqualTo(tokenizer.encode(replaced).ids());
      }
    }
  }

  @Test
  void aLongTextIsTokenizedTheSameWindowByWindow() {
    Random random = new Random(1);
    String[] parts = {
      "hello ", "bantam", " ", "é", "e\u0301 \u0323", "世", "a\u302e\u0301", ".", "\n", "x"
    };
    for (int i = 0; i < 20; i++) {
      StringBuilder text = new StringBuilder("y".repeat(random.nextInt(4000)));
      while (text.length() < 20_000) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      assertThat(ids(uncased, text.toString())).isEqualTo(uncased.encode(text.toString()).ids());
    }
  }

  @Test
  void aTextWithoutSpacesMayBeLongerThanAWindow() {
    String text = "世界".repeat(5_000) + "\u0301".repeat(5_000) + "a".repeat(10_000);
    assertThat(ids(uncased, text)).isEqualTo(uncased.encode(text).ids()).hasSize(10_000 + 1 + 2);
  }

  @Test
  void offsetsPointIntoTheTextAsGiven() {
    String text = "\uD83D\uDE00 Cafe\u0301 [MASK]";
    Encoding encoding = uncased.encode(text);
    List<String> parts =
        IntStream.range(1, encoding.size() - 1)
            .mapToObj(i -> text.substring(encoding.starts()[i], encoding.ends()[i]))
            .toList();
    assertThat(parts).containsExactly("\uD83D\uDE00", "Cafe", "[MASK]");
    assertThat(encoding.tokens())
        .containsExactly("[CLS]", "\uD83D\uDE00", "cafe", "[MASK]", "[SEP]");
  }

  @Test
  void truncationKeepsTheSpecialTokens() {
    EncodeOptions four = EncodeOptions.DEFAULT.withMaxLength(4, Truncation.LONGEST_FIRST);
    assertThat(uncased.encode("hello hello hello", four).tokens())
        .containsExactly("[CLS]", "hello", "hello", "[SEP]");
    EncodeOptions five = EncodeOptions.DEFAULT.withMaxLength(5, Truncation.LONGEST_FIRST);
    assertThat(uncased.encode("hello hello", "world world", five).tokens())
        .containsExactly("[CLS]", "hello", "[SEP]", "world", "[SEP]");
  }

  @Test
  void aTextThatIsTooLongIsNoErrorWithoutTruncation() {
    EncodeOptions options = EncodeOptions.DEFAULT.withMaxLength(3, Truncation.DO_NOT_TRUNCATE);
    assertThat(uncased.encode("hello hello hello", options).size()).isEqualTo(5);
  }

  @Test
  void aMaximumWithoutRoomForTheSpecialTokensIsRefused() {
    assertThatThrownBy(() -> uncased.encode("hello", 1, new TokenIds()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maximum length 1 has no room for the 2 special tokens");
    EncodeOptions two = EncodeOptions.DEFAULT.withMaxLength(2, Truncation.LONGEST_FIRST);
    assertThatThrownBy(() -> uncased.encode("hello", "world", two))
        .hasMessage("maximum length 2 has no room for the 3 special tokens");
    assertThat(uncased.encode("hello", two.withoutSpecialTokens()).size()).isEqualTo(1);
  }

  @Test
  void aTextTooShortToBeTruncatedAloneIsRefused() {
    EncodeOptions options = EncodeOptions.DEFAULT.withMaxLength(4, Truncation.ONLY_FIRST);
    assertThatThrownBy(() -> uncased.encode("hello", "world world world", options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "truncation ONLY_FIRST: the first text has 1 tokens, 3 too many to be cut from it");
  }

  @Test
  void theFastWayAppends() {
    TokenIds ids = new TokenIds();
    assertThat(uncased.encode("hello", 512, ids)).isEqualTo(3);
    assertThat(uncased.encode("hello world", 3, ids)).isEqualTo(3);
    int[] hello = uncased.encode("hello").ids();
    assertThat(ids.toArray())
        .containsExactly(hello[0], hello[1], hello[2], hello[0], hello[1], hello[2]);
    assertThat(ids.get(4)).isEqualTo(hello[1]);
    assertThatThrownBy(() -> ids.get(6)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void tokensAndIdsAreLookedUpBothWays() {
    int hello = uncased.tokenToId("hello").orElseThrow();
    assertThat(uncased.idToToken(hello)).isEqualTo("hello");
    assertThat(uncased.tokenToId("no such token")).isEmpty();
    assertThat(uncased.idToToken(-1)).isNull();
    assertThat(uncased.idToToken(1 << 30)).isNull();
    assertThat(uncased.idToToken(uncased.vocabSize())).isNull();
    assertThat(uncased.idToToken(uncased.vocabSize() - 1)).isNotNull();
    assertThat(uncased.padId()).hasValue(0);
    assertThat(uncased.unkId()).isEqualTo(1);
    assertThat(uncased.clsId()).hasValue(2);
    assertThat(uncased.sepId()).hasValue(3);
    assertThat(uncased.maskId()).hasValue(4);
  }

  @Test
  void theConfigurationNamesTheSpecialTokensAndTheMaximumLength() throws IOException {
    assertThat(vocabTxt.maxLength()).isEqualTo(64);
    assertThat(vocabTxt.maskId())
        .isEqualTo(vocabTxt.tokenToId("<M>"))
        .isNotEqualTo(OptionalInt.empty());
    assertThat(uncased.maxLength()).isEqualTo(Integer.MAX_VALUE);
    assertThat(BertTokenizer.load(Goldens.folder("vocab-txt-legacy")).maxLength())
        .isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void manyThreadsShareATokenizer() throws IOException {
    List<Goldens.Case> cases = Goldens.cases();
    List<String> expected =
        cases.stream().map(c -> ids(uncased, c.text())).map(Arrays::toString).toList();
    for (int round = 0; round < 5; round++) {
      assertThat(cases.parallelStream().map(c -> Arrays.toString(ids(uncased, c.text()))).toList())
          .isEqualTo(expected);
    }
  }

  private static int[] ids(BertTokenizer tokenizer, String text) {
    TokenIds ids = new TokenIds();
    tokenizer.encode(text, Integer.MAX_VALUE, ids);
    return ids.toArray();
  }
}

package dev.bantam.kd.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On lines as WordNet writes them; the numbers of the real one are in the documentation. */
class WordNetTaskTest {
  private static final String LICENCE = "  1 This is provided | under a licence  \n";

  @TempDir Path folder;

  @Test
  void a_task_is_found_by_its_name() {
    assertThat(WordNetTask.byName("wordnet-nouns")).contains(WordNetTask.NOUNS);
    assertThat(WordNetTask.byName("WordNet-Pairs")).contains(WordNetTask.PAIRS);
    assertThat(WordNetTask.byName("wordnet")).isEmpty();
    assertThat(WordNetTask.NOUNS.task().labels())
        .hasSize(25)
        .startsWith("noun.act")
        .contains("noun.animal")
        .doesNotContain("noun.Tops");
    assertThat(WordNetTask.VERBS.task().labels()).hasSize(15).endsWith("verb.weather");
    assertThat(WordNetTask.PAIRS.task().isPaired()).isTrue();
  }

  @Test
  void nouns_are_labelled_with_their_file() throws IOException {
    Path jar =
        jar(
            LICENCE
                + "1 03 n 01 thing 0 000 | left out since it is of noun.Tops  \n"
                + "2 05 n 02 dog 0 Canis_familiaris 0 001 @ 1 n 0000 | a barking animal; \"the dog"
                + " | ran\"  \n"
                + "3 28 n 01 noon 0 000 | the middle of the day; \"by noon\"; \"a late noon\"  \n"
                + "4 18 n 01 x 0 000 | too short  \n"
                + "5 18 n 01 cur 0 000 | a barking animal  \n",
            "",
            "",
            "");
    assertThat(all(WordNetTask.NOUNS, jar))
        .containsExactlyInAnyOrder(
            new Example("a barking animal", null, 1),
            new Example("the middle of the day", null, 24));
  }

  @Test
  void verbs_are_labelled_with_theirs() throws IOException {
    Path jar = jar("", "1 38 v 01 run 0 000 01 + 02 00 | move fast; \"run, don't walk\"\n", "", "");
    assertThat(all(WordNetTask.VERBS, jar)).containsExactly(new Example("move fast", null, 9));
  }

  @Test
  void a_use_is_paired_with_the_meaning_and_another_of_the_same_word() throws IOException {
    Path jar =
        jar(
            "1 17 n 02 side 0 bank 0 000 | sloping land by a river; \"he sat on the Bank\"\n"
                + "2 14 n 01 bank 0 000 | a house for money; \"ok bank\"\n"
                + "3 06 n 01 chair 0 000 | a seat for one; \"he took the only chair\"\n",
            "1 40 v 01 bank 0 000 | put money away; \"she banks with them\"\n",
            "1 00 a 01 bank(p) 0 000 | like a bank; \"it is all bank here\"\n",
            "");
    List<Example> examples = all(WordNetTask.PAIRS, jar);
    assertThat(examples)
        .containsExactly(
            new Example("sloping land by a river", "he sat on the Bank", 1),
            new Example("a house for money", "he sat on the Bank", 0));
  }

  @Test
  void a_lemma_is_in_one_split() throws IOException {
    int[] sizes = new int[Split.values().length];
    for (int i = 0; i < 10_000; i++) {
      sizes[WordNetTask.split("lemma " + i).ordinal()]++;
    }
    assertThat(sizes[0]).isBetween(7900, 8100);
    assertThat(sizes[1]).isBetween(900, 1100);
    assertThat(WordNetTask.split("dog")).isEqualTo(Split.TRAIN);
    Path jar =
        jar(
            "1 05 n 02 Dog 0 hound 0 000 | first definition of it\n"
                + "2 18 n 02 dog 0 cad 0 000 | second definition of it\n",
            "",
            "",
            "");
    assertThat(WordNetTask.NOUNS.in(jar).split(Split.TRAIN).readAll()).hasSize(2);
  }

  @Test
  void another_file_is_refused() throws IOException {
    Path text = Files.writeString(folder.resolve("a.jar"), "text");
    assertThatThrownBy(() -> WordNetTask.NOUNS.in(text))
        .isInstanceOf(DataFormatException.class)
        .hasMessage(text + ": not a jar; expected that of " + WordNetTask.ARTIFACT);
    Path other = folder.resolve("b.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(other))) {
      zip.putNextEntry(new ZipEntry("a"));
    }
    assertThatThrownBy(() -> WordNetTask.NOUNS.in(other))
        .isInstanceOf(DataFormatException.class)
        .hasMessageStartingWith(
            other + ": no net/sf/extjwnl/data/wordnet/wn31/data.noun; expected");
    for (String line : List.of("1 05 n 01 dog", "1 05 n 02 dog | a gloss", "1 x n 00 | a gloss")) {
      Path broken = jar(LICENCE + line + "\n", "", "", "");
      assertThatThrownBy(() -> WordNetTask.NOUNS.in(broken))
          .isInstanceOf(DataFormatException.class)
          .hasMessageEndingWith("data.noun: line 2: not a line of WordNet");
    }
  }

  @Test
  void a_split_without_examples_is_not_there() throws IOException {
    Corpus corpus = WordNetTask.NOUNS.in(jar("1 05 n 01 x 0 000 | a barking animal\n", "", "", ""));
    Split there = WordNetTask.split("x");
    for (Split split : Split.values()) {
      assertThat(corpus.has(split)).isEqualTo(split == there);
      if (split != there) {
        assertThatThrownBy(() -> corpus.split(split))
            .isInstanceOf(NoSuchFileException.class)
            .hasMessageContaining("no " + split + " split, only [" + there + "]");
      }
    }
  }

  private static List<Example> all(WordNetTask task, Path jar) throws IOException {
    Corpus corpus = task.in(jar);
    List<Example> all = new ArrayList<>();
    for (Split split : Split.values()) {
      if (corpus.has(split)) {
        all.addAll(corpus.split(split).readAll());
      }
    }
    return all;
  }

  private Path jar(String noun, String verb, String adj, String adv) throws IOException {
    Path jar = folder.resolve("wordnet.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      write(zip, "noun", noun);
      write(zip, "verb", verb);
      write(zip, "adj", adj);
      write(zip, "adv", adv);
    }
    return jar;
  }

  private static void write(ZipOutputStream zip, String part, String lines) throws IOException {
    zip.putNextEntry(new ZipEntry("net/sf/extjwnl/data/wordnet/wn31/data." + part));
    zip.write(lines.getBytes(StandardCharsets.UTF_8));
  }
}

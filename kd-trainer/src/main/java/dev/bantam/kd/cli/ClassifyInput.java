package dev.bantam.kd.cli;

import dev.bantam.kd.data.Example;
import dev.bantam.kd.data.ExampleReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Texts or pairs to classify: all of them are pairs, or none is. */
final class ClassifyInput implements ExampleReader {
  /** How texts are written. */
  enum Layout {
    /** One a line, or an argument. */
    TEXTS,
    /** Two on a line, with a tab between them. */
    TABS,
    /** Two arguments after each other. */
    ARGUMENTS,
    /** Fields {@code text} and, if the first has it, {@code pair} of an object a line. */
    JSON
  }

  private final TextSource source;
  private final Layout layout;
  private @Nullable Example first;

  ClassifyInput(TextSource source, Layout layout) {
    this.source = source;
    this.layout = layout;
  }

  @Override
  public @Nullable Example next() throws IOException {
    String text = source.next();
    while (layout == Layout.JSON && text != null && text.isBlank()) {
      text = source.next();
    }
    if (text == null) {
      return null;
    }
    return switch (layout) {
      case TEXTS -> new Example(text, null, Example.NO_LABEL);
      case TABS -> split(text);
      case ARGUMENTS -> new Example(text, source.next(), Example.NO_LABEL);
      case JSON -> likeFirst(JsonLine.example(text, source.where()));
    };
  }

  private Example split(String line) throws BadInputException {
    String[] parts = line.split("\t", -1);
    if (parts.length != 2) {
      throw new BadInputException(
          "%s: %d fields, expected 2 texts with a tab between them"
              .formatted(source.where(), parts.length));
    }
    return new Example(parts[0], parts[1], Example.NO_LABEL);
  }

  private Example likeFirst(Example example) throws BadInputException {
    if (first == null) {
      first = example;
    }
    if ((first.pair() == null) != (example.pair() == null)) {
      throw new BadInputException(
          "%s: %s field 'pair', unlike the first object"
              .formatted(source.where(), example.pair() == null ? "no" : "a"));
    }
    return example;
  }

  @Override
  public double fraction() {
    return source.fraction();
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}

package dev.bantam.kd.cli;

import dev.bantam.kd.data.Lines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which texts go in, and where results go. */
final class TextOptions {
  @Parameters(
      arity = "0..*",
      paramLabel = "TEXT",
      description = "Texts; without them, or --input, lines of standard input.")
  private List<String> texts = new ArrayList<>();

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description =
          "File with a text a line, or with a field 'text' a line if its name ends in .jsonl;"
              + " - for standard input.")
  private @Nullable String input;

  @Option(names = "--output", paramLabel = "FILE", description = "File instead of standard output.")
  private @Nullable Path output;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} without.",
      defaultValue = "text")
  private Format format = Format.TEXT;

  /** How results are written. */
  Format format() {
    return format;
  }

  /** Whether texts are fields of JSON objects. */
  boolean isJson() {
    return texts.isEmpty() && input != null && input.endsWith(".jsonl");
  }

  /** The texts as arguments; none if they come from elsewhere. */
  List<String> arguments() {
    return texts;
  }

  /** The texts. */
  TextSource source(Subcommand command) throws IOException {
    return isJson() ? open(command, TextSource::ofJson) : lines(command);
  }

  /** The arguments or lines as they are. */
  TextSource lines(Subcommand command) throws IOException {
    return open(command, TextSource::of);
  }

  /** How lines are read, of a number of bytes. */
  private interface LineReader {
    TextSource read(Lines lines, long size);
  }

  private TextSource open(Subcommand command, LineReader reader) throws IOException {
    if (!texts.isEmpty()) {
      if (input != null) {
        throw command.usage("texts as arguments and --input exclude each other");
      }
      return TextSource.of(texts);
    }
    if (input == null && command.terminal().inIsTerminal()) {
      throw command.usage("no text; give texts, --input FILE, or lines on standard input");
    }
    if (input == null || input.equals("-")) {
      return TextSource.of(new Lines("standard input", command.terminal().in()), 0);
    }
    Path file = file(command, "");
    return reader.read(new Lines(input, Files.newInputStream(file)), Files.size(file));
  }

  /**
   * The file that is read.
   *
   * @param option that needs one
   */
  Path file(Subcommand command, String option) throws BadInputException {
    if (input == null || input.equals("-") || !texts.isEmpty()) {
      throw command.usage(option + " is for --input FILE");
    }
    Path file = Path.of(input);
    if (Files.isDirectory(file)) {
      throw new BadInputException(file + ": is a folder; expected a file of texts");
    }
    return file;
  }

  /** Where results go. */
  OutputTarget target(Subcommand command) throws IOException {
    OutputTarget target =
        output == null ? OutputTarget.of(command.terminal()) : OutputTarget.of(output);
    if (format == Format.NPY && !target.isSeekable()) {
      throw command.usage("--format npy needs --output FILE");
    }
    return target;
  }
}

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

  /** The texts. */
  TextSource source(Subcommand command) throws IOException {
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
    Path file = Path.of(input);
    if (Files.isDirectory(file)) {
      throw new BadInputException(file + ": is a folder; expected a file of texts");
    }
    Lines lines = new Lines(input, Files.newInputStream(file));
    long size = Files.size(file);
    return input.endsWith(".jsonl") ? TextSource.ofJson(lines, size) : TextSource.of(lines, size);
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

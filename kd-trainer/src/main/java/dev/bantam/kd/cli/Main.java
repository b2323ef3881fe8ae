package dev.bantam.kd.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/** The command {@code bantam}. */
@Command(
    name = "bantam",
    header = "Transformer encoders on the JVM: embed, classify, compare, inspect.",
    synopsisSubcommandLabel = "COMMAND",
    sortOptions = false,
    versionProvider = Version.class,
    footer = {
      "",
      "Examples:",
      "  bantam embed \"A bantam is a small hen.\"",
      "  bantam similarity \"a small hen\" \"a little chicken\"",
      "",
      "The model is all-MiniLM-L6-v2 unless --model names another.",
      "Exit codes: 0 done, 1 failed, 2 wrong usage or bad input."
    })
@SuppressWarnings("UnusedVariable") // picocli reads the options
public final class Main {
  private static final int HELP_WIDTH = 100;

  private static final Map<String, Supplier<Subcommand>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("embed", EmbedCommand::new);
    COMMANDS.put("similarity", SimilarityCommand::new);
    COMMANDS.put("classify", ClassifyCommand::new);
    COMMANDS.put("evaluate", EvaluateCommand::new);
    COMMANDS.put("train", TrainCommand::new);
    COMMANDS.put("quantize", QuantizeCommand::new);
    COMMANDS.put("inspect", InspectCommand::new);
    COMMANDS.put("fetch", FetchCommand::new);
    COMMANDS.put("import", ImportCommand::new);
  }

  private final Terminal terminal;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and the JDK.")
  private boolean version;

  Main(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    LogSettings.install(Arrays.asList(args).contains("--debug"));
    System.exit(execute(Terminal.system(), args));
  }

  /** Runs a command and returns its exit code. */
  static int execute(Terminal terminal, String... args) {
    CommandLine command = new CommandLine(new Main(terminal));
    // A command takes a while to be read off its annotations, so the others are left out.
    String wanted = args.length > 0 && COMMANDS.containsKey(args[0]) ? args[0] : null;
    COMMANDS.forEach(
        (name, make) -> {
          if (wanted == null || wanted.equals(name)) {
            command.addSubcommand(name, make.get());
          }
        });
    command.setExpandAtFiles(false);
    command.setUsageHelpWidth(HELP_WIDTH);
    command.setCaseInsensitiveEnumValuesAllowed(true);
    command.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
    StringWriter help = new StringWriter();
    command.setOut(new PrintWriter(help));
    command.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
    Failures failures = new Failures(terminal, Arrays.asList(args).contains("--debug"));
    command.setParameterExceptionHandler((e, arguments) -> failures.usage(e));
    command.setExecutionExceptionHandler((e, line, parsed) -> failures.failure(e));
    try {
      Arguments.check(args, Arguments.COMMAND);
      int code = command.execute(args);
      terminal.print(help.toString());
      return code;
    } catch (IOException e) {
      return failures.failure(e);
    } catch (OutOfMemoryError e) {
      return failures.outOfMemory(e);
    }
  }

  /** The streams of this run. */
  Terminal terminal() {
    return terminal;
  }
}

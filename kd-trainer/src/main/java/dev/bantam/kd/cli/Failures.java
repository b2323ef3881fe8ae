package dev.bantam.kd.cli;

import dev.bantam.bert.TokenRangeException;
import dev.bantam.kd.data.DataFormatException;
import dev.bantam.kd.train.DivergedException;
import dev.bantam.kd.train.TrainingSetupException;
import dev.bantam.safetensors.ModelFormatException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into one line on standard error and an exit code. */
final class Failures {
  private static final int FAILED = 1;
  private static final int BAD_INPUT = 2;

  /** What is quoted from a file may hold line ends. */
  private static final Pattern CONTROLS = Pattern.compile("\\p{Cntrl}+");

  private final Terminal terminal;
  private final boolean debug;

  /**
   * For one run.
   *
   * @param debug whether stack traces are shown
   */
  Failures(Terminal terminal, boolean debug) {
    this.terminal = terminal;
    this.debug = debug;
  }

  /** The arguments make no sense. */
  int usage(ParameterException e) {
    String message = String.valueOf(e.getMessage()).replaceFirst("^Error: ", "");
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      String argument = "'" + unmatched.getUnmatched().getFirst() + "'";
      Set<String> commands = e.getCommandLine().getSubcommands().keySet();
      if (unmatched.isUnknownOption()) {
        message = "unknown option " + argument;
      } else if (!commands.isEmpty()) {
        message = "unknown command " + argument + "; known: " + String.join(", ", commands);
      } else {
        message = argument + " is not expected here";
      }
    }
    say(message, e);
    terminal
        .err()
        .println("See '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
    return BAD_INPUT;
  }

  /** A command threw. */
  int failure(Exception e) {
    if (isClosedPipe(e)) {
      return 0;
    }
    return switch (e) {
      case BadInputException bad -> say(bad.getMessage(), e, BAD_INPUT);
      case TokenRangeException bad -> say(bad.getMessage(), e, BAD_INPUT);
      case ModelFormatException bad -> say(bad.getMessage(), e, BAD_INPUT);
      case DataFormatException bad -> say(bad.getMessage(), e, BAD_INPUT);
      case TrainingSetupException bad -> say(bad.getMessage(), e, BAD_INPUT);
      case DivergedException failed -> say(failed.getMessage(), e, FAILED);
      case InvalidPathException bad -> say(bad.getMessage(), e, BAD_INPUT);
      case FileSystemException bad -> say(describe(bad), e, isBadInput(bad) ? BAD_INPUT : FAILED);
      case IOException failed -> say(orName(failed), e, FAILED);
      default -> say("internal error: " + e + (debug ? "" : " (--debug shows where)"), e, FAILED);
    };
  }

  /** The heap was too small. */
  int outOfMemory(OutOfMemoryError e) {
    say("out of memory (%s); BANTAM_JAVA_OPTS=-Xmx4g gives more".formatted(e.getMessage()), e);
    return FAILED;
  }

  private static boolean isBadInput(FileSystemException e) {
    return e instanceof NoSuchFileException
        || e instanceof FileAlreadyExistsException
        || e instanceof NotDirectoryException
        || e instanceof AccessDeniedException;
  }

  /** {@code FILE: what is wrong with it}; the exceptions of the JDK say only the first. */
  private static String describe(FileSystemException e) {
    String problem =
        switch (e) {
          case NoSuchFileException missing -> "not found";
          case FileAlreadyExistsException exists -> "exists already";
          case NotDirectoryException file -> "is not a folder";
          case AccessDeniedException denied -> "permission denied";
          default -> null;
        };
    if (problem == null) {
      return orName(e);
    }
    return e.getFile() + ": " + problem + (e.getReason() == null ? "" : "; " + e.getReason());
  }

  private static String orName(Exception e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  /** Whether the reader of standard output has gone, as {@code head} does when it has enough. */
  private static boolean isClosedPipe(Exception e) {
    return e instanceof IOException && "Broken pipe".equals(e.getMessage());
  }

  private int say(@Nullable String message, Exception e, int code) {
    say(message, e);
    return code;
  }

  private void say(@Nullable String message, Throwable e) {
    terminal.err().println("bantam: " + CONTROLS.matcher(String.valueOf(message)).replaceAll(" "));
    if (debug) {
      e.printStackTrace(terminal.err());
    }
  }
}

package dev.bantam.kd.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Refuses arguments that are not text. Java puts U+FFFD in place of what is not UTF-8, or all that
 * is not ASCII in a locale that has no more; what was given is seen in the file in which Linux
 * shows the bytes of a command, each argument with a zero byte after it.
 */
final class Arguments {
  /** The command of this process. */
  static final Path COMMAND = Path.of("/proc/self/cmdline");

  private Arguments() {}

  /**
   * Looks closely at arguments with U+FFFD in them.
   *
   * @param args the arguments as Java gives them, which are the last of the command
   * @param command {@link #COMMAND}; without such a file nothing is refused
   * @throws BadInputException if one is not UTF-8, or was not read as that
   */
  static void check(String[] args, Path command) throws IOException {
    boolean suspicious = Arrays.stream(args).anyMatch(arg -> arg.indexOf('\uFFFD') >= 0);
    if (!suspicious || !Files.isReadable(command)) {
      return;
    }
    List<byte[]> given = split(Files.readAllBytes(command));
    for (int i = 0; i < Math.min(args.length, given.size()); i++) {
      String arg = args[args.length - 1 - i];
      ByteBuffer bytes = ByteBuffer.wrap(given.get(given.size() - 1 - i));
      try {
        String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        if (!text.equals(arg)) {
          throw new BadInputException(
              "argument '%s': was not read as UTF-8; set LC_ALL=C.UTF-8 or another such locale"
                  .formatted(text));
        }
      } catch (CharacterCodingException e) {
        throw new BadInputException("argument '%s': not valid UTF-8".formatted(arg), e);
      }
    }
  }

  private static List<byte[]> split(byte[] command) {
    List<byte[]> parts = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < command.length; i++) {
      if (command[i] == 0) {
        parts.add(Arrays.copyOfRange(command, from, i));
        from = i + 1;
      }
    }
    return parts;
  }
}

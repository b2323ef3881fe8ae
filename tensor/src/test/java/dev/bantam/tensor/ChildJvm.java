package dev.bantam.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs of the test class path, run in a virtual machine with flags of its own. */
public final class ChildJvm {
  /** A flag without which the Vector API is not there. */
  public static final String VECTOR_API = "--add-modules=jdk.incubator.vector";

  private ChildJvm() {}

  /** Whether this is a machine with the flag {@code -XX:UseAVX}. */
  public static boolean isX86() {
    return System.getProperty("os.arch").matches("amd64|x86_64");
  }

  /** What a program writes to both its outputs before it ends well. */
  public static String run(Class<?> main, List<String> flags)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.addAll(flags);
    command.addAll(List.of("--class-path", System.getProperty("java.class.path")));
    command.add(main.getName());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("exit code of %s:%n%s", command, output).isZero();
    return output;
  }
}

package dev.bantam.quant.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same sources at vector widths that are not this machine's own. */
class ForcedWidthTest {

  @ParameterizedTest
  @ValueSource(ints = {16, 32})
  void vectors_of_any_width_give_the_bits_of_the_formula(int bytes) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "--add-modules=jdk.incubator.vector"));
    if (System.getProperty("os.arch").matches("amd64|x86_64")) {
      command.add("-XX:UseAVX=2");
    }
    command.add("-XX:MaxVectorSize=" + bytes);
    command.addAll(List.of("--class-path", System.getProperty("java.class.path")));
    command.add(WidthCheck.class.getName());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("checked simd-");
  }
}

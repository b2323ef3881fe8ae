package dev.bantam.kd.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() throws IOException {
    return new String[] {
      "bantam " + number(),
      "JDK %s, %s".formatted(System.getProperty("java.vm.version"), System.getProperty("os.arch"))
    };
  }

  /** The version of the build, which writes it into a resource. */
  private static String number() throws IOException {
    try (InputStream resource = Version.class.getResourceAsStream("version.txt")) {
      return resource == null
          ? "(unknown version)"
          : new String(resource.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }
}

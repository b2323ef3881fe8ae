package dev.bantam.kd.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputTargetTest {
  @TempDir Path temp;

  @Test
  void a_file_appears_when_it_is_complete() throws IOException {
    Path file = temp.resolve("file");
    try (OutputTarget target = OutputTarget.of(file)) {
      target.stream().write('a');
      target.stream().flush();
      assertThat(file).doesNotExist();
      target.commit();
    }
    assertThat(file).hasContent("a");
    assertThat(files()).containsExactly(file);
  }

  @Test
  void without_a_commit_nothing_is_left() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "before");
    try (OutputTarget target = OutputTarget.of(file)) {
      target.stream().write('a');
    }
    assertThat(file).hasContent("before");
    assertThat(files()).containsExactly(file);
  }

  @Test
  void a_file_that_is_replaced_keeps_its_permissions() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "before");
    assumeThat(file.getFileSystem().supportedFileAttributeViews()).contains("posix");
    for (String permissions : List.of("rw-r-----", "rw-rw-rw-")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
      try (OutputTarget target = OutputTarget.of(file)) {
        target.commit();
      }
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo(permissions);
    }
  }

  @Test
  void a_link_stays_a_link() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "before");
    Path link = Files.createSymbolicLink(temp.resolve("link"), file);
    try (OutputTarget target = OutputTarget.of(link)) {
      target.stream().write('a');
      target.commit();
    }
    assertThat(link).isSymbolicLink();
    assertThat(file).hasContent("a");
  }

  @Test
  void what_is_no_regular_file_is_not_replaced() throws IOException {
    Path device = Path.of("/dev/null");
    if (Files.exists(device)) {
      try (OutputTarget target = OutputTarget.of(device)) {
        assertThat(target.isSeekable()).isFalse();
        target.stream().write('a');
        target.commit();
      }
      assertThat(Files.isRegularFile(device)).isFalse();
    }
  }

  @Test
  void the_start_can_be_replaced_at_the_end() throws IOException {
    Path file = temp.resolve("file");
    try (OutputTarget target = OutputTarget.of(file)) {
      target.stream().write(new byte[] {'?', '?', 'c'});
      target.overwriteStart(new byte[] {'a', 'b'});
      target.stream().write('d');
      target.commit();
    }
    assertThat(file).hasContent("abcd");
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(temp)) {
      return files.toList();
    }
  }
}

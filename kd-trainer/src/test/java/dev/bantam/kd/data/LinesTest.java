package dev.bantam.kd.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinesTest {
  @Test
  void lines_end_at_line_feeds_with_or_without_a_carriage_return() throws IOException {
    assertThat(read("a\r\nb\n\nc\rd\r\n")).containsExactly("a", "b", "", "c\rd");
  }

  @Test
  void the_last_line_needs_no_end() throws IOException {
    assertThat(read("a\nb")).containsExactly("a", "b");
    assertThat(read("")).isEmpty();
    assertThat(read("\n")).containsExactly("");
  }

  @Test
  void a_byte_order_mark_is_left_out_at_the_start_only() throws IOException {
    assertThat(read("\uFEFFa\n\uFEFFb")).containsExactly("a", "\uFEFFb");
  }

  @Test
  void lines_may_be_longer_than_the_buffer() throws IOException {
    String text = "é".repeat(100_000);
    assertThat(read(text + "\n" + text)).containsExactly(text, text);
  }

  @Test
  void bytes_are_counted() throws IOException {
    Lines lines = lines("é\r\nb".getBytes(StandardCharsets.UTF_8));
    lines.next();
    assertThat(lines.bytes()).isEqualTo(4);
    lines.next();
    assertThat(lines.bytes()).isEqualTo(5);
  }

  @Test
  void what_is_not_utf8_is_named_by_its_line() {
    byte[][] bad = {{(byte) 0xff}, {(byte) 0xc3}, {(byte) 0xed, (byte) 0xa0, (byte) 0x80}};
    for (byte[] bytes : bad) {
      Lines lines = lines(bytes);
      assertThatThrownBy(lines::next)
          .isInstanceOf(DataFormatException.class)
          .hasMessage("name: line 1: not valid UTF-8");
    }
  }

  private static List<String> read(String text) throws IOException {
    Lines lines = lines(text.getBytes(StandardCharsets.UTF_8));
    List<String> read = new ArrayList<>();
    for (String line = lines.next(); line != null; line = lines.next()) {
      read.add(line);
    }
    assertThat(lines.number()).isEqualTo(read.size());
    return read;
  }

  private static Lines lines(byte[] bytes) {
    return new Lines("name", new ByteArrayInputStream(bytes));
  }
}

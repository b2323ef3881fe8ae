package dev.bantam.safetensors.hub;

import static dev.bantam.safetensors.hub.FakeHub.COMMIT;
import static dev.bantam.safetensors.hub.FakeHub.REPOSITORY;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Downloads that are cut, resumed, or not what was promised. */
class HubDownloadTest extends HubFixture {

  @Test
  void a_cut_connection_is_resumed_where_it_ended() throws IOException {
    AtomicInteger cuts = new AtomicInteger();
    server.faults.add(
        exchange -> {
          if (FakeHub.isDownload(exchange, WEIGHTS)
              && exchange.getLocalAddress().getPort() == server.storageEndpoint().getPort()
              && cuts.getAndIncrement() == 0) {
            FakeHub.cut(exchange, weights(), 100_000);
            return true;
          }
          return false;
        });
    Path folder = hub().fetch(REPOSITORY, "main");
    assertThat(folder.resolve(WEIGHTS)).hasBinaryContent(weights());
    List<FakeHub.Request> downloads =
        server.requests("GET", WEIGHTS).stream().filter(r -> r.server().equals("storage")).toList();
    assertThat(downloads).hasSize(2);
    assertThat(downloads.getLast().range()).matches("bytes=[1-9]\\d*-");
    assertThat(pauses).hasSize(1);
  }

  @Test
  void a_download_that_stalls_is_given_up_and_resumed() throws IOException {
    patience = Duration.ofMillis(300);
    CountDownLatch done = new CountDownLatch(1);
    AtomicBoolean stalled = new AtomicBoolean();
    server.faults.add(
        exchange -> {
          if (FakeHub.isDownload(exchange, "vocab.txt") && !stalled.getAndSet(true)) {
            FakeHub.cut(exchange, Objects.requireNonNull(server.files.get("vocab.txt")), 5);
            await(done);
            return true;
          }
          return false;
        });
    Path folder = hub().fetch(REPOSITORY, "main");
    done.countDown();
    assertThat(folder.resolve("vocab.txt")).hasContent("[PAD]\n[UNK]\n");
    assertThat(server.requests("GET", "vocab.txt").stream().map(FakeHub.Request::range))
        .startsWith("null", "bytes=5-");
    assertThat(pauses).isNotEmpty();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void a_size_that_is_no_number_is_refused() {
    server.faults.add(
        exchange -> {
          if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().add("X-Linked-Etag", FakeHub.sha256(weights()));
            exchange.getResponseHeaders().add("X-Linked-Size", "many");
            exchange.sendResponseHeaders(200, -1);
            return true;
          }
          return false;
        });
    assertRefused("the hub gives no size of the file");
  }

  @Test
  void a_download_of_an_earlier_run_is_resumed() throws IOException {
    leaveIncomplete(Arrays.copyOf(weights(), 1000));
    Path folder = hub().fetch(REPOSITORY, "main");
    assertThat(folder.resolve(WEIGHTS)).hasBinaryContent(weights());
    assertThat(server.requests("GET", WEIGHTS)).allMatch(r -> r.range().equals("bytes=1000-"));
  }

  @Test
  void a_server_that_cannot_resume_sends_everything() throws IOException {
    leaveIncomplete(new byte[1000]);
    server.faults.add(
        exchange -> {
          boolean storage =
              exchange.getLocalAddress().getPort() == server.storageEndpoint().getPort();
          if (storage) {
            exchange.sendResponseHeaders(200, weights().length);
            exchange.getResponseBody().write(weights());
          }
          return storage;
        });
    assertThat(hub().fetch(REPOSITORY, "main").resolve(WEIGHTS)).hasBinaryContent(weights());
  }

  @Test
  void a_server_that_refuses_to_resume_is_asked_for_everything() throws IOException {
    leaveIncomplete(new byte[1000]);
    server.faults.add(
        exchange -> {
          if (exchange.getRequestHeaders().containsKey("Range")) {
            exchange.sendResponseHeaders(416, -1);
            return true;
          }
          return false;
        });
    assertThat(hub().fetch(REPOSITORY, "main").resolve(WEIGHTS)).hasBinaryContent(weights());
  }

  @Test
  void what_an_earlier_run_left_is_verified_too_and_removed_when_it_is_wrong() throws IOException {
    leaveIncomplete(new byte[1000]);
    assertRefused("org/tiny/model.safetensors", "removed");
    assertThat(hub().fetch(REPOSITORY, "main").resolve(WEIGHTS)).hasBinaryContent(weights());
  }

  @Test
  void too_much_of_an_earlier_run_is_thrown_away() throws IOException {
    leaveIncomplete(new byte[300_001]);
    assertThat(hub().fetch(REPOSITORY, "main").resolve(WEIGHTS)).hasBinaryContent(weights());
  }

  private void leaveIncomplete(byte[] content) throws IOException {
    Path blobs = Files.createDirectories(repository().resolve("blobs"));
    Files.write(blobs.resolve(FakeHub.sha256(weights()) + ".incomplete"), content);
  }

  @ParameterizedTest
  @CsvSource({WEIGHTS + ", sha256 ", "vocab.txt, git blob "})
  void other_content_than_promised_is_refused_and_removed(String file, String algorithm)
      throws IOException {
    byte[] wrong = Objects.requireNonNull(server.files.get(file)).clone();
    wrong[0]++;
    server.faults.add(
        exchange -> {
          boolean redirected =
              file.equals(WEIGHTS)
                  && exchange.getLocalAddress().getPort() == server.endpoint().getPort();
          if (FakeHub.isDownload(exchange, file) && !redirected) {
            FakeHub.send(exchange, wrong);
            return true;
          }
          return false;
        });
    assertRefused(
        "org/tiny/" + file,
        "got " + wrong.length + " bytes with " + algorithm,
        "expected " + wrong.length + " bytes with " + algorithm,
        "removed");
    try (Stream<Path> blobs = Files.list(repository().resolve("blobs"))) {
      assertThat(blobs.map(p -> p.getFileName().toString()))
          .noneMatch(name -> name.endsWith(".incomplete"));
    }
    assertThat(repository().resolve("snapshots").resolve(COMMIT).resolve(file)).doesNotExist();
    assertThat(repository().resolve("refs")).doesNotExist();
  }

  @Test
  void more_bytes_than_promised_are_refused() {
    server.faults.add(
        exchange -> {
          if (FakeHub.isDownload(exchange, "vocab.txt")) {
            FakeHub.send(exchange, new byte[1 << 20]);
            return true;
          }
          return false;
        });
    assertRefused("org/tiny/vocab.txt", "expected 12 bytes");
  }
}

package dev.bantam.safetensors.hub;

import static dev.bantam.safetensors.hub.FakeHub.COMMIT;
import static dev.bantam.safetensors.hub.FakeHub.REPOSITORY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HuggingFaceHubTest extends HubFixture {

  @Test
  void a_model_is_laid_out_as_Hugging_Face_does() throws IOException {
    Path folder = hub().fetch(REPOSITORY, "main");
    assertThat(folder).isEqualTo(repository().resolve("snapshots").resolve(COMMIT));
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile).map(folder::relativize).map(Path::toString))
          .containsExactlyInAnyOrder(
              "config.json",
              "tokenizer.json",
              "vocab.txt",
              Path.of("1_Pooling", "config.json").toString(),
              WEIGHTS);
    }
    assertThat(folder.resolve("vocab.txt")).hasContent("[PAD]\n[UNK]\n");
    assertThat(folder.resolve(WEIGHTS)).hasBinaryContent(weights());
    assertThat(repository().resolve("refs/main")).hasContent(COMMIT);
    String blob = FakeHub.sha256(weights());
    assertThat(Files.readSymbolicLink(folder.resolve(WEIGHTS)))
        .isEqualTo(Path.of("../../blobs/" + blob));
    assertThat(Files.readSymbolicLink(folder.resolve("1_Pooling/config.json")).toString())
        .startsWith(Path.of("../../../blobs/").toString());
    assertThat(repository().resolve("blobs").resolve(blob)).isRegularFile();
    assertThat(repository().resolve("blobs"))
        .isDirectoryNotContaining(file -> file.toString().endsWith(".incomplete"));
  }

  @Test
  void a_model_may_be_in_a_folder_of_its_own() throws IOException {
    byte[] weights = weights();
    for (String name : List.of("config.json", "tokenizer.json", "vocab.txt", WEIGHTS)) {
      server.files.put("0_Transformer/" + name, server.files.remove(name));
    }
    Path folder = hub().fetch(REPOSITORY, "main");
    assertThat(folder.resolve("0_Transformer/vocab.txt")).hasContent("[PAD]\n[UNK]\n");
    assertThat(folder.resolve("0_Transformer").resolve(WEIGHTS)).hasBinaryContent(weights);
    assertThat(folder.resolve("1_Pooling/config.json")).exists();
  }

  @Test
  void what_is_in_the_cache_is_not_downloaded_again() throws IOException {
    Path first = hub().fetch(REPOSITORY, "main");
    server.requests.clear();
    assertThat(hub().fetch(REPOSITORY, "main")).isEqualTo(first);
    assertThat(server.requests)
        .noneMatch(r -> r.method().equals("GET") && !r.path().startsWith("/api/"));
  }

  @Test
  void a_revision_may_be_a_commit_or_a_pull_request() throws IOException {
    assertThat(hub().fetch(REPOSITORY, COMMIT)).exists();
    assertThat(repository().resolve("refs")).doesNotExist();
    assertThat(hub().fetch(REPOSITORY, "refs/pr/1")).exists();
    assertThat(repository().resolve("refs/refs/pr/1")).hasContent(COMMIT);
    assertThat(server.requests).anyMatch(r -> r.path().endsWith("/revision/refs%2Fpr%2F1"));
  }

  @Test
  void progress_ends_at_the_size_of_each_file() throws IOException {
    List<String> ends = new ArrayList<>();
    hub()
        .fetch(
            REPOSITORY,
            "main",
            (done, total, file) -> {
              assertThat(done).isBetween(1L, total);
              if (done == total) {
                ends.add(file);
              }
            });
    assertThat(ends)
        .containsExactly(
            "config.json", "tokenizer.json", "vocab.txt", "1_Pooling/config.json", WEIGHTS);
  }

  @Test
  void the_token_goes_to_the_hub_and_to_no_other_host() throws IOException {
    hub(server.endpoint(), "hf_secret", false).fetch(REPOSITORY, "main");
    assertThat(server.requests)
        .allMatch(
            r -> r.authorization().equals(r.server().equals("hub") ? "Bearer hf_secret" : "null"));
    assertThat(server.requests).anyMatch(r -> r.server().equals("storage"));
  }

  @Test
  void endless_redirects_are_refused() {
    server.faults.add(
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/again");
          exchange.sendResponseHeaders(302, -1);
          return true;
        });
    assertRefused("org/tiny at 'main': more than 5 redirects");
    assertThat(server.requests).hasSize(6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:///etc/passwd", "ftp://x/y", "http://[", ""})
  void a_redirect_to_something_else_than_http_is_refused(String location) {
    server.faults.add(
        exchange -> {
          exchange.getResponseHeaders().add("Location", location);
          exchange.sendResponseHeaders(302, -1);
          return true;
        });
    assertRefused("org/tiny at 'main': redirected", "'" + location + "'");
  }

  @ParameterizedTest
  @CsvSource({
    "401, private or not there; no token is set",
    "403, its terms may have to be accepted",
    "404, not found on 127.0.0.1",
    "400, answers 400"
  })
  void a_refusal_is_explained_and_not_repeated(int status, String message) {
    failWith(status, Integer.MAX_VALUE);
    assertRefused("org/tiny at 'main'", message, Integer.toString(status), "(Because)");
    assertThat(server.requests).hasSize(1);
    assertThat(pauses).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void a_passing_failure_is_repeated_after_longer_and_longer_pauses(int status) throws IOException {
    failWith(status, 3);
    assertThat(hub().fetch(REPOSITORY, "main")).exists();
    assertThat(pauses)
        .containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4));
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void a_lasting_failure_is_given_up(int status) {
    failWith(status, Integer.MAX_VALUE);
    assertRefused("org/tiny at 'main'", "answers " + status, "gave up after 5 attempts");
    assertThat(server.requests).hasSize(5);
  }

  private void failWith(int status, int times) {
    AtomicInteger left = new AtomicInteger(times);
    server.faults.add(
        exchange -> {
          if (left.getAndDecrement() <= 0) {
            return false;
          }
          exchange.getResponseHeaders().add("X-Error-Message", "Because");
          exchange.sendResponseHeaders(status, -1);
          return true;
        });
  }

  @ParameterizedTest
  @CsvSource({"7, 7", "86400, 60", "soon, 1"})
  void the_server_may_say_how_long_to_wait(String retryAfter, long seconds) throws IOException {
    server.faults.add(
        exchange -> {
          if (!pauses.isEmpty()) {
            return false;
          }
          exchange.getResponseHeaders().add("Retry-After", retryAfter);
          exchange.sendResponseHeaders(429, -1);
          return true;
        });
    hub().fetch(REPOSITORY, "main");
    assertThat(pauses).containsExactly(Duration.ofSeconds(seconds));
  }

  @Test
  void offline_the_cache_is_used_and_nothing_is_asked() throws IOException {
    Path folder = hub().fetch(REPOSITORY, "main");
    server.requests.clear();
    assertThat(offlineHub().fetch(REPOSITORY, "main")).isEqualTo(folder);
    assertThat(offlineHub().fetch(REPOSITORY, COMMIT)).isEqualTo(folder);
    assertThat(server.requests).isEmpty();
  }

  @Test
  void offline_without_a_cache_is_refused() {
    assertThatThrownBy(() -> offlineHub().fetch(REPOSITORY, "main"))
        .isInstanceOf(HubException.class)
        .hasMessageContainingAll("org/tiny at 'main'", cache.toString(), "HF_HUB_OFFLINE");
    assertThat(server.requests).isEmpty();
  }

  @Test
  void offline_a_model_that_was_fetched_in_part_is_refused() throws IOException {
    failAtWeights();
    assertRefused("gave up");
    assertThatThrownBy(() -> offlineHub().fetch(REPOSITORY, COMMIT))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("not in the cache");
  }

  private void failAtWeights() {
    server.faults.add(
        exchange -> {
          if (FakeHub.isDownload(exchange, WEIGHTS)) {
            exchange.sendResponseHeaders(500, -1);
            return true;
          }
          return false;
        });
  }

  @Test
  void a_hub_that_cannot_be_reached_is_replaced_by_the_cache() throws IOException {
    Path folder = hub().fetch(REPOSITORY, "main");
    server.close();
    assertThat(hub().fetch(REPOSITORY, "main")).isEqualTo(folder);
    assertThatThrownBy(() -> hub().fetch(REPOSITORY, "other"))
        .isInstanceOf(HubException.class)
        .hasMessageContainingAll("org/tiny at 'other'", "no answer from 127.0.0.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil.json",
        "a/../../evil.json",
        "/etc/evil.json",
        "..\\evil.json",
        "C:evil.json",
        "a//evil.json",
        "./evil.json",
        ""
      })
  void a_file_that_leads_out_of_the_folder_is_refused(String file) {
    server.files.put(file, FakeHub.text("evil"));
    assertRefused("org/tiny at 'main'", "'" + file + "'", "out of the folder");
    assertThat(repository()).doesNotExist();
  }

  @Test
  void names_are_encoded_in_addresses() throws IOException {
    server.files.put("a b%20#?\u00e9.json", FakeHub.text("odd"));
    assertThat(hub().fetch(REPOSITORY, "main").resolve("a b%20#?\u00e9.json")).hasContent("odd");
  }

  @Test
  void a_model_without_safetensors_is_refused() {
    server.files.remove(WEIGHTS);
    assertRefused("org/tiny at 'main'", "no model.safetensors among its 8 files");
  }

  @Test
  void all_shards_are_fetched() throws IOException {
    server.files.remove(WEIGHTS);
    server.files.put("model-00001-of-00002.safetensors", FakeHub.text("one"));
    server.files.put("model-00002-of-00002.safetensors", FakeHub.text("two"));
    server.files.put("model.safetensors.index.json", FakeHub.text("{}"));
    Path folder = hub().fetch(REPOSITORY, "main");
    assertThat(folder.resolve("model-00001-of-00002.safetensors")).hasContent("one");
    assertThat(folder.resolve("model-00002-of-00002.safetensors")).hasContent("two");
    assertThat(folder.resolve("model.safetensors.index.json")).hasContent("{}");
  }

  @Test
  void a_file_without_a_checksum_is_refused() {
    server.faults.add(
        exchange -> {
          if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().add("ETag", "\"../../../evil\"");
            exchange.sendResponseHeaders(200, -1);
            return true;
          }
          return false;
        });
    assertRefused("org/tiny/config.json: the hub gives no checksum");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "{\"sha\": \"../../evil\", \"siblings\": []}"})
  void a_listing_without_a_commit_is_refused(String json) {
    answerWith(json);
    assertRefused("org/tiny at 'main'", "names no commit");
  }

  @Test
  void a_listing_that_is_not_JSON_is_refused() {
    answerWith("<html>Please log in</html>");
    assertRefused("org/tiny at 'main'", "not JSON");
  }

  private void answerWith(String body) {
    server.faults.add(
        exchange -> {
          byte[] bytes = FakeHub.text(body);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          return true;
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a/b/c", "../x", "a/..", "a--b/c", "/a", "a/", "a b", "a\\b", "a%2fb"})
  void a_repository_that_is_none_is_refused(String repository) {
    assertThatThrownBy(() -> hub().fetch(repository, "main"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + repository + "', expected 'org/name'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "../x", "a/../b", "/a", "a\\b"})
  void a_revision_that_is_none_is_refused(String revision) {
    assertThatThrownBy(() -> hub().fetch(REPOSITORY, revision))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("revision '" + revision + "'");
  }

  @Test
  void without_symbolic_links_files_are_copied_once() throws IOException {
    HuggingFaceHub hub =
        new HuggingFaceHub(
            new HubSettings(server.endpoint(), cache, null, false),
            pauses::add,
            patience,
            (link, target) -> {
              throw new FileSystemException(link.toString(), null, "privilege not held");
            });
    Path weights = hub.fetch(REPOSITORY, "main").resolve(WEIGHTS);
    assertThat(weights).hasBinaryContent(weights()).matches(file -> !Files.isSymbolicLink(file));
    Object key = Files.readAttributes(weights, "unix:ino").get("ino");
    hub.fetch(REPOSITORY, "main");
    assertThat(Files.readAttributes(weights, "unix:ino").get("ino")).isEqualTo(key);
  }

  @Test
  void threads_that_fetch_the_same_model_download_it_once() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      Callable<Path> fetch = () -> hub().fetch(REPOSITORY, "main");
      List<Future<Path>> results =
          threads.invokeAll(IntStream.range(0, 4).mapToObj(i -> fetch).toList());
      for (Future<Path> result : results) {
        assertThat(result.get().resolve(WEIGHTS)).hasBinaryContent(weights());
      }
    }
    assertThat(server.requests("GET", WEIGHTS).stream().filter(r -> r.server().equals("storage")))
        .hasSize(1);
  }
}

package dev.bantam.safetensors.hub;

import static dev.bantam.safetensors.hub.FakeHub.REPOSITORY;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A hub on this machine, and a client with an empty cache. */
abstract class HubFixture {
  static final String WEIGHTS = "model.safetensors";

  @TempDir Path cache;
  final FakeHub server = new FakeHub();
  final List<Duration> pauses = new ArrayList<>();
  Duration patience = HubClient.PATIENCE;

  @AfterEach
  void stopServer() {
    server.close();
  }

  HuggingFaceHub hub(URI endpoint, @Nullable String token, boolean offline) {
    return new HuggingFaceHub(
        new HubSettings(endpoint, cache, token, offline),
        pauses::add,
        patience,
        (link, target) -> Files.createSymbolicLink(link, target));
  }

  HuggingFaceHub hub() {
    return hub(server.endpoint(), null, false);
  }

  HuggingFaceHub offlineHub() {
    return hub(server.endpoint(), null, true);
  }

  Path repository() {
    return cache.resolve("models--org--tiny");
  }

  byte[] weights() {
    return Objects.requireNonNull(server.files.get(WEIGHTS));
  }

  void assertRefused(String... messageParts) {
    assertThatThrownBy(() -> hub().fetch(REPOSITORY, "main"))
        .isInstanceOf(HubException.class)
        .hasMessageContainingAll(messageParts)
        .hasMessageNotContaining("\n");
  }
}

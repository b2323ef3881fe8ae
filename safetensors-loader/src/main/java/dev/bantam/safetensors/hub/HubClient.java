package dev.bantam.safetensors.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.safetensors.internal.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Talks to the hub: one request at a time, with retries, and with the token for the hub alone. */
final class HubClient {
  /** Waits between two attempts. */
  @FunctionalInterface
  interface Backoff {
    void pause(Duration duration) throws InterruptedException;
  }

  /** What the hub says of a file before it is downloaded. */
  record RemoteFile(Checksum checksum, long size) {}

  private static final int PARTIAL_CONTENT = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final int ATTEMPTS = 5;
  private static final int MAX_REDIRECTS = 5;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(15);

  /** Longest wait for an answer to begin, and for more of it. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int MAX_LISTING_BYTES = 64 << 20;

  private final HubSettings settings;
  private final Backoff backoff;
  private final Duration patience;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT_TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  HubClient(HubSettings settings, Backoff backoff, Duration patience) {
    this.settings = settings;
    this.backoff = backoff;
    this.patience = patience;
  }

  /** One attempt; an IOException from it may be tried again, a HubException may not. */
  @FunctionalInterface
  private interface Attempt<T> {
    T run() throws IOException, Retry;
  }

  /** A failure that may go away. */
  private static final class Retry extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient @Nullable Duration after;

    Retry(String message, @Nullable Duration after, @Nullable Throwable cause) {
      super(message, cause);
      this.after = after;
    }
  }

  /** A JSON answer. */
  JsonNode json(String what, String path) throws IOException {
    return retrying(
        what,
        () -> {
          try (InputStream body = get(what, uri(path), 0).body()) {
            return Json.mapper().readTree(Json.utf8(what + ": the answer", readAll(body)));
          } catch (JsonProcessingException e) {
            throw new HubException(what + ": the answer is not JSON", e);
          }
        });
  }

  private static byte[] readAll(InputStream body) throws Retry {
    try {
      return body.readNBytes(MAX_LISTING_BYTES);
    } catch (IOException e) {
      throw new Retry("the connection broke: " + reason(e), null, e);
    }
  }

  /** Asks for the checksum and size of a file, which come before any redirect to its storage. */
  RemoteFile head(String what, String path) throws IOException {
    return retrying(
        what,
        () -> {
          URI uri = uri(path);
          Optional<Checksum> checksum = Optional.empty();
          OptionalLong size = OptionalLong.empty();
          for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            HttpRequest request =
                request(uri).method("HEAD", HttpRequest.BodyPublishers.noBody()).build();
            HttpResponse<Void> response = send(request, BodyHandlers.discarding());
            HttpHeaders headers = response.headers();
            checksum = checksum.or(() -> checksum(headers, "X-Linked-Etag"));
            size = size.isPresent() ? size : size(headers, "X-Linked-Size");
            boolean redirect = response.statusCode() / 100 == 3;
            if (redirect && (checksum.isEmpty() || size.isEmpty())) {
              uri = redirected(what, uri, headers);
              continue;
            }
            if (!redirect) {
              check(what, response);
              checksum = checksum.or(() -> checksum(headers, "ETag"));
              size = size.isPresent() ? size : size(headers, "Content-Length");
            }
            return new RemoteFile(
                checksum.orElseThrow(
                    () -> new HubException(what + ": the hub gives no checksum of the file")),
                size.orElseThrow(
                    () -> new HubException(what + ": the hub gives no size of the file")));
          }
          throw new HubException(what + ": more than " + MAX_REDIRECTS + " redirects");
        });
  }

  private static Optional<Checksum> checksum(HttpHeaders headers, String name) {
    return headers.firstValue(name).flatMap(Checksum::ofEntityTag);
  }

  private static OptionalLong size(HttpHeaders headers, String name) {
    String value = headers.firstValue(name).orElse("");
    return value.matches("\\d{1,18}")
        ? OptionalLong.of(Long.parseLong(value))
        : OptionalLong.empty();
  }

  /** Downloads what is not yet in {@code target}, and goes on after a cut connection. */
  void download(
      String what,
      String path,
      Path target,
      RemoteFile file,
      DownloadProgress progress,
      String name)
      throws IOException {
    retrying(
        what,
        () -> {
          long have = Files.exists(target) ? Files.size(target) : 0;
          if (have > file.size()) {
            Files.delete(target);
            have = 0;
          }
          if (have < file.size() || file.size() == 0) {
            HttpResponse<InputStream> response = get(what, uri(path), have);
            if (response.statusCode() != PARTIAL_CONTENT) {
              have = 0;
            }
            if (response.statusCode() == RANGE_NOT_SATISFIABLE) {
              response.body().close();
              Files.delete(target);
              throw new Retry("the download cannot be resumed", null, null);
            }
            append(response.body(), target, have, file, progress, name);
          }
          return target;
        });
  }

  private static void append(
      InputStream body,
      Path target,
      long position,
      RemoteFile file,
      DownloadProgress progress,
      String name)
      throws IOException, Retry {
    try (body;
        FileChannel channel =
            FileChannel.open(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.truncate(position).position(position);
      byte[] buffer = new byte[1 << 16];
      for (int n = read(body, buffer); n >= 0; n = read(body, buffer)) {
        ByteBuffer chunk = ByteBuffer.wrap(buffer, 0, n);
        while (chunk.hasRemaining()) {
          channel.write(chunk);
        }
        if (channel.position() > file.size()) {
          break;
        }
        progress.update(channel.position(), file.size(), name);
      }
      channel.force(true);
      if (channel.position() < file.size()) {
        throw new Retry(
            "the connection ended after %d of %d bytes".formatted(channel.position(), file.size()),
            null,
            null);
      }
    }
  }

  /** Tells a failure of the network from one of the disk. */
  private static int read(InputStream body, byte[] buffer) throws Retry {
    try {
      return body.read(buffer);
    } catch (IOException e) {
      throw new Retry("the connection broke: " + reason(e), null, e);
    }
  }

  /** Sends a GET, follows redirects, and checks the status. */
  private HttpResponse<InputStream> get(String what, URI start, long from)
      throws IOException, Retry {
    URI uri = start;
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      HttpRequest.Builder request = request(uri).GET();
      if (from > 0) {
        request.header("Range", "bytes=" + from + "-");
      }
      HttpResponse<InputStream> response =
          send(
              request.build(),
              info ->
                  BodySubscribers.mapping(
                      BodySubscribers.ofInputStream(), body -> new TimedInput(body, patience)));
      boolean accepted = false;
      try {
        if (response.statusCode() / 100 == 3) {
          uri = redirected(what, uri, response.headers());
          continue;
        }
        if (from == 0 || response.statusCode() != RANGE_NOT_SATISFIABLE) {
          check(what, response);
        }
        String range = response.headers().firstValue("Content-Range").orElse("");
        if (response.statusCode() == PARTIAL_CONTENT && !range.startsWith("bytes " + from + "-")) {
          throw new HubException(
              "%s: asked for bytes from %d, got '%s'".formatted(what, from, range));
        }
        accepted = true;
        return response;
      } finally {
        if (!accepted) {
          response.body().close();
        }
      }
    }
    throw new HubException(what + ": more than " + MAX_REDIRECTS + " redirects");
  }

  private URI redirected(String what, URI from, HttpHeaders headers) throws HubException {
    String location = headers.firstValue("Location").orElse("");
    URI to;
    try {
      to = from.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new HubException(what + ": redirected to '" + location + "', which is no address", e);
    }
    boolean secure = "https".equals(to.getScheme());
    boolean allowed = secure || ("http".equals(to.getScheme()) && "http".equals(from.getScheme()));
    if (location.isEmpty() || !allowed) {
      throw new HubException(
          "%s: redirected from %s to '%s', which is not followed"
              .formatted(what, from.getHost(), location));
    }
    return to;
  }

  private URI uri(String path) {
    return URI.create(settings.endpoint() + path);
  }

  private HttpRequest.Builder request(URI uri) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(patience)
            .header("User-Agent", "bantam")
            .header("Accept-Encoding", "identity");
    if (settings.token() != null && isEndpoint(uri)) {
      request.header("Authorization", "Bearer " + settings.token());
    }
    return request;
  }

  private boolean isEndpoint(URI uri) {
    URI endpoint = settings.endpoint();
    return Objects.equals(uri.getScheme(), endpoint.getScheme())
        && Objects.equals(uri.getHost(), endpoint.getHost())
        && uri.getPort() == endpoint.getPort();
  }

  private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
      throws IOException, Retry {
    try {
      return http.send(request, handler);
    } catch (IOException e) {
      throw new Retry("no answer from " + request.uri().getHost() + ": " + reason(e), null, e);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted");
  }

  /** Turns a status other than success into an error. */
  private void check(String what, HttpResponse<?> response) throws HubException, Retry {
    int status = response.statusCode();
    if (status / 100 == 2) {
      return;
    }
    String host = settings.endpoint().getHost();
    String detail =
        response.headers().firstValue("X-Error-Message").map(text -> " (" + text + ")").orElse("");
    String token = settings.token() == null ? "no token is set, see HF_TOKEN" : "check the token";
    switch (status) {
      case 401 ->
          throw new HubException(
              "%s: %s answers 401: private or not there; %s%s"
                  .formatted(what, host, token, detail));
      case 403 ->
          throw new HubException(
              "%s: %s answers 403: no access, its terms may have to be accepted; %s%s"
                  .formatted(what, host, token, detail));
      case 404 ->
          throw new HubException("%s: not found on %s (404)%s".formatted(what, host, detail));
      case 408, 429, 500, 502, 503, 504 ->
          throw new Retry(
              host + " answers " + status + detail, retryAfter(response.headers()), null);
      default ->
          throw new HubException("%s: %s answers %d%s".formatted(what, host, status, detail));
    }
  }

  private static @Nullable Duration retryAfter(HttpHeaders headers) {
    String value = headers.firstValue("Retry-After").orElse("");
    return value.matches("\\d{1,9}") ? Duration.ofSeconds(Long.parseLong(value)) : null;
  }

  private <T> T retrying(String what, Attempt<T> attempt) throws IOException {
    Duration pause = FIRST_PAUSE;
    for (int i = 1; ; i++) {
      try {
        return attempt.run();
      } catch (Retry e) {
        if (i == ATTEMPTS) {
          throw HubException.unreachable(
              "%s: %s; gave up after %d attempts".formatted(what, e.getMessage(), i), e);
        }
        try {
          Duration wanted = e.after == null ? pause : e.after;
          backoff.pause(wanted.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : wanted);
        } catch (InterruptedException interrupted) {
          throw interrupted();
        }
        pause = pause.multipliedBy(2);
      }
    }
  }
}

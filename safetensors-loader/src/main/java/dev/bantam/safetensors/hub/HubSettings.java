package dev.bantam.safetensors.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where models come from and where they are kept.
 *
 * @param endpoint address of the hub, without a slash at its end
 * @param cache folder of the cache, as Hugging Face's libraries share it
 * @param token sent to the endpoint (and to no other host), or null
 * @param offline whether only the cache is used
 */
public record HubSettings(URI endpoint, Path cache, @Nullable String token, boolean offline) {
  private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");

  /** Checks the endpoint. */
  public HubSettings {
    String scheme = endpoint.getScheme();
    if (endpoint.getHost() == null || !("https".equals(scheme) || "http".equals(scheme))) {
      throw new IllegalArgumentException(
          "HF_ENDPOINT: '" + endpoint + "', expected an http or https address");
    }
  }

  /**
   * Reads the variables that Hugging Face's own libraries use:
   *
   * <table>
   * <caption>Variables</caption>
   * <tr><td>{@code HF_ENDPOINT}</td><td>the hub; {@code https://huggingface.co}</td></tr>
   * <tr><td>{@code HF_HOME}</td><td>{@code huggingface} in {@code XDG_CACHE_HOME}, else in {@code
   *     ~/.cache}</td></tr>
   * <tr><td>{@code HF_HUB_CACHE}</td><td>the cache; {@code HF_HOME/hub}</td></tr>
   * <tr><td>{@code HF_TOKEN}</td><td>the token; what is in the file {@code HF_HOME/token}</td></tr>
   * <tr><td>{@code HF_HUB_OFFLINE}</td><td>1, on, yes or true: use the cache only</td></tr>
   * </table>
   *
   * @param environment the variables, for example {@code System.getenv()}
   * @param home the user's folder
   * @throws IllegalArgumentException if the endpoint is no address, or the token not one line
   * @throws IOException if there is a token file that cannot be read
   */
  public static HubSettings fromEnvironment(Map<String, String> environment, Path home)
      throws IOException {
    Path hfHome = path(environment, "HF_HOME", home);
    if (hfHome == null) {
      Path caches = path(environment, "XDG_CACHE_HOME", home);
      hfHome = (caches == null ? home.resolve(".cache") : caches).resolve("huggingface");
    }
    Path cache = path(environment, "HF_HUB_CACHE", home);
    String endpoint = value(environment, "HF_ENDPOINT");
    String offline = value(environment, "HF_HUB_OFFLINE");
    return new HubSettings(
        endpoint(endpoint == null ? "https://huggingface.co" : endpoint.replaceFirst("/+$", "")),
        cache == null ? hfHome.resolve("hub") : cache,
        token(environment, hfHome.resolve("token")),
        offline != null && TRUE.contains(offline.toUpperCase(Locale.ROOT)));
  }

  private static URI endpoint(String address) {
    try {
      return URI.create(address);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("HF_ENDPOINT: " + e.getMessage(), e);
    }
  }

  private static @Nullable String token(Map<String, String> environment, Path file)
      throws IOException {
    String token = value(environment, "HF_TOKEN");
    if (token == null && Files.isRegularFile(file)) {
      token = Files.readString(file).strip();
    }
    if (token != null && token.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("HF_TOKEN: expected one line, got several"); // not which
    }
    return token == null || token.isEmpty() ? null : token;
  }

  private static @Nullable Path path(Map<String, String> environment, String name, Path home) {
    String value = value(environment, name);
    if (value == null) {
      return null;
    }
    return value.equals("~") || value.startsWith("~/")
        ? home.resolve(value.substring(Math.min(2, value.length())))
        : Path.of(value);
  }

  /** The variable without surrounding space, or null when there is nothing in it. */
  private static @Nullable String value(Map<String, String> environment, String name) {
    String value = environment.get(name);
    return value == null || value.isBlank() ? null : value.strip();
  }

  /** Leaves the token out, so that it does not end up in a log. */
  @Override
  public String toString() {
    return "HubSettings[endpoint=%s, cache=%s, token=%s, offline=%s]"
        .formatted(endpoint, cache, token == null ? "none" : "***", offline);
  }
}

package dev.bantam.safetensors.hub;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.regex.Pattern;

/** What may be a repository, a revision and a file, and how each is written in an address. */
final class Names {
  /** {@code org/name}, or {@code name} for the oldest models. */
  private static final Pattern REPOSITORY =
      Pattern.compile("(?:[A-Za-z0-9][\\w.-]*/)?[A-Za-z0-9][\\w.-]{0,95}");

  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  /** The model is in a folder of its own in older models of sentence-transformers. */
  private static final String MODULE = "(?:\\d+_\\w+/)?";

  /** What a BERT folder needs; other formats of the same weights are left where they are. */
  private static final List<Pattern> WANTED =
      List.of(
          Pattern.compile(MODULE + "[^/]+\\.json"),
          Pattern.compile(MODULE + "[^/]+\\.txt"),
          Pattern.compile(MODULE + "model(-\\d+-of-\\d+)?\\.safetensors"));

  private Names() {}

  static void checkRepository(String id) {
    // The rules against "--" and ".." are the hub's; the cache folder's name relies on the first.
    if (!REPOSITORY.matcher(id).matches() || id.contains("--") || id.contains("..")) {
      throw new IllegalArgumentException(
          "repository '" + id + "', expected 'org/name' of letters, digits, '-', '_' and '.'");
    }
  }

  static void checkRevision(String revision) {
    if (!isSafePath(revision)) {
      throw new IllegalArgumentException(
          "revision '" + revision + "', expected a branch, a tag or a commit");
    }
  }

  static boolean isCommit(String revision) {
    return COMMIT.matcher(revision).matches();
  }

  static boolean isWanted(String file) {
    return WANTED.stream().anyMatch(pattern -> pattern.matcher(file).matches());
  }

  /** Whether a relative path stays where it is resolved, on any operating system. */
  static boolean isSafePath(String path) {
    for (String part : path.split("/", -1)) {
      if (part.isEmpty()
          || part.equals(".")
          || part.equals("..")
          || part.chars().anyMatch(c -> c == '\\' || c == ':' || c < ' ' || c == 0x7f)) {
        return false;
      }
    }
    return true;
  }

  /** Percent-encodes a path and keeps its slashes. */
  static String encode(String path) {
    try {
      return new URI(null, null, "/" + path, null).toASCIIString().substring(1);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("not a path: '" + path + "'", e);
    }
  }

  /** Percent-encodes a name that is one part of a path, slashes included. */
  static String encodePart(String name) {
    return encode(name).replace("/", "%2F");
  }
}

package dev.bantam.safetensors.hub;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.safetensors.Checkpoint;
import dev.bantam.safetensors.internal.AtomicFiles;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Fetches models from the Hugging Face hub into the cache that Hugging Face's own libraries use.
 *
 * <pre>{@code
 * HuggingFaceHub hub = HuggingFaceHub.fromEnvironment();
 * Path folder = hub.fetch("sentence-transformers/all-MiniLM-L6-v2", "main");
 * }</pre>
 *
 * <p>Only the files of a BERT folder are fetched: JSON and text files, {@code model.safetensors} or
 * its shards, and the module folders of sentence-transformers. Every file is checked against the
 * hub's checksum before it appears in the cache. A cut download goes on where it ended, in the same
 * call or in a later one. Several threads and processes may fetch at once.
 */
public final class HuggingFaceHub {
  /** The revision that is meant when none is named. */
  public static final String DEFAULT_REVISION = "main";

  private static final Logger LOG = System.getLogger(HuggingFaceHub.class.getName());

  private final HubSettings settings;
  private final HubClient client;
  private final HubCache.Linker linker;

  /** A hub with these settings. */
  public HuggingFaceHub(HubSettings settings) {
    this(
        settings,
        Thread::sleep,
        HubClient.PATIENCE,
        (link, target) -> Files.createSymbolicLink(link, target));
  }

  HuggingFaceHub(
      HubSettings settings, HubClient.Backoff backoff, Duration patience, HubCache.Linker linker) {
    this.settings = settings;
    this.client = new HubClient(settings, backoff, patience);
    this.linker = linker;
  }

  /**
   * The hub and cache that the environment variables name, see {@link HubSettings#fromEnvironment}.
   *
   * @throws IOException if there is a token file that cannot be read
   */
  public static HuggingFaceHub fromEnvironment() throws IOException {
    return new HuggingFaceHub(
        HubSettings.fromEnvironment(System.getenv(), Path.of(System.getProperty("user.home"))));
  }

  /** The same as {@link #fetch(String, String, DownloadProgress)}, without progress. */
  public Path fetch(String repository, String revision) throws IOException {
    return fetch(repository, revision, DownloadProgress.none());
  }

  /**
   * Makes a model available on disk. What is in the cache already is not downloaded again; when the
   * hub cannot be reached, a revision that was fetched before is served from the cache.
   *
   * @param repository {@code org/name}
   * @param revision a branch, a tag or a commit, for example {@value #DEFAULT_REVISION}
   * @param progress is told of every part of a file that arrives
   * @return the folder of the model: {@code snapshots/COMMIT} in the cache
   * @throws IllegalArgumentException if the repository or revision is not a name of one
   * @throws HubException if the hub does not have it, does not give it, or gives something else
   *     than it promised; offline, if it is not in the cache
   * @throws IOException if the cache cannot be written
   */
  public Path fetch(String repository, String revision, DownloadProgress progress)
      throws IOException {
    Names.checkRepository(repository);
    Names.checkRevision(revision);
    HubCache cache = new HubCache(settings.cache(), repository, linker);
    String what = repository + " at '" + revision + "'";
    if (settings.offline()) {
      return cache
          .find(revision)
          .orElseThrow(
              () ->
                  new HubException(
                      "%s: not in the cache %s, and HF_HUB_OFFLINE is set"
                          .formatted(what, settings.cache())));
    }
    JsonNode listing;
    try {
      listing =
          client.json(
              what,
              "/api/models/"
                  + Names.encode(repository)
                  + "/revision/"
                  + Names.encodePart(revision));
    } catch (HubException e) {
      Path cached = e.isUnreachable() ? cache.find(revision).orElse(null) : null;
      if (cached == null) {
        throw e;
      }
      LOG.log(Level.WARNING, "{0}; using what was fetched before: {1}", e.getMessage(), cached);
      return cached;
    }
    String commit = listing.path("sha").asText();
    if (!Names.isCommit(commit)) {
      throw new HubException(what + ": the hub names no commit, but '" + commit + "'");
    }
    for (String file : wantedFiles(what, listing)) {
      fetchFile(cache, repository, commit, file, progress);
    }
    cache.writeRef(revision, commit);
    return cache.snapshot(commit);
  }

  /** The files to fetch, weights (and the list of their shards) last. */
  private static List<String> wantedFiles(String what, JsonNode listing) throws HubException {
    List<String> wanted = new ArrayList<>();
    List<String> all = listing.path("siblings").findValuesAsText("rfilename");
    for (String file : all) {
      if (!Names.isSafePath(file)) {
        throw new HubException(
            "%s: the hub lists the file '%s', which would lead out of the folder"
                .formatted(what, file));
      }
      if (Names.isWanted(file)) {
        wanted.add(file);
      }
    }
    if (wanted.stream().noneMatch(file -> file.endsWith(".safetensors"))) {
      throw new HubException(
          "%s: no %s among its %d files; other weight formats are not read"
              .formatted(what, Checkpoint.SINGLE_FILE, all.size()));
    }
    wanted.sort(Comparator.comparing((String file) -> file.contains(".safetensors")));
    return wanted;
  }

  private void fetchFile(
      HubCache cache, String repository, String commit, String file, DownloadProgress progress)
      throws IOException {
    String what = repository + "/" + file;
    String path = "/" + Names.encode(repository) + "/resolve/" + commit + "/" + Names.encode(file);
    HubClient.RemoteFile remote = client.head(what, path);
    Checksum checksum = remote.checksum();
    cache.locked(
        checksum,
        () -> {
          Path blob = cache.blob(checksum);
          if (!Files.exists(blob)) {
            Path incomplete = cache.incomplete(checksum);
            client.download(what, path, incomplete, remote, progress, file);
            verify(what, incomplete, remote);
            AtomicFiles.move(incomplete, blob);
          }
          cache.link(commit, file, checksum);
        });
  }

  private static void verify(String what, Path file, HubClient.RemoteFile expected)
      throws IOException {
    long size = Files.size(file);
    Checksum checksum = expected.checksum().of(file);
    if (size != expected.size() || !checksum.equals(expected.checksum())) {
      Files.delete(file);
      throw new HubException(
          "%s: got %d bytes with %s, expected %d bytes with %s; they were removed"
              .formatted(what, size, checksum, expected.size(), expected.checksum()));
    }
  }
}

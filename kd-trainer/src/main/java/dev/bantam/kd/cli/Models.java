package dev.bantam.kd.cli;

import dev.bantam.safetensors.hub.HubException;
import dev.bantam.safetensors.hub.HubSettings;
import dev.bantam.safetensors.hub.HuggingFaceHub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the folder of a model. */
final class Models {
  private static final Pattern HUB_ID = Pattern.compile("([\\w.-]+/)?[\\w.-]+");

  private final Subcommand command;

  Models(Subcommand command) {
    this.command = command;
  }

  /**
   * The folder of a model; only the default model is fetched where it is missing.
   *
   * @param name a folder, an {@code org/name} that was fetched before (or a {@code name}, of the
   *     oldest models), or null for the default
   * @throws BadInputException if there is no such model
   */
  Path folder(@Nullable String name) throws IOException {
    if (name == null) {
      return new DefaultModel(command).folder();
    }
    Path path = Path.of(name);
    if (Files.exists(path) && !name.isEmpty()) {
      return path;
    }
    if (!HUB_ID.matcher(name).matches()) {
      throw new BadInputException(
          (name.isEmpty() ? "''" : name) + ": not found; expected a model folder");
    }
    try {
      return new HuggingFaceHub(offline(settings())).fetch(name, HuggingFaceHub.DEFAULT_REVISION);
    } catch (HubException | IllegalArgumentException e) {
      throw new BadInputException(
          name.contains("/")
              ? "%s: no such folder, and no such model fetched; 'bantam fetch %s' does that"
                  .formatted(name, name)
              : name + ": not found; expected a model folder",
          e);
    }
  }

  /** Where the environment says that models come from and are kept. */
  static HubSettings settings() throws IOException {
    try {
      return HubSettings.fromEnvironment(System.getenv(), Path.of(System.getProperty("user.home")));
    } catch (IllegalArgumentException e) {
      throw new BadInputException(String.valueOf(e.getMessage()), e);
    }
  }

  private static HubSettings offline(HubSettings settings) {
    return new HubSettings(settings.endpoint(), settings.cache(), settings.token(), true);
  }
}

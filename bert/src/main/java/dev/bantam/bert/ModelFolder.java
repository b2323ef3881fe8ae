package dev.bantam.bert;

import dev.bantam.safetensors.Checkpoint;
import dev.bantam.safetensors.ModelFormatException;
import java.io.IOException;
import java.nio.file.Path;

/** Opens a model folder: {@code config.json} beside a safetensors checkpoint. */
final class ModelFolder {

  /** Makes a model of a configuration and weights. */
  @FunctionalInterface
  interface Factory<M> {
    M make(BertConfig config, ModuleReader weights) throws ModelFormatException;
  }

  private ModelFolder() {}

  /** Reads a model, which then owns the checkpoint. */
  static <M> M load(Path folder, Device device, Factory<M> factory) throws IOException {
    BertConfig config = BertConfig.load(folder);
    Checkpoint checkpoint = Checkpoint.open(folder);
    try {
      return factory.make(config, new ModuleReader(checkpoint, config, device, null));
    } catch (Throwable e) {
      checkpoint.close();
      throw e;
    }
  }
}

package dev.bantam.kd.compress;

import dev.bantam.bert.BertConfig;
import dev.bantam.bert.BertForSequenceClassification;
import dev.bantam.bert.BertModel;
import dev.bantam.bert.Device;
import dev.bantam.bert.TextClassifier;
import dev.bantam.bert.TokenBatch;
import dev.bantam.nn.NnModule;
import dev.bantam.safetensors.ModelFormatException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A classifier, or an encoder without a head, loaded so that its parameters can be changed. A
 * language-model head is left out.
 */
sealed interface CompressibleModel extends AutoCloseable {

  /** Loads the model in a folder. */
  static CompressibleModel load(Path folder, Device device) throws IOException {
    CompressibleModel model = read(folder, device);
    try {
      checkFinite(folder, model.module());
    } catch (ModelFormatException e) {
      model.close();
      throw e;
    }
    return model;
  }

  private static void checkFinite(Path folder, NnModule module) throws ModelFormatException {
    for (var parameter : module.namedParameters().entrySet()) {
      Tensor value = parameter.getValue().value();
      for (int i = 0; i < value.shape().elements(); i++) {
        float x = value.data()[value.offset() + i];
        if (!Float.isFinite(x)) {
          throw new ModelFormatException(
              "%s: an element of '%s' is %s; expected finite weights"
                  .formatted(folder, parameter.getKey(), x));
        }
      }
    }
  }

  private static CompressibleModel read(Path folder, Device device) throws IOException {
    if (TextClassifier.isIn(folder)) {
      BertConfig config = BertConfig.load(folder);
      return new Classifier(
          BertForSequenceClassification.forTraining(
              folder, config.labels(), config.problemType(), device, 0));
    }
    return new Encoder(BertModel.forTraining(folder, device));
  }

  /** The parameters. */
  NnModule module();

  /** Sizes and choices. */
  BertConfig config();

  /** What the model says of a batch: logits, or hidden states. */
  Tensor forward(Workspace ws, TokenBatch batch);

  /** How far outputs are from others. */
  Divergence divergence();

  /** Writes the model as a folder. */
  void save(Path folder) throws IOException;

  @Override
  void close();

  /** With a classification head. */
  record Classifier(BertForSequenceClassification module) implements CompressibleModel {
    @Override
    public BertConfig config() {
      return module.config();
    }

    @Override
    public Tensor forward(Workspace ws, TokenBatch batch) {
      return module.forward(ws, batch);
    }

    @Override
    public Divergence divergence() {
      return Divergence.of(config().problemType());
    }

    @Override
    public void save(Path folder) throws IOException {
      module.save(folder);
    }

    @Override
    public void close() {
      module.close();
    }
  }

  /** Without a head. */
  record Encoder(BertModel module) implements CompressibleModel {
    @Override
    public BertConfig config() {
      return module.config();
    }

    @Override
    public Tensor forward(Workspace ws, TokenBatch batch) {
      return module.forward(ws, batch);
    }

    @Override
    public Divergence divergence() {
      return Divergence.STATES;
    }

    @Override
    public void save(Path folder) throws IOException {
      module.save(folder);
    }

    @Override
    public void close() {
      module.close();
    }
  }
}

package dev.bantam.bert;

import dev.bantam.nn.Linear;
import dev.bantam.nn.NnModule;
import dev.bantam.nn.Parameter;
import dev.bantam.safetensors.ModelFormatException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.op.DropoutOp;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;

/**
 * The encoder with a linear layer over the pooled state of each sequence. {@link TextClassifier} is
 * this with a tokenizer and names of the classes.
 *
 * <p>As {@link BertModel}, immutable and free of side effects between sequences and threads.
 */
public final class BertForSequenceClassification extends NnModule implements AutoCloseable {
  private final BertModel bert;
  private final Linear classifier;

  BertForSequenceClassification(BertConfig config, ModuleReader in) throws ModelFormatException {
    bert = register("bert", new BertModel(config, in, true));
    classifier =
        register(
            "classifier", in.linear("classifier", config.hiddenSize(), config.labels().size()));
  }

  /**
   * Loads a model onto all processors of the machine.
   *
   * @param folder a Hugging Face model folder whose checkpoint has a classification head
   * @throws NoSuchFileException if there is no such folder
   * @throws ModelFormatException if a file is not what it should be, or of another kind of model
   */
  public static BertForSequenceClassification load(Path folder) throws IOException {
    return load(folder, Device.shared());
  }

  /**
   * Loads a model.
   *
   * @param folder as {@link #load(Path)}
   * @param device what it computes with
   * @throws NoSuchFileException if there is no such folder
   * @throws ModelFormatException if a file is not what it should be, or of another kind of model
   */
  public static BertForSequenceClassification load(Path folder, Device device) throws IOException {
    return ModelFolder.load(folder, device, BertForSequenceClassification::new);
  }

  /**
   * Loads a model to be trained: its parameters are in memory and can be changed. A head that the
   * checkpoint does not have, or has for another number of classes, is drawn at random; one for the
   * same classes in another order is put into the order of the labels.
   *
   * @param folder a Hugging Face model folder
   * @param labels names of the classes, by index; one, of any name, for a regression
   * @param problemType what the outputs are to mean
   * @param device what it computes with
   * @param seed of what is drawn
   * @throws IllegalArgumentException if there are no labels or two of one name, or more than one
   *     for a regression
   * @throws NoSuchFileException if there is no such folder
   * @throws ModelFormatException if a file is not what it should be, or of another kind of model
   */
  public static BertForSequenceClassification forTraining(
      Path folder,
      List<String> labels,
      BertConfig.ProblemType problemType,
      Device device,
      long seed)
      throws IOException {
    boolean regression = problemType == BertConfig.ProblemType.REGRESSION;
    if (labels.isEmpty()
        || new HashSet<>(labels).size() < labels.size()
        || (regression && labels.size() > 1)) {
      throw new IllegalArgumentException(
          "labels: expected %s, got %s"
              .formatted(regression ? "one" : "a name of its own for each class", labels));
    }
    BertForSequenceClassification model =
        ModelFolder.loadTrained(
            folder,
            config -> config.withHead(labels, problemType),
            device,
            seed,
            BertForSequenceClassification::new);
    List<String> before = BertConfig.load(folder).labels();
    if (before.size() == labels.size()
        && before.containsAll(labels)
        && labels.containsAll(before)) {
      model.reorder(labels.stream().mapToInt(before::indexOf).toArray());
    }
    return model;
  }

  /** Gives each class the row of the head that was another's. */
  private void reorder(int[] rows) {
    for (Parameter parameter : classifier.namedParameters().values()) {
      Tensor x = parameter.value();
      float[] before = x.toArray();
      int width = before.length / rows.length;
      for (int i = 0; i < rows.length; i++) {
        System.arraycopy(before, rows[i] * width, x.data(), x.offset() + i * width, width);
      }
    }
  }

  /**
   * Writes the model as a Hugging Face folder, with the tokenizer of the folder it came from. Files
   * of that name in the folder are replaced, each when its successor is complete, the weights last.
   *
   * @param folder where to write; made if there is none
   * @throws IllegalStateException if this model was not loaded for training
   * @throws IOException if writing fails
   */
  public void save(Path folder) throws IOException {
    save(folder, OptionalInt.empty());
  }

  /**
   * The same, and tells the tokenizer how long texts may be: {@link TextClassifier} and
   * transformers then cut them as they were cut when the model was trained.
   *
   * @param folder where to write; made if there is none
   * @param maxLength tokens of the longest text, special tokens included
   * @throws IllegalStateException if this model was not loaded for training
   * @throws IOException if writing fails
   */
  public void save(Path folder, int maxLength) throws IOException {
    save(folder, OptionalInt.of(maxLength));
  }

  private void save(Path folder, OptionalInt maxLength) throws IOException {
    ModelFolder.save(bert.source(), folder, this, config(), "ForSequenceClassification", maxLength);
  }

  /** Sizes and choices of the model. */
  public BertConfig config() {
    return bert.config();
  }

  /**
   * Computes one score for each sequence and class, before softmax or sigmoid.
   *
   * @param batch token ids
   * @return logits [sequences, classes]
   * @throws IllegalArgumentException if the batch does not fit the model
   * @throws IllegalStateException if the model is closed
   */
  public Tensor forward(TokenBatch batch) {
    return bert.run(ws -> forward(ws, batch).copy());
  }

  /**
   * Computes the scores in a workspace, where a tape may record it, and dropout be on.
   *
   * @param ws where to run
   * @param batch token ids
   * @return logits [sequences, classes], valid as long as the workspace says
   * @throws IllegalArgumentException if the batch does not fit the model
   */
  public Tensor forward(Workspace ws, TokenBatch batch) {
    Tensor pooled = bert.pool(ws, bert.encodeFirst(ws, batch));
    return classifier.forward(ws, DropoutOp.forward(ws, pooled, config().classifierDropout()));
  }

  /** Unmaps the checkpoint; the model cannot be used any more. */
  @Override
  public void close() {
    bert.close();
  }
}

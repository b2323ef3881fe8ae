package dev.bantam.bert;

import dev.bantam.nn.LayerNorm;
import dev.bantam.nn.Linear;
import dev.bantam.nn.NnModule;
import dev.bantam.safetensors.ModelFormatException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * The encoder with the head it was pretrained with: for each token, a score for every token of the
 * vocabulary.
 *
 * <p>As {@link BertModel}, immutable and free of side effects between sequences and threads.
 */
public final class BertForMaskedLM extends NnModule implements AutoCloseable {
  private final BertModel bert;
  private final Predictions predictions;

  BertForMaskedLM(BertConfig config, ModuleReader in) throws ModelFormatException {
    bert = register("bert", new BertModel(config, in, false));
    predictions = register("cls.predictions", new Predictions(config, in.pp("cls.predictions")));
  }

  /**
   * Loads a model onto all processors of the machine.
   *
   * @param folder a Hugging Face model folder whose checkpoint has a masked language model head;
   *     without weights of its own for its last layer, these are the word embeddings
   * @throws NoSuchFileException if there is no such folder
   * @throws ModelFormatException if a file is not what it should be, or of another kind of model
   */
  public static BertForMaskedLM load(Path folder) throws IOException {
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
  public static BertForMaskedLM load(Path folder, Device device) throws IOException {
    return ModelFolder.load(folder, device, BertForMaskedLM::new);
  }

  /**
   * Loads a model to be trained: its parameters are in memory and can be changed. A head that the
   * checkpoint does not have is drawn at random; its last layer has the weights of the word
   * embeddings.
   *
   * @param folder a Hugging Face model folder
   * @param device what it computes with
   * @param seed of what is drawn
   * @throws NoSuchFileException if there is no such folder
   * @throws ModelFormatException if a file is not what it should be, or of another kind of model
   */
  public static BertForMaskedLM forTraining(Path folder, Device device, long seed)
      throws IOException {
    return ModelFolder.loadTrained(folder, c -> c, device, seed, BertForMaskedLM::new);
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
    ModelFolder.save(bert.source(), folder, this, config(), "ForMaskedLM", OptionalInt.empty());
  }

  /** Sizes and choices of the model. */
  public BertConfig config() {
    return bert.config();
  }

  /**
   * Computes the scores, before softmax.
   *
   * @param batch token ids
   * @return logits [tokens, vocabulary]
   * @throws IllegalArgumentException if the batch does not fit the model
   * @throws IllegalStateException if the model is closed
   */
  public Tensor forward(TokenBatch batch) {
    return bert.run(ws -> predictions.forward(ws, bert.encode(ws, batch)).copy());
  }

  /**
   * Computes the scores of some tokens in a workspace, where a tape may record it, and dropout be
   * on.
   *
   * @param ws where to run
   * @param batch token ids
   * @param tokens indices of the tokens among all tokens of the batch
   * @return logits [tokens.length, vocabulary], valid as long as the workspace says
   * @throws IllegalArgumentException if the batch does not fit the model
   */
  public Tensor forward(Workspace ws, TokenBatch batch, int[] tokens) {
    return predictions.forward(ws, bert.encode(ws, batch, tokens));
  }

  /** Unmaps the checkpoint; the model cannot be used any more. */
  @Override
  public void close() {
    bert.close();
  }

  /** A linear layer, its activation and normalization, and a linear layer to the vocabulary. */
  private static final class Predictions extends NnModule {
    private final Linear dense;
    private final Activation activation;
    private final LayerNorm layerNorm;
    private final Linear decoder;

    Predictions(BertConfig c, ModuleReader in) throws ModelFormatException {
      ModuleReader transform = in.pp("transform");
      int width = c.hiddenSize();
      dense = register("transform.dense", transform.linear("dense", width, width));
      activation = c.hiddenAct();
      layerNorm =
          register(
              "transform.LayerNorm", transform.layerNorm("LayerNorm", width, c.layerNormEps()));
      String weight =
          in.contains("decoder.weight")
              ? CheckpointNames.DECODER_WEIGHT
              : "embeddings.word_embeddings.weight";
      decoder =
          register(
              "decoder", in.tiedLinear("decoder", weight, "decoder.bias", width, c.vocabSize()));
    }

    /** [tokens, hidden] to [tokens, vocabulary]. */
    Tensor forward(Workspace ws, Tensor x) {
      Tensor transformed = layerNorm.forward(ws, dense.forward(ws, x, activation));
      return decoder.forward(ws, transformed);
    }
  }
}

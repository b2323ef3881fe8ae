package dev.bantam.bert;

import dev.bantam.nn.NnModule;
import dev.bantam.safetensors.Checkpoint;
import dev.bantam.safetensors.ModelFormatException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.op.EmbeddingOp;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The encoder of BERT (Devlin et al. 2018) or DistilBERT (Sanh et al. 2019), without a head.
 *
 * <pre>{@code
 * try (BertModel model = BertModel.load(folder)) {
 *   ModelOutput output = model.forward(TokenBatch.of(new int[] {101, 7592, 102}));
 *   Tensor states = output.lastHiddenState();  // [tokens, hidden]
 * }
 * }</pre>
 *
 * <p>Immutable, and any number of threads may call {@link #forward} at once. The result for a
 * sequence has the same bits whatever else is in its batch and however many threads compute it.
 */
public final class BertModel extends NnModule implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.bantam.bert");

  private final BertConfig config;
  private final Checkpoint checkpoint;
  private final Workspaces workspaces;
  private final BertEmbeddings embeddings;
  private final BertEncoder encoder;
  private final @Nullable BertPooler pooler;
  private final boolean trained;
  private volatile boolean closed;

  /**
   * Reads a model.
   *
   * @param pooled whether to read the pooler
   */
  BertModel(BertConfig config, ModuleReader in, boolean pooled) throws ModelFormatException {
    this.config = config;
    checkpoint = in.checkpoint();
    workspaces = new Workspaces(in.device());
    trained = in.isTrained();
    embeddings = register("embeddings", new BertEmbeddings(config, in.pp("embeddings")));
    encoder = register("encoder", new BertEncoder(config, in.pp("encoder")));
    pooler = pooled ? register("pooler", new BertPooler(config, in.pp("pooler"))) : null;
  }

  /**
   * Loads a model onto all processors of the machine.
   *
   * @param folder a Hugging Face model folder: {@code config.json} and {@code model.safetensors},
   *     the latter possibly in shards; a head in it is left out
   * @throws NoSuchFileException if there is no such folder
   * @throws ModelFormatException if a file is not what it should be, or of another kind of model
   */
  public static BertModel load(Path folder) throws IOException {
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
  public static BertModel load(Path folder, Device device) throws IOException {
    return ModelFolder.load(folder, device, BertModel::withItsPooler);
  }

  /**
   * Loads a model to be trained, or to be compressed: its parameters are in memory and can be
   * changed. A warning says of a head that it is left out, since it will not be saved.
   *
   * @param folder as {@link #load(Path)}
   * @param device what it computes with
   * @throws NoSuchFileException if there is no such folder
   * @throws ModelFormatException if a file is not what it should be, or of another kind of model
   */
  public static BertModel forTraining(Path folder, Device device) throws IOException {
    BertModel model =
        ModelFolder.loadTrained(folder, config -> config, device, 0, BertModel::withItsPooler);
    List<String> head =
        model.checkpoint.names().stream()
            .filter(name -> !CheckpointNames.isOfEncoder(name))
            .toList();
    if (!head.isEmpty()) {
      LOG.log(System.Logger.Level.WARNING, "{0}: the head is left out: {1}", folder, head);
    }
    return model;
  }

  private static BertModel withItsPooler(BertConfig config, ModuleReader in)
      throws ModelFormatException {
    boolean pooled =
        config.modelType() == BertConfig.ModelType.BERT && in.contains("pooler.dense.weight");
    return new BertModel(config, in, pooled);
  }

  /**
   * Writes the model as a Hugging Face folder, with the tokenizer and the settings of
   * sentence-transformers of the folder it came from. Files of that name in the folder are
   * replaced, each when its successor is complete, the weights last.
   *
   * @param folder where to write; made if there is none
   * @throws IllegalStateException if this model was not loaded for training
   * @throws IOException if writing fails
   */
  public void save(Path folder) throws IOException {
    ModelFolder.save(source(), folder, this, config, "Model", OptionalInt.empty());
  }

  /** Sizes and choices of the model. */
  public BertConfig config() {
    return config;
  }

  /** Whether the checkpoint has a pooler. */
  public boolean hasPooler() {
    return pooler != null;
  }

  /**
   * Computes the last hidden states of a batch in a workspace, where a tape may record it, and
   * dropout be on.
   *
   * @param ws where to run
   * @param batch token ids
   * @return [tokens, hidden], valid as long as the workspace says
   * @throws IllegalArgumentException if the batch does not fit the model
   */
  public Tensor forward(Workspace ws, TokenBatch batch) {
    return encode(ws, batch);
  }

  /**
   * Computes the hidden states of a batch.
   *
   * @param batch token ids
   * @param wanted what to compute besides the last hidden state
   * @throws IllegalArgumentException if the batch does not fit the model: an id beyond the
   *     vocabulary, a sequence that is too long
   * @throws IllegalStateException if the pooler output is wanted of a checkpoint without pooler, or
   *     the model is closed
   */
  public ModelOutput forward(TokenBatch batch, ModelOutput.Part... wanted) {
    Recorder recorder = new Recorder(Set.copyOf(List.of(wanted)));
    return run(
        ws -> {
          Tensor hidden =
              recorder.followsLayers() ? encode(ws, batch, null, recorder) : encode(ws, batch);
          boolean pooled = recorder.wants(ModelOutput.Part.POOLER_OUTPUT);
          return recorder.output(hidden, pooled ? poolFirst(ws, hidden, batch) : null);
        });
  }

  /** The folder it was loaded from. */
  Path source() {
    return Objects.requireNonNull(checkpoint.path().toAbsolutePath().getParent());
  }

  /** Runs a computation in a workspace of its own. */
  <T> T run(Function<Workspace, T> computation) {
    checkOpen();
    try {
      return workspaces.run(computation);
    } catch (IllegalStateException e) {
      checkOpen(); // closed meanwhile: the weights are unmapped
      throw e;
    }
  }

  /**
   * @throws IllegalStateException if the model is closed
   */
  void checkOpen() {
    if (closed) {
      throw new IllegalStateException(checkpoint.path() + ": the model is closed");
    }
  }

  /** Hidden states of the last layer [tokens, hidden]. */
  Tensor encode(Workspace ws, TokenBatch batch) {
    return inRuns(ws, batch, batch.offsets(), _ -> null);
  }

  /** Hidden states of the first token of each sequence [sequences, hidden]. */
  Tensor encodeFirst(Workspace ws, TokenBatch batch) {
    int[] rows = IntStream.rangeClosed(0, batch.sequences()).toArray();
    return inRuns(ws, batch, rows, TokenBatch::firstTokens);
  }

  private Tensor inRuns(
      Workspace ws, TokenBatch batch, int[] rows, Function<TokenBatch, int @Nullable []> wanted) {
    if (trained || ws.recording()) { // weights are packed for each product: as few as can be
      return encode(ws, batch, wanted.apply(batch), new Recorder(Set.of()));
    }
    return Runs.of(batch, ws.pool().parallelism())
        .compute(
            ws,
            rows,
            config.hiddenSize(),
            (own, run) -> encode(own, run, wanted.apply(run), new Recorder(Set.of())));
  }

  /** Hidden states of some tokens [wanted, hidden]. */
  Tensor encode(Workspace ws, TokenBatch batch, int[] wanted) {
    return encode(ws, batch, wanted, new Recorder(Set.of()));
  }

  private Tensor encode(
      Workspace ws, TokenBatch batch, int @Nullable [] wanted, Recorder recorder) {
    int mark = ws.mark();
    return encoder.forward(ws, mark, embeddings.forward(ws, batch), batch, wanted, recorder);
  }

  private Tensor poolFirst(Workspace ws, Tensor hidden, TokenBatch batch) {
    return pool(ws, EmbeddingOp.forward(ws, hidden, batch.firstTokens(), -1));
  }

  /** Pooled states [sequences, hidden] of first tokens [sequences, hidden]. */
  Tensor pool(Workspace ws, Tensor first) {
    if (pooler == null) {
      throw new IllegalStateException(checkpoint.path() + ": this checkpoint has no pooler");
    }
    return pooler.forward(ws, first);
  }

  /** Unmaps the checkpoint; the model cannot be used any more. */
  @Override
  public void close() {
    closed = true;
    workspaces.close();
    checkpoint.close();
  }
}

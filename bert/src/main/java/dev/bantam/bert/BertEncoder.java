package dev.bantam.bert;

import dev.bantam.nn.NnModule;
import dev.bantam.safetensors.ModelFormatException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.op.EmbeddingOp;
import dev.bantam.tensor.op.RecomputeOp;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The layers, one after the other. */
final class BertEncoder extends NnModule {
  private final List<BertLayer> layers;

  BertEncoder(BertConfig c, ModuleReader in) throws ModelFormatException {
    layers = in.all(c.numHiddenLayers(), i -> new BertLayer(c, in.pp("layer." + i)));
    for (int i = 0; i < layers.size(); i++) {
      register("layer." + i, layers.get(i));
    }
  }

  /**
   * [tokens, hidden] to the states of the wanted tokens [wanted, hidden]. The last layer computes
   * no others: a token's state needs the keys and values of all tokens, and nothing else of them.
   *
   * @param mark height of the workspace before x was allocated; x ends with the first layer
   * @param wanted indices of tokens, or null for all
   */
  Tensor forward(
      Workspace ws,
      int mark,
      Tensor x,
      TokenBatch batch,
      int @Nullable [] wanted,
      Recorder recorder) {
    Tensor hidden = ws.keep(mark, x);
    recorder.hiddenState(hidden);
    for (BertLayer layer : layers) {
      int[] rows = layer == layers.getLast() ? wanted : null;
      UnaryOperator<Tensor> f = h -> layer.forward(ws, h, batch, rows, recorder);
      Tensor y = ws.recomputing() ? RecomputeOp.forward(ws, hidden, f) : f.apply(hidden);
      hidden = ws.keep(mark, y);
      recorder.hiddenState(hidden);
    }
    return wanted == null || !layers.isEmpty()
        ? hidden
        : ws.keep(mark, EmbeddingOp.forward(ws, hidden, wanted, -1));
  }
}

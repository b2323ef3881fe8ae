package dev.bantam.bert;

import dev.bantam.nn.LayerNorm;
import dev.bantam.nn.Linear;
import dev.bantam.nn.NnModule;
import dev.bantam.safetensors.ModelFormatException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;

/** The end of the feed-forward block: a linear layer, the residual sum, and its normalization. */
final class BertOutput extends NnModule {
  private final Linear dense;
  private final LayerNorm layerNorm;
  private final float dropout;

  BertOutput(BertConfig c, ModuleReader in) throws ModelFormatException {
    dense = register("dense", in.linear("dense", c.intermediateSize(), c.hiddenSize()));
    layerNorm = register("LayerNorm", in.layerNorm("LayerNorm", c.hiddenSize(), c.layerNormEps()));
    dropout = c.hiddenDropout();
  }

  /** [tokens, intermediate] and the block's input [tokens, hidden] to [tokens, hidden]. */
  Tensor forward(Workspace ws, Tensor x, Tensor input) {
    return layerNorm.forward(ws, dense.forward(ws, x), input, dropout);
  }
}

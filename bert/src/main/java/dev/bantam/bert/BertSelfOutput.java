package dev.bantam.bert;

import dev.bantam.nn.LayerNorm;
import dev.bantam.nn.Linear;
import dev.bantam.nn.NnModule;
import dev.bantam.safetensors.ModelFormatException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;

/** The end of the attention block: a linear layer, the residual sum, and its normalization. */
final class BertSelfOutput extends NnModule {
  private final Linear dense;
  private final LayerNorm layerNorm;
  private final float dropout;

  BertSelfOutput(BertConfig c, ModuleReader in) throws ModelFormatException {
    dense = register("dense", in.linear("dense", c.hiddenSize(), c.hiddenSize()));
    layerNorm = register("LayerNorm", in.layerNorm("LayerNorm", c.hiddenSize(), c.layerNormEps()));
    dropout = c.hiddenDropout();
  }

  /** [tokens, hidden] and the block's input to [tokens, hidden]. */
  Tensor forward(Workspace ws, Tensor x, Tensor input) {
    return layerNorm.forward(ws, dense.forward(ws, x), input, dropout);
  }
}

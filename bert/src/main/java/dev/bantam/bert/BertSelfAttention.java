package dev.bantam.bert;

import dev.bantam.nn.Linear;
import dev.bantam.nn.NnModule;
import dev.bantam.safetensors.ModelFormatException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.op.AttentionOp;

/** Multi-head scaled dot-product attention (Vaswani et al. 2017) of each sequence to itself. */
final class BertSelfAttention extends NnModule {
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final int heads;
  private final float scale;
  private final float dropout;

  BertSelfAttention(BertConfig c, ModuleReader in) throws ModelFormatException {
    int width = c.hiddenSize();
    heads = c.numAttentionHeads();
    int headDim = width / heads;
    scale = (float) (1 / Math.sqrt(headDim));
    dropout = c.attentionDropout();
    query = register("query", in.linear("query", width, width));
    key = register("key", in.linear("key", width, width));
    value = register("value", in.linear("value", width, width));
  }

  /** [tokens, hidden] to [tokens, hidden]. */
  Tensor forward(Workspace ws, Tensor x, TokenBatch batch, Recorder recorder) {
    return AttentionOp.forward(
        ws,
        query.forward(ws, x),
        key.forward(ws, x),
        value.forward(ws, x),
        batch.offsets(),
        heads,
        scale,
        dropout,
        recorder.probabilities(batch, heads));
  }
}

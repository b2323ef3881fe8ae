package dev.bantam.bert;

import dev.bantam.nn.NnModule;
import dev.bantam.safetensors.ModelFormatException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.op.EmbeddingOp;
import org.jspecify.annotations.Nullable;

/** The attention block of a layer. */
final class BertAttention extends NnModule {
  private final BertSelfAttention self;
  private final BertSelfOutput output;

  BertAttention(BertConfig c, ModuleReader in) throws ModelFormatException {
    self = register("self", new BertSelfAttention(c, in.pp("self")));
    output = register("output", new BertSelfOutput(c, in.pp("output")));
  }

  /**
   * [tokens, hidden] to [wanted, hidden].
   *
   * @param wanted indices of tokens, or null for all
   */
  Tensor forward(
      Workspace ws, Tensor x, TokenBatch batch, int @Nullable [] wanted, Recorder recorder) {
    Tensor context = self.forward(ws, x, batch, recorder);
    if (wanted == null) {
      return output.forward(ws, context, x);
    }
    return output.forward(ws, rows(ws, context, wanted), rows(ws, x, wanted));
  }

  private static Tensor rows(Workspace ws, Tensor x, int[] rows) {
    return EmbeddingOp.forward(ws, x, rows, -1);
  }
}

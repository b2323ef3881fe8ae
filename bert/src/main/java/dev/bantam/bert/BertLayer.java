package dev.bantam.bert;

import dev.bantam.nn.NnModule;
import dev.bantam.safetensors.ModelFormatException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import org.jspecify.annotations.Nullable;

/** One layer: the attention block, then the feed-forward block. */
final class BertLayer extends NnModule {
  private final BertAttention attention;
  private final BertIntermediate intermediate;
  private final BertOutput output;

  BertLayer(BertConfig c, ModuleReader in) throws ModelFormatException {
    attention = register("attention", new BertAttention(c, in.pp("attention")));
    intermediate = register("intermediate", new BertIntermediate(c, in.pp("intermediate")));
    output = register("output", new BertOutput(c, in.pp("output")));
  }

  /**
   * [tokens, hidden] to [wanted, hidden].
   *
   * @param wanted indices of tokens, or null for all
   */
  Tensor forward(
      Workspace ws, Tensor x, TokenBatch batch, int @Nullable [] wanted, Recorder recorder) {
    int mark = ws.mark();
    Tensor attended = ws.keep(mark, attention.forward(ws, x, batch, wanted, recorder));
    return output.forward(ws, intermediate.forward(ws, attended), attended);
  }
}

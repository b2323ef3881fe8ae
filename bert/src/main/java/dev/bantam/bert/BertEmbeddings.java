package dev.bantam.bert;

import dev.bantam.nn.Embedding;
import dev.bantam.nn.LayerNorm;
import dev.bantam.nn.NnModule;
import dev.bantam.safetensors.ModelFormatException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.op.AddOp;
import dev.bantam.tensor.op.DropoutOp;
import org.jspecify.annotations.Nullable;

/** Sum of the embeddings of token, token type and position, normalized. */
final class BertEmbeddings extends NnModule {
  private final Embedding wordEmbeddings;
  private final @Nullable Embedding tokenTypeEmbeddings;
  private final Embedding positionEmbeddings;
  private final LayerNorm layerNorm;
  private final float dropout;

  BertEmbeddings(BertConfig c, ModuleReader in) throws ModelFormatException {
    int width = c.hiddenSize();
    wordEmbeddings =
        register(
            "word_embeddings",
            in.mappedEmbedding("word_embeddings", c.vocabSize(), width, c.padTokenId()));
    positionEmbeddings =
        register(
            "position_embeddings",
            in.embedding("position_embeddings", c.maxPositionEmbeddings(), width));
    tokenTypeEmbeddings =
        c.typeVocabSize() == 0
            ? null
            : register(
                "token_type_embeddings",
                in.embedding("token_type_embeddings", c.typeVocabSize(), width));
    layerNorm = register("LayerNorm", in.layerNorm("LayerNorm", width, c.layerNormEps()));
    dropout = c.hiddenDropout();
  }

  /** Returns [tokens, hidden]. */
  Tensor forward(Workspace ws, TokenBatch batch) {
    check(batch);
    Tensor x = wordEmbeddings.forward(ws, batch.inputIds());
    if (tokenTypeEmbeddings != null) {
      x = AddOp.forward(ws, x, tokenTypeEmbeddings.forward(ws, batch.tokenTypeIds()));
    }
    Tensor positions = positionEmbeddings.forward(ws, batch.positionIds());
    return DropoutOp.forward(ws, layerNorm.forward(ws, x, positions, 0), dropout);
  }

  private void check(TokenBatch batch) {
    checkIds("token id", batch.inputIds(), "vocab_size", wordEmbeddings.rows());
    if (tokenTypeEmbeddings != null) {
      checkIds(
          "token type id", batch.tokenTypeIds(), "type_vocab_size", tokenTypeEmbeddings.rows());
    }
    for (int b = 0; b < batch.sequences(); b++) {
      if (batch.length(b) > positionEmbeddings.rows()) {
        throw new IllegalArgumentException(
            "position %d >= max_position_embeddings %d; truncate the text"
                .formatted(batch.length(b) - 1, positionEmbeddings.rows()));
      }
    }
  }

  private static void checkIds(String what, int[] ids, String limitName, int limit) {
    for (int id : ids) {
      if (id < 0 || id >= limit) {
        throw new TokenRangeException(
            id < 0
                ? "%s %d is negative".formatted(what, id)
                : "%s %d >= %s %d: the model has no embedding for it"
                    .formatted(what, id, limitName, limit));
      }
    }
  }
}

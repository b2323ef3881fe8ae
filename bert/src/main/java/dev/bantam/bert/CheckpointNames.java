package dev.bantam.bert;

import dev.bantam.safetensors.Checkpoint;
import java.util.List;

/**
 * What a checkpoint calls the tensors of the reference implementation of BERT. A model with a head
 * puts its encoder below a prefix, {@code bert.} or {@code distilbert.}; DistilBERT has names of
 * its own for the same parts.
 */
final class CheckpointNames {
  private static final String FIRST_TENSOR = "embeddings.word_embeddings.weight";

  /** The parts of the encoder; all else is of a head and has no prefix. */
  private static final List<String> ENCODER_PARTS =
      List.of("embeddings.", "encoder.", "transformer.", "pooler.");

  /** BERT's name, DistilBERT's name; applied in this order. */
  private static final List<List<String>> DISTILBERT =
      List.of(
          List.of("encoder.layer.", "transformer.layer."),
          List.of(".attention.self.query.", ".attention.q_lin."),
          List.of(".attention.self.key.", ".attention.k_lin."),
          List.of(".attention.self.value.", ".attention.v_lin."),
          List.of(".attention.output.dense.", ".attention.out_lin."),
          List.of(".attention.output.LayerNorm.", ".sa_layer_norm."),
          List.of(".intermediate.dense.", ".ffn.lin1."),
          List.of(".output.dense.", ".ffn.lin2."),
          List.of(".output.LayerNorm.", ".output_layer_norm."),
          List.of("pooler.dense.", "pre_classifier."),
          List.of("cls.predictions.transform.dense.", "vocab_transform."),
          List.of("cls.predictions.transform.LayerNorm.", "vocab_layer_norm."),
          List.of("cls.predictions.decoder.", "vocab_projector."),
          List.of("cls.predictions.bias", "vocab_projector.bias"));

  private final boolean distilbert;
  private final String prefix;

  private CheckpointNames(BertConfig.ModelType type, boolean prefixed) {
    distilbert = type == BertConfig.ModelType.DISTILBERT;
    prefix = prefixed ? (distilbert ? "distilbert." : "bert.") : "";
  }

  /** The names in a checkpoint. */
  static CheckpointNames of(Checkpoint checkpoint, BertConfig.ModelType type) {
    CheckpointNames prefixed = withHead(type);
    return checkpoint.contains(prefixed.stored(FIRST_TENSOR))
        ? prefixed
        : new CheckpointNames(type, false);
  }

  /** The names in checkpoints of a model with a head. */
  static CheckpointNames withHead(BertConfig.ModelType type) {
    return new CheckpointNames(type, true);
  }

  /** The name in the checkpoint of a tensor of BERT. */
  String stored(String name) {
    String stored = name.replace("cls.predictions.decoder.bias", "cls.predictions.bias");
    if (distilbert) {
      for (List<String> pair : DISTILBERT) {
        stored = stored.replace(pair.getFirst(), pair.getLast());
      }
    }
    return ENCODER_PARTS.stream().anyMatch(stored::startsWith) ? prefix + stored : stored;
  }
}

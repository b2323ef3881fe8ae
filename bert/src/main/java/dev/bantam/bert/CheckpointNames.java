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

  private static final List<String> PREFIXES = List.of("bert.", "distilbert.");

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

  /** The weight of a decoder that is not tied to the word embeddings; it has its own bias then. */
  static final String DECODER_WEIGHT = "cls.predictions.decoder.weight";

  static final String DECODER_BIAS = "cls.predictions.decoder.bias";

  /** The same where the decoder is tied to the word embeddings. */
  static final String TIED_DECODER_BIAS = "cls.predictions.bias";

  private final boolean distilbert;
  private final String prefix;
  private final boolean tied;

  private CheckpointNames(boolean distilbert, String prefix, boolean tied) {
    this.distilbert = distilbert;
    this.prefix = prefix;
    this.tied = tied;
  }

  /** The names in a checkpoint. */
  static CheckpointNames of(Checkpoint checkpoint, BertConfig.ModelType type) {
    CheckpointNames names = withHead(type);
    boolean prefixed = checkpoint.contains(names.stored(FIRST_TENSOR));
    boolean tied = !checkpoint.contains(DECODER_WEIGHT) || !checkpoint.contains(DECODER_BIAS);
    return new CheckpointNames(names.distilbert, prefixed ? names.prefix : "", tied);
  }

  /** The names in checkpoints of a model with a head. */
  static CheckpointNames withHead(BertConfig.ModelType type) {
    boolean distilbert = type == BertConfig.ModelType.DISTILBERT;
    return new CheckpointNames(distilbert, distilbert ? "distilbert." : "bert.", true);
  }

  /** The names in checkpoints of an encoder by itself. */
  static CheckpointNames withoutHead(BertConfig.ModelType type) {
    return new CheckpointNames(type == BertConfig.ModelType.DISTILBERT, "", true);
  }

  /** These names where the decoder is not tied to the word embeddings. */
  CheckpointNames untied() {
    return new CheckpointNames(distilbert, prefix, false);
  }

  /** The name in the checkpoint of a tensor of BERT. */
  String stored(String name) {
    String stored = tied ? name.replace(DECODER_BIAS, TIED_DECODER_BIAS) : name;
    if (distilbert) {
      for (List<String> pair : DISTILBERT) {
        stored = stored.replace(pair.getFirst(), pair.getLast());
      }
    }
    return isPart(stored) ? prefix + stored : stored;
  }

  /** Whether a tensor of some checkpoint is of the encoder, not of a head. */
  static boolean isOfEncoder(String stored) {
    return isPart(stored)
        || PREFIXES.stream()
            .anyMatch(p -> stored.startsWith(p) && isPart(stored.substring(p.length())));
  }

  private static boolean isPart(String name) {
    return ENCODER_PARTS.stream().anyMatch(name::startsWith);
  }
}

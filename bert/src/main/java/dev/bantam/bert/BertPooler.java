package dev.bantam.bert;

import dev.bantam.nn.Linear;
import dev.bantam.nn.NnModule;
import dev.bantam.safetensors.ModelFormatException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;

/**
 * A linear layer over the first token of each sequence, and its activation: tanh, and ReLU in the
 * classification head of DistilBERT, where its name is {@code pre_classifier}.
 */
final class BertPooler extends NnModule {
  private final Linear dense;
  private final Activation activation;

  BertPooler(BertConfig c, ModuleReader in) throws ModelFormatException {
    dense = register("dense", in.linear("dense", c.hiddenSize(), c.hiddenSize()));
    activation =
        switch (c.modelType()) {
          case BERT -> Activation.TANH;
          case DISTILBERT -> Activation.RELU;
        };
  }

  /** States of first tokens [sequences, hidden] to [sequences, hidden]. */
  Tensor forward(Workspace ws, Tensor first) {
    return dense.forward(ws, first, activation);
  }
}

package dev.bantam.kd.cli;

import dev.bantam.bert.CompressedLayer;
import dev.bantam.quant.WeightType;
import dev.bantam.safetensors.Checkpoint;
import dev.bantam.safetensors.ModelFormatException;
import dev.bantam.safetensors.TensorInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of a checkpoint, or all tensors of a compressed layer.
 *
 * @param name of the tensor or the layer
 * @param layer what is said of the layer; null for a tensor
 * @param tensors what is stored
 */
record CheckpointEntry(String name, @Nullable CompressedLayer layer, List<TensorInfo> tensors) {
  private static final String WEIGHT = "weight";

  /** The entries of a checkpoint, in the order of the file. */
  static List<CheckpointEntry> list(Checkpoint checkpoint, List<CompressedLayer> layers)
      throws ModelFormatException {
    Map<String, CompressedLayer> compressed = new LinkedHashMap<>();
    layers.forEach(layer -> compressed.put(layer.name(), layer));
    Map<String, CheckpointEntry> entries = new LinkedHashMap<>();
    for (String tensor : checkpoint.names()) {
      CompressedLayer layer =
          compressed.get(tensor.substring(0, Math.max(0, tensor.lastIndexOf('.'))));
      String name = layer == null ? tensor : layer.name();
      entries
          .computeIfAbsent(name, key -> new CheckpointEntry(key, layer, new ArrayList<>()))
          .tensors
          .add(checkpoint.info(tensor));
    }
    return List.copyOf(entries.values());
  }

  /** What the elements are: a type, or the scheme of the layer. */
  String kind() {
    return layer == null ? tensors.getFirst().dtype().name() : layer.description();
  }

  /** Extents of the tensor, or of the weight of the layer. */
  List<Long> shape() {
    List<Long> shape = new ArrayList<>(main().shape());
    if (!shape.isEmpty()) {
      shape.addLast(shape.removeLast() * codesOfAByte());
    }
    return shape;
  }

  /** The tensor, or that with the codes of the layer. */
  private TensorInfo main() {
    return tensors.stream()
        .filter(tensor -> layer == null || tensor.name().equals(name + "." + WEIGHT))
        .findFirst()
        .orElse(tensors.getFirst());
  }

  /** Elements of the tensor, or weights and biases of the layer. */
  long parameters() {
    if (layer == null) {
      return main().elements();
    }
    long bias = 0;
    for (TensorInfo tensor : tensors) {
      bias += tensor.name().equals(name + ".bias") ? tensor.elements() : 0;
    }
    return main().elements() * codesOfAByte() + bias;
  }

  /** Two for types of 4 bits; the last of a row of odd length is counted though it is padding. */
  private int codesOfAByte() {
    for (WeightType type : WeightType.values()) {
      if (layer != null && type.id().equals(layer.scheme().get(WEIGHT))) {
        return 8 / type.bits();
      }
    }
    return 1;
  }

  long bytes() {
    return tensors.stream().mapToLong(TensorInfo::bytes).sum();
  }

  /** Signal to quantization noise in decibels, if it is known. */
  @Nullable Double sqnrDb() {
    return layer != null && layer.scheme().get("sqnr_db") instanceof Number sqnr
        ? (Double) sqnr.doubleValue()
        : null;
  }
}

package dev.bantam.bert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.nn.Linear;
import dev.bantam.nn.NnModule;
import dev.bantam.nn.Parameter;
import dev.bantam.nn.Parametrization;
import dev.bantam.nn.StoredWeight;
import dev.bantam.safetensors.DType;
import dev.bantam.safetensors.SafetensorsWriter;
import dev.bantam.safetensors.TensorData;
import dev.bantam.safetensors.internal.Json;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.parallel.WorkerPool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes the parameters of a model as the modules see them: a weight with parametrizations in the
 * form that the last of them stores it in.
 */
final class StateWriter {
  private static final String WEIGHT = ".weight";

  private final CheckpointNames names;
  private final SafetensorsWriter file = new SafetensorsWriter().metadata("format", "pt");
  private final ObjectNode compressed = Json.mapper().createObjectNode();

  StateWriter(CheckpointNames names) {
    this.names = names;
  }

  /** Adds all parameters of a model, but not those of parametrizations. */
  void addAll(NnModule model) {
    var modules = model.namedModules();
    model
        .namedParameters()
        .forEach(
            (name, parameter) -> {
              if (!name.contains("parametrizations.")) {
                boolean weight = name.endsWith(WEIGHT);
                add(
                    name,
                    parameter,
                    weight && modules.get(owner(name)) instanceof Linear linear ? linear : null);
              }
            });
  }

  private static String owner(String name) {
    return name.substring(0, Math.max(0, name.lastIndexOf('.')));
  }

  private void add(String name, Parameter parameter, @Nullable Linear layer) {
    if (!parameter.isTrained()) {
      throw new IllegalStateException(
          "save: '" + name + "' is not a parameter that was loaded for training");
    }
    String stored = names.stored(name.startsWith("bert.") ? name.substring(5) : name);
    List<Parametrization> views = parameter.parametrizations();
    Tensor x = parameter.value().detach();
    Optional<StoredWeight> form = Optional.empty();
    if (!views.isEmpty()) {
      Workspace ws = new Workspace(Kernels.best(), WorkerPool.shared());
      for (Parametrization view : views.subList(0, views.size() - 1)) {
        x = view.forward(ws, x).copy();
      }
      form = views.getLast().store(x, layer);
      if (form.isEmpty()) {
        x = views.getLast().forward(ws, x).copy();
      }
    }
    if (form.isPresent()) {
      add(owner(stored), form.get());
    } else {
      float[] values = x.shape().elements() == x.data().length ? x.data() : x.toArray();
      long[] shape = Arrays.stream(x.shape().toArray()).asLongStream().toArray();
      file.add(stored, values, shape);
      if (stored.equals(CheckpointNames.DECODER_BIAS)) {
        file.add(CheckpointNames.TIED_DECODER_BIAS, values, shape); // transformers has it twice
      }
    }
  }

  private void add(String layer, StoredWeight form) {
    ObjectNode json = compressed.putObject(layer);
    json.put(Compression.FORMAT, form.format());
    form.scheme().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> json.set(entry.getKey(), Json.mapper().valueToTree(entry.getValue())));
    for (StoredWeight.Part part : form.tensors()) {
      file.add(
          layer + "." + part.name(),
          DType.valueOf(part.dtype()),
          part.shape(),
          TensorData.of(part.data()));
    }
  }

  /** The block for {@code config.json}, if something is compressed. */
  Optional<ObjectNode> compression() {
    if (compressed.isEmpty()) {
      return Optional.empty();
    }
    ObjectNode block = Json.mapper().createObjectNode();
    block.put(Compression.VERSION, Compression.CURRENT_VERSION);
    block.set(Compression.LAYERS, compressed);
    return Optional.of(block);
  }

  void write(Path target) throws IOException {
    file.write(target);
  }
}

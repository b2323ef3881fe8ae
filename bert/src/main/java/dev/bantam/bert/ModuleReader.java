package dev.bantam.bert;

import dev.bantam.nn.DenseLinearKernel;
import dev.bantam.nn.Embedding;
import dev.bantam.nn.LayerNorm;
import dev.bantam.nn.Linear;
import dev.bantam.nn.MappedEmbeddingKernel;
import dev.bantam.nn.Parameter;
import dev.bantam.safetensors.Checkpoint;
import dev.bantam.safetensors.DType;
import dev.bantam.safetensors.ModelFormatException;
import dev.bantam.safetensors.WeightReader;
import dev.bantam.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Reads modules from a checkpoint, by the names the reference implementation of BERT gives them.
 * May be used by several threads.
 */
final class ModuleReader {

  /** What all readers of one checkpoint share. */
  private record Source(
      Checkpoint checkpoint,
      CheckpointNames names,
      Compression compression,
      Device device,
      ConcurrentLinkedDeque<float[]> staging,
      @Nullable TrainedParameters trained) {}

  private final Source source;
  private final String path;

  /**
   * A reader of a whole model.
   *
   * @param compression which layers are compressed
   * @param trained makes the parameters of a model that is trained; null for one that is not
   */
  ModuleReader(
      Checkpoint checkpoint,
      BertConfig config,
      Compression compression,
      Device device,
      @Nullable TrainedParameters trained) {
    this(
        new Source(
            checkpoint,
            CheckpointNames.of(checkpoint, config.modelType()),
            compression,
            device,
            new ConcurrentLinkedDeque<>(),
            trained),
        "");
  }

  private ModuleReader(Source source, String path) {
    this.source = source;
    this.path = path;
  }

  Checkpoint checkpoint() {
    return source.checkpoint;
  }

  Device device() {
    return source.device;
  }

  /** Whether the parameters can be trained. */
  boolean isTrained() {
    return source.trained != null;
  }

  /** The reader of a part. */
  ModuleReader pp(String name) {
    return new ModuleReader(source, path + name + ".");
  }

  /** Reads one of several modules. */
  @FunctionalInterface
  interface Part<M> {
    M read(int index) throws ModelFormatException;
  }

  /** Reads modules that do not depend on each other, on the threads of the device. */
  <M> List<M> all(int count, Part<M> part) throws ModelFormatException {
    int tensors = source.checkpoint.names().size();
    if (count > tensors) {
      throw new ModelFormatException(
          "%s: expected weights of %d layers, the file has %d tensors"
              .formatted(source.checkpoint.path(), count, tensors));
    }
    AtomicReferenceArray<M> modules = new AtomicReferenceArray<>(count);
    AtomicReferenceArray<ModelFormatException> failures = new AtomicReferenceArray<>(count);
    source
        .device
        .pool()
        .run(
            count,
            (i, _) -> {
              try {
                modules.set(i, part.read(i));
              } catch (ModelFormatException e) {
                failures.set(i, e);
              }
            });
    List<M> all = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      if (failures.get(i) != null) {
        throw failures.get(i);
      }
      all.add(modules.get(i));
    }
    return all;
  }

  /** Whether the checkpoint has a tensor. */
  boolean contains(String tensor) {
    return source.checkpoint.contains(stored(tensor));
  }

  /** Reads a layer with weight [outputs, inputs] and bias. */
  Linear linear(String name, int inputs, int outputs) throws ModelFormatException {
    return linear(name, stored(name + ".weight"), stored(name + ".bias"), inputs, outputs);
  }

  /** Reads a layer with the weight of another module: a tensor of the whole model. */
  Linear tiedLinear(String name, String weight, String bias, int inputs, int outputs)
      throws ModelFormatException {
    return linear(name, source.names.stored(weight), stored(bias), inputs, outputs);
  }

  private Linear linear(String name, String weight, String bias, int inputs, int outputs)
      throws ModelFormatException {
    if (source.trained != null) {
      return new Linear(
          path + name,
          source.trained.matrix(weight, outputs, inputs),
          source.trained.zeros(bias, outputs));
    }
    var compressed = compressed(weight);
    if (compressed.isPresent()) {
      source.checkpoint.info(bias); // a format may do without, BERT does not
      return new Linear(
          path + name,
          read(
              () ->
                  compressed
                      .get()
                      .format()
                      .linear(
                          compressed.get().stored(), inputs, outputs, source.device.kernels())));
    }
    WeightReader weights = source.checkpoint.weights();
    float[] b = weights.get(bias, outputs);
    // The matrix passes through an array that the next layer uses again, on its way to its packed
    // form.
    int size = Math.multiplyExact(inputs, outputs);
    float[] last = source.staging.poll();
    float[] w = last != null && last.length >= size ? last : new float[size];
    try {
      weights.copy(weight, w, 0, outputs, inputs);
      return new Linear(
          path + name,
          new DenseLinearKernel(source.device.kernels().matmul().pack(w, 0, outputs, inputs), b));
    } finally {
      source.staging.push(w);
    }
  }

  /** Reads a normalization; old checkpoints call weight and bias gamma and beta. */
  LayerNorm layerNorm(String name, int size, float eps) throws ModelFormatException {
    boolean old = contains(name + ".gamma");
    String weight = stored(name + (old ? ".gamma" : ".weight"));
    String bias = stored(name + (old ? ".beta" : ".bias"));
    if (source.trained != null) {
      return new LayerNorm(
          source.trained.ones(weight, size), source.trained.zeros(bias, size), eps);
    }
    WeightReader weights = source.checkpoint.weights();
    return new LayerNorm(
        Parameter.frozen(Tensor.wrap(weights.get(weight, size), size)),
        Parameter.frozen(Tensor.wrap(weights.get(bias, size), size)),
        eps);
  }

  /** Reads a small table into memory. */
  Embedding embedding(String name, int rows, int width) throws ModelFormatException {
    String tensor = stored(name + ".weight");
    if (source.trained != null) {
      return new Embedding(source.trained.matrix(tensor, rows, width));
    }
    var compressed = compressed(tensor);
    if (compressed.isPresent()) {
      return new Embedding(
          read(() -> compressed.get().format().embedding(compressed.get().stored(), rows, width)));
    }
    float[] table = source.checkpoint.weights().get(tensor, rows, width);
    return new Embedding(Parameter.frozen(Tensor.wrap(table, rows, width)));
  }

  /**
   * A large table, left in the mapped file if its floats can be used as they are stored and are not
   * trained.
   */
  Embedding mappedEmbedding(String name, int rows, int width, int paddingRow)
      throws ModelFormatException {
    String tensor = stored(name + ".weight");
    if (source.trained != null) {
      return new Embedding(source.trained.matrix(tensor, rows, width), paddingRow);
    }
    if (source.checkpoint.info(tensor).dtype() != DType.F32) {
      return embedding(name, rows, width);
    }
    return new Embedding(
        new MappedEmbeddingKernel(
            source.checkpoint.weights().segment(tensor, rows, width), rows, width));
  }

  /** The compressed layer that a weight belongs to, if it is one. */
  private Optional<Compression.Layer> compressed(String weight) throws ModelFormatException {
    String layer = weight.substring(0, weight.length() - ".weight".length());
    return source.compression.layer(source.checkpoint, layer);
  }

  @FunctionalInterface
  private interface Reading<T> {
    T read() throws IOException;
  }

  /** What a format reads; that it cannot is an error in the file. */
  private static <T> T read(Reading<T> reading) throws ModelFormatException {
    try {
      return reading.read();
    } catch (ModelFormatException e) {
      throw e;
    } catch (IOException e) {
      throw new ModelFormatException(String.valueOf(e.getMessage()), e);
    }
  }

  private String stored(String tensor) {
    return source.names.stored(path + tensor);
  }
}

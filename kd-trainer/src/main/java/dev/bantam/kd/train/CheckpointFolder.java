package dev.bantam.kd.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.nn.NnModule;
import dev.bantam.nn.optim.Optimizer;
import dev.bantam.safetensors.Checkpoint;
import dev.bantam.safetensors.SafetensorsWriter;
import dev.bantam.safetensors.TensorInfo;
import dev.bantam.safetensors.internal.AtomicFiles;
import dev.bantam.safetensors.internal.Json;
import dev.bantam.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What an interrupted training goes on from: {@code training.json}, and a file of tensors that it
 * names. The next checkpoint's tensors go to a file of their own, then {@code training.json} is
 * replaced in one step; so whenever the process is killed, there is a checkpoint, and it is whole.
 */
final class CheckpointFolder {
  private static final String STATE = "training.json";
  private static final String TENSORS = "tensors";
  private static final String MODEL = "model.";
  private static final String OPTIMIZER = "optimizer.";

  private final Path folder;

  CheckpointFolder(Path output) {
    folder = output.resolve("checkpoint");
  }

  boolean exists() {
    return Files.exists(folder.resolve(STATE));
  }

  /** Whether there is a training here that is not over; it need not have a checkpoint yet. */
  boolean isBegun() {
    return Files.isDirectory(folder);
  }

  /** Makes the folder, which is there from then on until the training is over. */
  void begin() throws IOException {
    Files.createDirectories(folder);
  }

  /** Writes a checkpoint, and removes the one before. */
  void write(TrainingState state, ObjectNode setup, NnModule model, Optimizer optimizer)
      throws IOException {
    begin();
    Path tensors = folder.resolve("step-" + state.step() + ".safetensors");
    SafetensorsWriter writer = new SafetensorsWriter();
    model.stateDict().forEach((name, x) -> add(writer, MODEL + name, x));
    optimizer.state().forEach((name, x) -> add(writer, OPTIMIZER + name, x));
    writer.write(tensors);
    ObjectNode json = state.toJson();
    json.put(TENSORS, tensors.getFileName().toString());
    json.set("setup", setup);
    byte[] text = (Json.pretty(json) + "\n").getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(folder.resolve(STATE), channel -> AtomicFiles.writeFully(channel, text));
    for (Path file : files()) {
      if (!file.equals(tensors) && !file.endsWith(STATE)) {
        Files.delete(file);
      }
    }
  }

  private static void add(SafetensorsWriter writer, String name, Tensor x) {
    float[] values = x.shape().elements() == x.data().length ? x.data() : x.toArray();
    writer.add(name, values, Arrays.stream(x.shape().toArray()).asLongStream().toArray());
  }

  /**
   * Reads the checkpoint.
   *
   * @param setup what was trained how; it must have been the same
   * @param model to take its parameters
   * @param optimizer to take its state
   * @throws TrainingSetupException if it is of another training
   */
  TrainingState read(ObjectNode setup, NnModule model, Optimizer optimizer) throws IOException {
    Path file = folder.resolve(STATE);
    JsonNode json;
    try {
      json = Json.mapper().readTree(Json.utf8(file.toString(), Files.readAllBytes(file)));
    } catch (JsonProcessingException e) {
      throw Json.invalid(file, e);
    }
    JsonNode former = json.path("setup");
    for (Map.Entry<String, JsonNode> entry : setup.properties()) {
      String before = former.path(entry.getKey()).asText();
      String now = entry.getValue().asText();
      if (!before.equals(now)) {
        throw new TrainingSetupException(
            ("%s: the training there began with %s = %s, not %s; go on as it began, or name"
                    + " another folder")
                .formatted(folder.getParent(), entry.getKey(), before, now));
      }
    }
    try (Checkpoint tensors =
        Checkpoint.open(folder.resolve(json.path(TENSORS).asText("no tensors")))) {
      model.loadStateDict(tensors(tensors, MODEL));
      optimizer.restore(tensors(tensors, OPTIMIZER));
    } catch (IllegalArgumentException e) {
      throw new TrainingSetupException(
          folder.getParent() + ": of another model: " + e.getMessage());
    }
    return TrainingState.of(json);
  }

  private static Map<String, Tensor> tensors(Checkpoint checkpoint, String prefix)
      throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : checkpoint.names()) {
      if (name.startsWith(prefix)) {
        TensorInfo info = checkpoint.info(name);
        int[] dims = info.shape().stream().mapToInt(Math::toIntExact).toArray();
        tensors.put(name.substring(prefix.length()), Tensor.wrap(checkpoint.floats(name), dims));
      }
    }
    return tensors;
  }

  /** Removes the checkpoint; the training is over. */
  void delete() throws IOException {
    Files.deleteIfExists(folder.resolve(STATE)); // first, so that none is half there
    AtomicFiles.deleteRecursively(folder);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}

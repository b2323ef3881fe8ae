package dev.bantam.kd.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.safetensors.internal.AtomicFiles;
import dev.bantam.safetensors.internal.Json;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file with one JSON object a line for each step and each evaluation. While it is open, no other
 * training can open it, so that two do not write into one folder.
 */
final class TrainingLog implements AutoCloseable {
  static final String FILE = "training.jsonl";

  private final FileChannel file;

  /**
   * Opens the log as it is.
   *
   * @throws TrainingSetupException if another training, of this process or another, has it open
   */
  TrainingLog(Path output) throws IOException {
    file =
        FileChannel.open(output.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (!lock()) {
        throw new TrainingSetupException(
            output + ": another training is writing here; name another folder");
      }
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  /**
   * Locks a place far behind the end, so that all may read. The system unlocks it when the process
   * ends, in whatever way.
   */
  private boolean lock() throws IOException {
    try {
      return file.tryLock(Long.MAX_VALUE - 1, 1, false) != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /**
   * Starts to write.
   *
   * @param length bytes to keep; what follows is of steps that will be done again
   */
  void truncate(long length) throws IOException {
    file.truncate(length);
    file.position(file.size());
  }

  /** Bytes so far. */
  long length() throws IOException {
    return file.position();
  }

  void step(StepReport r) throws IOException {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("step", r.step());
    json.put("epoch", r.epoch());
    json.put("loss", r.loss());
    json.put("lr", r.learningRate());
    json.put("gradient_norm", r.gradientNorm());
    json.put("examples", r.examples());
    json.put("tokens", r.tokens());
    json.put("seconds", r.seconds());
    write(json);
  }

  void evaluation(Evaluation e, boolean best) throws IOException {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("step", e.step());
    ObjectNode dev = json.putObject("dev");
    dev.put("examples", e.examples());
    dev.put("loss", e.loss());
    e.metrics()
        .forEach((name, value) -> dev.put(name, Double.isFinite(value) ? value : (Double) null));
    json.put("best", best);
    json.put("seconds", e.seconds());
    write(json);
  }

  private void write(ObjectNode json) throws IOException {
    byte[] line = (Json.mapper().writeValueAsString(json) + "\n").getBytes(StandardCharsets.UTF_8);
    AtomicFiles.writeFully(file, line);
  }

  /** Makes sure that what was written is on disk. */
  void force() throws IOException {
    file.force(false);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}

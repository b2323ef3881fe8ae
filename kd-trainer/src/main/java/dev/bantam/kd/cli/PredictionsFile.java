package dev.bantam.kd.cli;

import dev.bantam.kd.data.Example;
import dev.bantam.kd.eval.Prediction;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a model says of each example, an object a line; or no file at all. */
final class PredictionsFile implements Closeable {
  private final @Nullable OutputTarget target;

  private PredictionsFile(@Nullable OutputTarget target) {
    this.target = target;
  }

  /** A file, which appears when it is complete; none of null. */
  static PredictionsFile of(@Nullable Path file) throws IOException {
    return new PredictionsFile(file == null ? null : OutputTarget.of(file));
  }

  /**
   * Writes {@code {"text": ..., "pair": ..., "label": ..., "predicted": ..., "score": ...}}; the
   * pair only if there is one, and no score of a number.
   */
  void write(Prediction prediction) throws IOException {
    if (target == null) {
      return;
    }
    Example example = prediction.example();
    List<String> labels = prediction.labels();
    StringBuilder line = new StringBuilder("{\"text\": ");
    Quoting.json(line, example.text());
    if (example.pair() instanceof String pair) {
      line.append(", \"pair\": ");
      Quoting.json(line, pair);
    }
    line.append(", \"label\": ");
    value(line, example.label(), labels);
    line.append(", \"predicted\": ");
    value(line, prediction.value(), labels);
    if (!labels.isEmpty()) {
      line.append(", \"score\": ").append((float) prediction.score());
    }
    target.stream().write(line.append("}\n").toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void value(StringBuilder line, double value, List<String> labels) {
    if (labels.isEmpty()) {
      line.append(Double.isFinite(value) ? Double.toString(value) : "null");
    } else {
      Quoting.json(line, labels.get((int) value));
    }
  }

  /** Makes the file appear under its name. */
  void commit() throws IOException {
    if (target != null) {
      target.commit();
    }
  }

  @Override
  public void close() throws IOException {
    if (target != null) {
      target.close();
    }
  }
}

package dev.bantam.kd.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * How good a model is on examples that it does not learn from.
 *
 * @param step number of steps that were done
 * @param examples how many were looked at
 * @param loss mean over them
 * @param metrics by name, the main one first, the higher the better; NaN where one is not defined
 * @param seconds how long it took
 */
public record Evaluation(
    long step, int examples, double loss, SequencedMap<String, Double> metrics, double seconds) {

  /** Copies the metrics. */
  public Evaluation {
    metrics = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(metrics));
  }
}

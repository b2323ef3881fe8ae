package dev.bantam.kd.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.safetensors.internal.Json;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a training is, apart from weights and the memory of the optimizer. Epoch and position in it
 * follow from the step.
 *
 * @param step number of steps that are done
 * @param best the best evaluation, or null before the first
 * @param unimproved number of evaluations since
 * @param watch what is known of how the loss went
 * @param logLength bytes of the log that belong to these steps
 */
record TrainingState(
    long step, @Nullable Evaluation best, int unimproved, LossWatch.State watch, long logLength) {

  static final TrainingState START = new TrainingState(0, null, 0, LossWatch.State.START, 0);

  ObjectNode toJson() {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("step", step);
    if (best != null) {
      ObjectNode node = json.putObject("best");
      node.put("step", best.step()).put("examples", best.examples()).put("loss", best.loss());
      ObjectNode metrics = node.putObject("metrics");
      best.metrics().forEach((name, value) -> metrics.put(name, value.toString()));
    }
    json.put("evaluations_without_improvement", unimproved);
    json.putObject("loss")
        .put("first", watch.first())
        .put("recent", watch.recent())
        .put("steps_above", watch.stepsAbove());
    json.put("log_length", logLength);
    return json;
  }

  static TrainingState of(JsonNode json) {
    JsonNode loss = json.path("loss");
    return new TrainingState(
        json.path("step").longValue(),
        best(json.path("best")),
        json.path("evaluations_without_improvement").intValue(),
        new LossWatch.State(
            loss.path("first").doubleValue(),
            loss.path("recent").doubleValue(),
            loss.path("steps_above").longValue()),
        json.path("log_length").longValue());
  }

  private static @Nullable Evaluation best(JsonNode node) {
    if (node.isMissingNode()) {
      return null;
    }
    SequencedMap<String, Double> metrics = new LinkedHashMap<>();
    node.path("metrics")
        .properties()
        .forEach(e -> metrics.put(e.getKey(), Double.valueOf(e.getValue().textValue())));
    return new Evaluation(
        node.path("step").longValue(),
        node.path("examples").intValue(),
        node.path("loss").doubleValue(),
        metrics,
        0);
  }
}

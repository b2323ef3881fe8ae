package dev.bantam.kd.train;

import dev.bantam.bert.BertConfig;
import dev.bantam.bert.BertConfig.ProblemType;
import dev.bantam.bert.BertForSequenceClassification;
import dev.bantam.bert.Device;
import dev.bantam.bert.TokenBatch;
import dev.bantam.kd.data.Task;
import dev.bantam.kd.data.TaskType;
import dev.bantam.kd.metrics.Metric;
import dev.bantam.nn.NnModule;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.op.CrossEntropyOp;
import dev.bantam.tensor.op.MseOp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;

/** To tell the label of a text or a pair, by cross-entropy; or its score, by squared error. */
final class SequenceObjective implements Objective {
  private final Task task;
  private final BertForSequenceClassification model;

  SequenceObjective(Path folder, Task task, Device device, long seed) throws IOException {
    this.task = task;
    boolean classes = task.type() == TaskType.CLASSIFICATION;
    if (classes && task.labels().size() < 2) {
      throw new TrainingSetupException(
          "%s: the labels are %s, expected two or more to tell apart"
              .formatted(task.name(), task.labels()));
    }
    if (task.metrics().isEmpty()) {
      throw new TrainingSetupException(
          task.name() + ": there is no metric, expected one to choose the best model by");
    }
    model =
        BertForSequenceClassification.forTraining(
            folder,
            classes ? task.labels() : List.of("score"),
            classes ? ProblemType.SINGLE_LABEL_CLASSIFICATION : ProblemType.REGRESSION,
            device,
            seed);
  }

  @Override
  public NnModule model() {
    return model;
  }

  @Override
  public BertConfig config() {
    return model.config();
  }

  @Override
  public boolean accepts(Sample sample) throws TrainingSetupException {
    if (Double.isNaN(sample.label())) {
      throw new TrainingSetupException(
          task.name() + ": there are examples without a label, expected one for each");
    }
    if (task.type() == TaskType.CLASSIFICATION) {
      int index = (int) sample.label();
      if (index != sample.label() || index < 0 || index >= task.labels().size()) {
        throw new TrainingSetupException(
            "%s: there is an example with label %s, expected an index of one of the labels %s"
                .formatted(task.name(), sample.label(), task.labels()));
      }
    }
    return true;
  }

  @Override
  public MicroBatch prepare(List<Sample> samples, SplittableRandom random) {
    TokenBatch batch = Samples.batch(samples);
    return new MicroBatch(
        samples.size(), batch.tokens(), ws -> loss(ws, model.forward(ws, batch), samples));
  }

  private Tensor loss(Workspace ws, Tensor logits, List<Sample> samples) {
    if (task.type() == TaskType.CLASSIFICATION) {
      int[] labels = samples.stream().mapToInt(s -> (int) s.label()).toArray();
      return CrossEntropyOp.forward(ws, logits, labels);
    }
    float[] scores = new float[samples.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) samples.get(i).label();
    }
    return MseOp.forward(ws, logits, Tensor.wrap(scores, scores.length, 1));
  }

  @Override
  public Evaluation evaluate(Workspace ws, List<List<Sample>> batches) {
    int n = batches.stream().mapToInt(List::size).sum();
    double[] predicted = new double[n];
    double[] expected = new double[n];
    double loss = 0;
    int done = 0;
    for (List<Sample> samples : batches) {
      try (var _ = ws.scope()) {
        Tensor logits = model.forward(ws, Samples.batch(samples));
        loss += samples.size() * (double) loss(ws, logits, samples).get();
        for (int i = 0; i < samples.size(); i++) {
          predicted[done] =
              task.type() == TaskType.CLASSIFICATION
                  ? Predictions.best(logits, i)
                  : logits.get(i, 0);
          expected[done++] = samples.get(i).label();
        }
      }
    }
    SequencedMap<String, Double> metrics = new LinkedHashMap<>();
    for (Metric metric : task.metrics()) {
      metrics.put(metric.toString(), metric.of(predicted, expected));
    }
    return new Evaluation(0, n, loss / n, metrics, 0);
  }

  /** The main metric of the task. */
  @Override
  public double score(Evaluation evaluation) {
    return evaluation.metrics().firstEntry().getValue();
  }

  @Override
  public void save(Path folder, int maxLength) throws IOException {
    model.save(folder, maxLength);
  }

  @Override
  public void close() {
    model.close();
  }
}

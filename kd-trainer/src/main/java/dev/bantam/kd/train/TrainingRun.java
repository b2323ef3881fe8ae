package dev.bantam.kd.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.bert.Device;
import dev.bantam.kd.data.Task;
import dev.bantam.nn.optim.AdamW;
import dev.bantam.nn.optim.GradientNorm;
import dev.bantam.nn.optim.Optimizer;
import dev.bantam.nn.optim.ParameterGroup;
import dev.bantam.nn.optim.Schedule;
import dev.bantam.safetensors.internal.AtomicFiles;
import dev.bantam.safetensors.internal.Json;
import dev.bantam.tensor.Randomness;
import dev.bantam.tensor.Tape;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One training, from its first or some later step to its end. */
final class TrainingRun {
  private static final String ADVICE =
      "resumed, it would come to the same: train anew into another folder, with a lower learning"
          + " rate or a longer warm-up";

  private final TrainingOptions options;
  private final Objective objective;
  private final Samples samples;
  private final DevSplit dev;
  private final Path output;
  private final TrainingListener listener;
  private final BooleanSupplier stop;
  private final Workspace ws;
  private final Optimizer optimizer;
  private final CheckpointFolder checkpoints;
  private final ObjectNode setup;
  private final int stepsPerEpoch;
  private final long steps;
  private final Schedule schedule;
  private TrainingState state = TrainingState.START;
  private @Nullable EpochPlan plan;
  private int plannedEpoch = -1;

  TrainingRun(
      Task task,
      String preparation,
      TrainingOptions options,
      Device device,
      Objective objective,
      Samples samples,
      DevSplit dev,
      Path output,
      TrainingListener listener,
      BooleanSupplier stop) {
    this.options = options;
    this.objective = objective;
    this.samples = samples;
    this.dev = dev;
    this.output = output;
    this.listener = listener;
    this.stop = stop;
    ws = new Workspace(device.kernels(), device.pool());
    optimizer =
        new AdamW(
            ParameterGroup.withoutDecayForBiasAndNorm(
                objective.model().namedParameters(), options.weightDecay()));
    checkpoints = new CheckpointFolder(output);
    setup = setup(task, preparation);
    int batches = Math.ceilDiv(samples.size(), options.batchSize());
    stepsPerEpoch = Math.ceilDiv(batches, options.accumulation());
    steps = (long) options.epochs() * stepsPerEpoch;
    schedule = Schedule.linear((long) (options.warmup() * steps), steps);
  }

  /** What must be the same for a training to go on with the same bits. */
  private ObjectNode setup(Task task, String preparation) {
    return Json.mapper()
        .createObjectNode()
        .put("task", task.name())
        .put("labels", task.labels().toString())
        .put("model", objective.config().toString())
        .put("preparation", preparation)
        .put("maxLength", options.maxLength())
        .put("examples", samples.size())
        .put("examplesChecksum", samples.checksum())
        .put("devChecksum", dev.checksum())
        .put("epochs", options.epochs())
        .put("batchSize", options.batchSize())
        .put("accumulation", options.accumulation())
        .put("tokenBudget", options.tokenBudget())
        .put("learningRate", options.learningRate())
        .put("warmup", options.warmup())
        .put("weightDecay", options.weightDecay())
        .put("maxGradientNorm", options.maxGradientNorm())
        .put("seed", options.seed())
        .put("evaluationSteps", options.evaluationSteps())
        .put("patience", options.patience());
  }

  /**
   * Trains.
   *
   * @param resume whether to take up the checkpoint in the output folder
   */
  TrainingResult run(boolean resume) throws IOException {
    long start = System.nanoTime();
    try (TrainingLog log = new TrainingLog(output)) {
      if (resume) {
        state = checkpoints.read(setup, objective.model(), optimizer);
      }
      checkpoints.begin();
      AtomicFiles.deleteLeftovers(output);
      log.truncate(state.logLength());
      return run(log, start);
    }
  }

  private TrainingResult run(TrainingLog log, long start) throws IOException {
    long tokens = 0;
    listener.started(state.step(), steps);
    LossWatch watch = new LossWatch(state.watch());
    long lastCheckpoint = start;
    while (state.step() < steps && !isPatienceOver()) {
      StepReport report = step(state.step());
      tokens += report.tokens();
      log.step(report);
      listener.stepped(report);
      if (watch.isHigh(report.step(), report.loss())) {
        listener.warned(
            ("step %d: for long the loss has been far above that of the first steps (%.3g >"
                    + " %.3g); try a lower learning rate or a longer warm-up")
                .formatted(report.step(), watch.state().recent(), watch.state().first()));
      }
      state =
          new TrainingState(
              report.step(), state.best(), state.unimproved(), watch.state(), log.length());
      boolean evaluated = isEvaluationDue(report.step());
      if (evaluated) {
        evaluate(log);
      }
      boolean interrupted = stop.getAsBoolean();
      long now = System.nanoTime();
      if (evaluated
          || interrupted
          || now - lastCheckpoint >= options.checkpointInterval().toNanos()) {
        log.force();
        checkpoints.write(state, setup, objective.model(), optimizer);
        lastCheckpoint = now;
      }
      if (interrupted) {
        return result(TrainingResult.End.INTERRUPTED, tokens, start);
      }
    }
    if (dev.batches().isEmpty()) {
      checkWeights();
      objective.save(output, samples.maxLength());
    }
    checkpoints.delete();
    return result(
        state.step() < steps ? TrainingResult.End.STOPPED_EARLY : TrainingResult.End.FINISHED,
        tokens,
        start);
  }

  private boolean isPatienceOver() {
    return options.patience() > 0 && state.unimproved() >= options.patience();
  }

  private boolean isEvaluationDue(long step) {
    int every = options.evaluationSteps() > 0 ? options.evaluationSteps() : stepsPerEpoch;
    return !dev.batches().isEmpty() && (step % every == 0 || step == steps);
  }

  private TrainingResult result(TrainingResult.End end, long tokens, long start) {
    return new TrainingResult(
        end, state.step(), Optional.ofNullable(state.best()), tokens, seconds(start));
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /** One step of the optimizer, over one or more batches. */
  private StepReport step(long step) throws IOException {
    long start = System.nanoTime();
    int epoch = (int) (step / stepsPerEpoch);
    int position = (int) (step % stepsPerEpoch);
    EpochPlan order = plan(epoch);
    SplittableRandom random = new SplittableRandom(seed(step));
    List<MicroBatch> parts = new ArrayList<>();
    int examples = 0;
    int first = position * options.accumulation();
    for (int b = first; b < Math.min(order.size(), first + options.accumulation()); b++) {
      List<Sample> batch = new ArrayList<>();
      for (int i : order.batch(b)) {
        batch.add(samples.get(i));
      }
      examples += batch.size();
      for (List<Sample> part : Samples.cut(batch, options.tokenBudget())) {
        parts.add(objective.prepare(part, random));
      }
    }
    int tokens = parts.stream().mapToInt(MicroBatch::tokens).sum();
    double loss = gradients(parts, Math.min(order.mostTokens(), options.tokenBudget()), step);
    double lr = options.learningRate() * schedule.factor(step);
    check(Double.isFinite(loss), "the loss is " + loss, step, loss, lr);
    GradientNorm norm = GradientNorm.of(ws, optimizer.parameters(), 1);
    check(
        norm.isFinite(),
        "the gradient of '" + norm.nonFinite().orElse("") + "' is not finite",
        step,
        loss,
        lr);
    optimizer.step(ws, lr, norm.clip(options.maxGradientNorm()));
    optimizer.zeroGrad();
    return new StepReport(
        step + 1, steps, epoch + 1, loss, lr, norm.value(), examples, tokens, seconds(start));
  }

  /**
   * The gradients of the mean over all parts; gives the mean.
   *
   * @param mostTokens tokens of the largest part of the epoch
   */
  private double gradients(List<MicroBatch> parts, int mostTokens, long step) {
    int weight = parts.stream().mapToInt(MicroBatch::weight).sum();
    double mean = 0;
    try (var _ = ws.training(new Randomness(options.seed(), step));
        var _ = ws.recomputing(options.recompute())) {
      for (MicroBatch part : parts) {
        ws.expect(part.tokens(), mostTokens);
        try (Tape tape = Tape.record(ws)) {
          Tensor loss = part.loss().forward(ws);
          float share = (float) part.weight() / weight;
          mean += share * loss.get();
          tape.backward(loss, Tensor.wrap(new float[] {share}).reshape());
        }
      }
    }
    return mean;
  }

  private static void check(boolean holds, String problem, long step, double loss, double lr) {
    if (!holds && step == 0) {
      throw new DivergedException(
          ("step 1: %s (loss %.4g), before anything was trained: the weights of the model, or the"
                  + " labels, are not what they should be")
              .formatted(problem, loss));
    }
    if (!holds) {
      throw new DivergedException(
          "step %d: %s (loss %.4g, learning rate %.3g); %s"
              .formatted(step + 1, problem, loss, lr, ADVICE));
    }
  }

  /** Whether the last step was a good one; losses of steps tell of those before. */
  private void checkWeights() {
    for (var parameter : objective.model().namedParameters().entrySet()) {
      Tensor x = parameter.getValue().value();
      for (int i = 0; i < x.shape().elements(); i++) {
        if (!Float.isFinite(x.data()[x.offset() + i])) {
          throw diverged("an element of '" + parameter.getKey() + "' is not finite");
        }
      }
    }
  }

  private DivergedException diverged(String problem) {
    return new DivergedException("after step %d: %s; %s".formatted(state.step(), problem, ADVICE));
  }

  private EpochPlan plan(int epoch) {
    EpochPlan current = plan;
    if (current == null || plannedEpoch != epoch) {
      current = new EpochPlan(samples, options.batchSize(), seed(~epoch));
      plan = current;
      plannedEpoch = epoch;
    }
    return current;
  }

  /** A seed for one use: steps from 0, epochs from -1 downwards. */
  private long seed(long use) {
    return new SplittableRandom(new SplittableRandom(options.seed()).nextLong() + use).nextLong();
  }

  private void evaluate(TrainingLog log) throws IOException {
    long start = System.nanoTime();
    Evaluation measured;
    try (var _ = ws.scope()) {
      measured = objective.evaluate(ws, dev.batches());
    }
    if (!Double.isFinite(measured.loss())) {
      throw diverged("the loss on the dev split is " + measured.loss());
    }
    Evaluation evaluation =
        new Evaluation(
            state.step(), measured.examples(), measured.loss(), measured.metrics(), seconds(start));
    Evaluation former = state.best();
    double best = former == null ? Double.NaN : objective.score(former);
    double score = objective.score(evaluation);
    boolean better = former == null || score > best || (Double.isNaN(best) && !Double.isNaN(score));
    if (better) {
      objective.save(output, samples.maxLength());
    }
    log.evaluation(evaluation, better);
    listener.evaluated(evaluation, better);
    state =
        new TrainingState(
            state.step(),
            better ? evaluation : former,
            better ? 0 : state.unimproved() + 1,
            state.watch(),
            log.length());
  }
}

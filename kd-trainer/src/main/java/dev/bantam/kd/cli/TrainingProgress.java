package dev.bantam.kd.cli;

import dev.bantam.kd.train.Evaluation;
import dev.bantam.kd.train.StepReport;
import dev.bantam.kd.train.TrainingListener;
import java.util.Locale;
import java.util.StringJoiner;

/** Says on standard error how a training goes. */
final class TrainingProgress implements TrainingListener, AutoCloseable {
  private static final double SMOOTHING = 0.05;

  private final Terminal terminal;
  private final boolean quiet;
  private final Progress progress;
  private long first;
  private long tokens;
  private double loss = Double.NaN;

  TrainingProgress(Terminal terminal, boolean quiet) {
    this.terminal = terminal;
    this.quiet = quiet;
    this.progress = new Progress(terminal, quiet, "tokens");
  }

  @Override
  public void started(long step, long steps) {
    first = step;
    if (step > 0) {
      say(String.format(Locale.ROOT, "going on after step %,d of %,d", step, steps));
    }
  }

  @Override
  public void stepped(StepReport r) {
    tokens += r.tokens();
    loss = Double.isNaN(loss) ? r.loss() : loss + SMOOTHING * (r.loss() - loss);
    progress.update(
        tokens,
        (double) (r.step() - first) / (r.steps() - first),
        String.format(Locale.ROOT, ", step %,d of %,d, loss %.4f", r.step(), r.steps(), loss));
  }

  @Override
  public void evaluated(Evaluation evaluation, boolean best) {
    StringJoiner metrics = new StringJoiner(", ");
    evaluation
        .metrics()
        .forEach(
            (name, value) -> metrics.add(String.format(Locale.ROOT, "%s %.2f", name, 100 * value)));
    say(
        String.format(
            Locale.ROOT,
            "step %,d: dev %s, loss %.4f%s",
            evaluation.step(),
            metrics,
            evaluation.loss(),
            best ? ", saved" : ""));
  }

  @Override
  public void warned(String message) {
    say(message);
  }

  private void say(String line) {
    if (!quiet) {
      terminal.err().println((terminal.errIsTerminal() ? "\r\u001b[K" : "") + "bantam: " + line);
    }
  }

  @Override
  public void close() {
    progress.close();
  }
}

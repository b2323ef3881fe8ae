package dev.bantam.kd.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Says on standard error how far a command is: a bar when a person watches, a plain line every few
 * seconds otherwise. What is done within a second is not talked about.
 */
final class Progress implements AutoCloseable {
  private static final long BAR_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int BAR_WIDTH = 30;

  private final PrintStream err;
  private final boolean quiet;
  private final boolean bar;
  private final String unit;
  private final LongSupplier nanoTime;
  private final long start;
  private long next;
  private long done;
  private boolean shown;

  /**
   * Progress of a command that starts now.
   *
   * @param quiet whether to say nothing
   * @param unit what is counted, in the plural
   */
  Progress(Terminal terminal, boolean quiet, String unit) {
    this(terminal, quiet, unit, System::nanoTime);
  }

  Progress(Terminal terminal, boolean quiet, String unit, LongSupplier nanoTime) {
    this.err = terminal.err();
    this.quiet = quiet;
    this.bar = terminal.errIsTerminal();
    this.unit = unit;
    this.nanoTime = nanoTime;
    start = nanoTime.getAsLong();
    next = start + (bar ? FIRST_NANOS : LINE_NANOS);
  }

  /**
   * Some more is done.
   *
   * @param done how many so far
   * @param fraction how much of all that is, from 0 to 1; NaN if not known
   */
  void update(long done, double fraction) {
    update(done, fraction, "");
  }

  /**
   * Some more is done.
   *
   * @param note what else is to be said, at the end of the line
   */
  void update(long done, double fraction, String note) {
    this.done = done;
    long now = nanoTime.getAsLong();
    if (quiet || now - next < 0) {
      return;
    }
    next = now + (bar ? BAR_NANOS : LINE_NANOS);
    shown = true;
    String line = line(seconds(now), fraction) + note;
    if (bar) {
      // Back to the start of the line, and clear what is left of the last one.
      err.print("\r" + bar(fraction) + line + "\u001b[K");
      err.flush();
    } else {
      err.println(line);
    }
  }

  private double seconds(long now) {
    return (now - start) / 1e9;
  }

  private String line(double seconds, double fraction) {
    String counted = format("%,d %s, %,.0f/s", done, unit, done / seconds);
    return fraction > 0
        ? format("%3.0f %%, ", 100 * fraction)
            + counted
            + ", "
            + clock(seconds / fraction - seconds)
            + " left"
        : counted;
  }

  private static String bar(double fraction) {
    if (Double.isNaN(fraction)) {
      return "";
    }
    int filled = (int) (fraction * BAR_WIDTH);
    return "[" + "#".repeat(filled) + "-".repeat(BAR_WIDTH - filled) + "] ";
  }

  /** {@code 1:02:03} or {@code 2:03}. */
  static String clock(double seconds) {
    long s = Math.round(seconds);
    return s < 3600
        ? format("%d:%02d", s / 60, s % 60)
        : format("%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would need a library of its own
  private static String format(String format, Object... args) {
    return String.format(Locale.ROOT, format, args);
  }

  /** Takes the bar away and sums up, if anything was said before. */
  @Override
  public void close() {
    if (shown) {
      shown = false;
      double seconds = seconds(nanoTime.getAsLong());
      err.println(
          (bar ? "\r\u001b[K" : "")
              + format("%,d %s in %s (%,.0f/s)", done, unit, clock(seconds), done / seconds));
    }
  }
}

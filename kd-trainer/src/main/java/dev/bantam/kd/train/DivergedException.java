package dev.bantam.kd.train;

/**
 * A loss or a gradient is not a number any more, or infinite. The message is one line that says
 * where and what to try. The last checkpoint and the best model so far are as they were; but going
 * on from the checkpoint is to take the same steps again.
 */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DivergedException(String message) {
    super(message);
  }
}

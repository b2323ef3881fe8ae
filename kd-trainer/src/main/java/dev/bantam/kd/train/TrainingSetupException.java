package dev.bantam.kd.train;

import java.io.IOException;

/** A training cannot begin or go on like that. The message is one line that says why. */
public final class TrainingSetupException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Says what was found and what was expected. */
  public TrainingSetupException(String message) {
    super(message);
  }
}

package dev.bantam.kd.train;

import java.util.Optional;

/**
 * What came of a training.
 *
 * @param end why it ended
 * @param step number of steps that were done, by former runs of the same training too
 * @param best the evaluation of the model that was kept; none if there is no dev split, or no
 *     evaluation yet
 * @param tokens how many this run learned from
 * @param seconds how long this run took
 */
public record TrainingResult(
    End end, long step, Optional<Evaluation> best, long tokens, double seconds) {

  /** Why a training ended. */
  public enum End {
    /** All epochs are done. */
    FINISHED,
    /** There was no better model for as long as {@link TrainingOptions#patience} allows. */
    STOPPED_EARLY,
    /** It was asked to stop, and left a checkpoint to go on from. */
    INTERRUPTED
  }
}

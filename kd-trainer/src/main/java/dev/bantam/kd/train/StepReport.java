package dev.bantam.kd.train;

/**
 * What one step did.
 *
 * @param step its number, from 1
 * @param steps how many there are if training does not stop early
 * @param epoch its epoch, from 1
 * @param loss mean over the examples of the step (of masked tokens, for a masked language model),
 *     before the step
 * @param learningRate of this step
 * @param gradientNorm global norm of the gradient, before it was clipped
 * @param examples how many it learned from
 * @param tokens how many these had
 * @param seconds how long it took
 */
public record StepReport(
    long step,
    long steps,
    int epoch,
    double loss,
    double learningRate,
    double gradientNorm,
    int examples,
    int tokens,
    double seconds) {}

/**
 * How good a model is. The simplest case takes three lines:
 *
 * <pre>{@code
 * try (TextClassifier model = TextClassifier.load(folder)) {
 *   Dataset dev = GlueTask.SST_2.in(data).split(Split.DEV);
 *   double accuracy = Predictions.of(model, dev).metric(Metric.ACCURACY);
 * }
 * }</pre>
 *
 * <p>{@link dev.bantam.kd.eval.Predictions} hold what a model says of the examples of a data set
 * beside what is true, and tell the metrics, how far chance would move them, and which labels are
 * taken for which; {@link dev.bantam.kd.eval.Comparison} tells whether a second model is better or
 * merely luckier.
 */
@NullMarked
package dev.bantam.kd.eval;

import org.jspecify.annotations.NullMarked;

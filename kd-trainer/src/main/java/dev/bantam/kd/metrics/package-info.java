/**
 * How well predictions fit what is known, and how sure that is.
 *
 * <pre>{@code
 * double accuracy = Metric.ACCURACY.of(predicted, expected);
 * Interval interval = Bootstrap.withSeed(1).interval(Metric.ACCURACY, predicted, expected);
 * McNemar test = McNemar.of(dense, pruned, expected);        // label indices
 * System.out.print(ConfusionMatrix.of(predicted, expected, names.size()).table(names));
 * }</pre>
 *
 * <p>Degenerate input has the value that scikit-learn and scipy give: Matthews's coefficient of
 * constant predictions is 0, a correlation with a constant series NaN, the F1 of a label that is
 * neither predicted nor expected 0.
 */
@NullMarked
package dev.bantam.kd.metrics;

import org.jspecify.annotations.NullMarked;

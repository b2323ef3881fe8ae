/**
 * Calibration: what the inputs of a layer look like, learned from batch after batch in constant
 * memory.
 *
 * <ul>
 *   <li>{@link dev.bantam.quant.calibrate.RangeObserver}s choose the {@link
 *       dev.bantam.quant.calibrate.Range} that the codes of a {@linkplain
 *       dev.bantam.quant.InputQuantization.Static static} rounding cover: {@link
 *       dev.bantam.quant.calibrate.MinMax}, {@link dev.bantam.quant.calibrate.MovingAverage}, and
 *       over a histogram {@link dev.bantam.quant.calibrate.Percentile}, {@link
 *       dev.bantam.quant.calibrate.Entropy}, {@link dev.bantam.quant.calibrate.LeastSquares},
 *       {@link dev.bantam.quant.calibrate.QuantileSearch};
 *   <li>{@link dev.bantam.quant.calibrate.ColumnStatistics}, {@link
 *       dev.bantam.quant.calibrate.Hessian} and {@link dev.bantam.quant.calibrate.RowSample} keep
 *       what {@code dev.bantam.quant.ptq} needs to know of a layer's input.
 * </ul>
 *
 * <p>A few dimensions of BERT's hidden states are ten to a hundred times larger than the rest, and
 * carry meaning. Percentile and entropy clip them, which can destroy a model; compare what
 * observers choose by the error of the layer's output.
 */
@NullMarked
package dev.bantam.quant.calibrate;

import org.jspecify.annotations.NullMarked;

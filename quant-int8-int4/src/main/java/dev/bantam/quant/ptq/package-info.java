/**
 * Quantization after training, a layer at a time, with what {@code dev.bantam.quant.calibrate}
 * knows of the layer's input.
 *
 * <ul>
 *   <li>{@link dev.bantam.quant.ptq.Gptq}: rounds columns in turn and lets the rest make up for the
 *       error;
 *   <li>{@link dev.bantam.quant.ptq.Awq}: gives columns with large inputs finer steps;
 *   <li>{@link dev.bantam.quant.ptq.SmoothQuant}: makes inputs easier to round and weights harder;
 *   <li>{@link dev.bantam.quant.ptq.BiasCorrection}: takes the mean of the error into the bias;
 *   <li>{@link dev.bantam.quant.ptq.OutputError}, {@link dev.bantam.quant.ptq.Sqnr}: what it costs;
 *   <li>{@link dev.bantam.quant.ptq.MixedPrecision}: what each layer should be, under a budget.
 * </ul>
 */
@NullMarked
package dev.bantam.quant.ptq;

import org.jspecify.annotations.NullMarked;

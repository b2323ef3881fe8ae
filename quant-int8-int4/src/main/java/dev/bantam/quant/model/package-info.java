/**
 * Quantization of whole models: {@link dev.bantam.quant.model.ModelQuantizer} after training,
 * {@link dev.bantam.quant.model.FakeQuantizer} during it, both as parametrizations of weights;
 * {@link dev.bantam.quant.model.QuantizedFormat} on disk.
 */
@NullMarked
package dev.bantam.quant.model;

import org.jspecify.annotations.NullMarked;

/**
 * Linear layers with quantized weights.
 *
 * <p>{@link dev.bantam.quant.kernel.QuantizedLinearKernel} is the way in. It splits a layer over
 * the threads of a workspace; what is computed stands in {@link
 * dev.bantam.quant.kernel.QuantizedProduct}, and {@link dev.bantam.quant.kernel.QuantizedKernels}
 * makes products: scalar ones, which read like the formulas, and SIMD ones with the same bits.
 */
@NullMarked
package dev.bantam.quant.kernel;

import org.jspecify.annotations.NullMarked;

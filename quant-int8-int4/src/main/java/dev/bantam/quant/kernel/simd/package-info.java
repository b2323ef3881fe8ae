/**
 * The kernels of quantized layers on the Vector API; each mirrors a scalar one of the package
 * above.
 */
@NullMarked
package dev.bantam.quant.kernel.simd;

import org.jspecify.annotations.NullMarked;

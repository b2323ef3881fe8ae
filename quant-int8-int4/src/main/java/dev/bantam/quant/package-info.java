/** Quantization to 8 and 4 bits, after training and during it. */
@NullMarked
package dev.bantam.quant;

import org.jspecify.annotations.NullMarked;

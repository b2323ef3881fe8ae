/** Makes models smaller and faster: {@link dev.bantam.kd.compress.Quantization}. */
@NullMarked
package dev.bantam.kd.compress;

import org.jspecify.annotations.NullMarked;

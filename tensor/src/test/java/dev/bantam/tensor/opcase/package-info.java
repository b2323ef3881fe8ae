/**
 * One registry of the operations: {@link dev.bantam.tensor.opcase.OpCases} feeds the unit test, the
 * gradient check and the benchmark.
 */
@NullMarked
package dev.bantam.tensor.opcase;

import org.jspecify.annotations.NullMarked;

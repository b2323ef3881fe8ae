/**
 * Modules of neural networks. A {@link dev.bantam.nn.NnModule} is state and structure; what it
 * computes are the operations of {@link dev.bantam.tensor.op}.
 *
 * <ul>
 *   <li>{@link dev.bantam.nn.Linear} computes through a {@link dev.bantam.nn.LinearKernel}, the
 *       place where one form of the weights is exchanged for another; {@link
 *       dev.bantam.nn.DenseLinearKernel} is FP32;
 *   <li>{@link dev.bantam.nn.LayerNorm} takes the residual sum before it along;
 *   <li>{@link dev.bantam.nn.Embedding} looks rows up in an array or in a mapped file;
 *   <li>{@link dev.bantam.nn.Parameter} is what is trained, seen through {@link
 *       dev.bantam.nn.Parametrization}s, whose own parameters are trained with it; {@link
 *       dev.bantam.nn.Initializers} give it first values;
 *   <li>{@link dev.bantam.nn.NnModule#stateDict} is what a model is saved as; {@link
 *       dev.bantam.nn.optim} trains it.
 * </ul>
 *
 * <p>A forward pass takes the {@link dev.bantam.tensor.Workspace} it runs in, and its result lives
 * there. A forward pass changes no module, so while none is trained, any number of threads may run
 * one, each in a workspace of its own.
 */
@NullMarked
package dev.bantam.nn;

import org.jspecify.annotations.NullMarked;

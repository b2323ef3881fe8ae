/**
 * Tensors of floats, operations on them, and their gradients.
 *
 * <p>Four rooms:
 *
 * <ul>
 *   <li>here: {@link dev.bantam.tensor.Tensor}, {@link dev.bantam.tensor.Shape}, the {@link
 *       dev.bantam.tensor.Workspace} that owns intermediate results, and the {@link
 *       dev.bantam.tensor.Tape} that gradients flow back along;
 *   <li>{@link dev.bantam.tensor.op}: operations on tensors, one file each: shapes are checked
 *       here, work is split over threads here, and here the backward pass stands beside the forward
 *       one; all derivatives on one page;
 *   <li>{@link dev.bantam.tensor.kernel}: loops over arrays, each as a scalar implementation that
 *       reads like the formula and a SIMD one that is held against it;
 *   <li>{@link dev.bantam.tensor.parallel}: the worker pool.
 * </ul>
 *
 * <p>A step of training, whole:
 *
 * <pre>{@code
 * Workspace ws = new Workspace(Kernels.best(), WorkerPool.shared());
 * weight.requireGrad();                                // a variable
 * try (var _ = ws.training(new Randomness(seed, step)); // dropout drops
 *     Tape tape = Tape.record(ws)) {                   // operations are recorded
 *   Tensor h = LinearOp.forward(ws, x, weight, bias, Activation.GELU);
 *   Tensor loss = CrossEntropyOp.forward(ws, DropoutOp.forward(ws, h, 0.1f), labels);
 *   tape.backward(loss);                               // weight.grad() is added to
 * }                                                    // results end; their memory is used again
 * }</pre>
 *
 * <p>A variable keeps its gradient until {@link dev.bantam.tensor.Tensor#zeroGrad}, so that those
 * of several batches add up. What is computed under {@link dev.bantam.tensor.Workspace#noGrad} is
 * not recorded; without a tape nothing is, and operations cost no more than their arithmetic.
 * {@link dev.bantam.tensor.op.RecomputeOp} trades time for memory.
 *
 * <p>Every reduction runs in an order fixed by the shape alone, and work is split over outputs
 * only; randomness is a hash of seed, step and position. So a result has the same bits at any
 * thread count, and in any batch.
 */
@NullMarked
package dev.bantam.tensor;

import org.jspecify.annotations.NullMarked;

/**
 * Training: how parameters are changed by their gradients. One step is
 *
 * <pre>{@code
 * List<ParameterGroup> groups =
 *     ParameterGroup.withoutDecayForBiasAndNorm(model.namedParameters(), 0.01);
 * Optimizer optimizer = new AdamW(groups);
 * Schedule schedule = Schedule.linear(warmup, total);
 *
 * try (Tape tape = Tape.record(ws)) {
 *   tape.backward(loss(ws, model, batch));
 * }
 * GradientNorm norm = GradientNorm.of(ws, optimizer.parameters(), 1);
 * optimizer.step(ws, 5e-5 * schedule.factor(step), norm.clip(1));
 * optimizer.zeroGrad();
 * }</pre>
 *
 * <ul>
 *   <li>{@link dev.bantam.nn.optim.Optimizer}: {@link dev.bantam.nn.optim.AdamW} and {@link
 *       dev.bantam.nn.optim.Sgd}, over {@link dev.bantam.nn.optim.ParameterGroup}s; their memory is
 *       a map of tensors with the names PyTorch gives them;
 *   <li>{@link dev.bantam.nn.optim.GradientNorm}: clipping, and which gradient is not finite;
 *   <li>{@link dev.bantam.nn.optim.Schedule}: the learning rate over time.
 * </ul>
 *
 * <p>Numbers are those of PyTorch and transformers, and the same bits at any number of threads.
 */
@NullMarked
package dev.bantam.nn.optim;

import org.jspecify.annotations.NullMarked;

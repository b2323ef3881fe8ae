/**
 * Operations on tensors, one file each: what it computes, which shapes it takes, how its work is
 * split over threads, and how gradients flow back through it. Results are allocated in the {@link
 * dev.bantam.tensor.Workspace} that is given first.
 *
 * <h2>All derivatives on one page</h2>
 *
 * <p>{@code dx} is the gradient of a loss with respect to x. {@code ∘} goes element by element, D
 * are the factors of a dropout, p the results of a softmax.
 *
 * <table>
 *   <caption>What operations compute, and what flows back</caption>
 *   <tr><th>operation</th><th>forward</th><th>backward</th></tr>
 *   <tr><th colspan="3">element by element; sums over what was repeated</th></tr>
 *   <tr><td>{@link AddOp}</td><td>z = x + y</td><td>dx = dz, dy = dz</td></tr>
 *   <tr><td>{@link SubtractOp}</td><td>z = x - y</td><td>dx = dz, dy = -dz</td></tr>
 *   <tr><td>{@link MultiplyOp}</td><td>z = x ∘ y</td><td>dx = dz ∘ y, dy = dz ∘ x</td></tr>
 *   <tr><td>{@link ScaleOp}</td><td>y = c x</td><td>dx = c dy</td></tr>
 *   <tr><td>{@link ActivationOp}</td><td>y = f(x)</td><td>dx = f'(x) ∘ dy</td></tr>
 *   <tr><td>GELU</td><td>x Φ(x)</td><td>f' = Φ(x) + x φ(x)</td></tr>
 *   <tr><td>GELU_TANH</td><td>x/2 (1 + t), t = tanh(c (x + a x³)), c = √(2/π), a = 0.044715</td>
 *       <td>f' = (1 + t)/2 + x/2 (1 - t²) c (1 + 3 a x²)</td></tr>
 *   <tr><td>RELU</td><td>max(x, 0)</td><td>f' = 1 where x &gt; 0, else 0</td></tr>
 *   <tr><td>TANH</td><td>tanh x</td><td>f' = 1 - tanh² x</td></tr>
 *   <tr><td>{@link DropoutOp}</td><td>y = x ∘ D</td><td>dx = dy ∘ D</td></tr>
 *   <tr><th colspan="3">moves</th></tr>
 *   <tr><td>{@link TransposeOp}</td><td>y[j, i] = x[i, j]</td><td>dx[i, j] = dy[j, i]</td></tr>
 *   <tr><td>{@link SliceOp}</td><td>y[j] = x[from + j]</td><td>dx[from + j] += dy[j]</td></tr>
 *   <tr><td>{@link ConcatOp}</td><td>y = (x₁, x₂, ...)</td><td>(dx₁, dx₂, ...) = dy</td></tr>
 *   <tr><td>{@link EmbeddingOp} (gather)</td><td>y[i] = x[id[i]]</td>
 *       <td>dx[id[i]] += dy[i]</td></tr>
 *   <tr><td>views: {@link dev.bantam.tensor.Tensor#reshape reshape}, {@link
 *       dev.bantam.tensor.Tensor#slice slice}</td><td>share the elements</td>
 *       <td>share the gradient</td></tr>
 *   <tr><th colspan="3">reductions</th></tr>
 *   <tr><td>{@link SumOp}</td><td>y = Σ_j x[j]</td><td>dx[j] = dy</td></tr>
 *   <tr><td>{@link MeanOp}, {@link MeanPoolOp}</td><td>y = 1/n Σ_j x[j]</td>
 *       <td>dx[j] = dy / n</td></tr>
 *   <tr><td>{@link MaxOp}</td><td>y = max_j x[j]</td>
 *       <td>dx[j] = dy for the first j where x[j] = y, else 0</td></tr>
 *   <tr><td>{@link SoftmaxOp}</td><td>y[i] = exp x[i] / Σ_j exp x[j]</td>
 *       <td>dx[i] = y[i] (dy[i] - Σ_j y[j] dy[j])</td></tr>
 *   <tr><td>{@link LogSoftmaxOp}</td><td>y[i] = x[i] - log Σ_j exp x[j]</td>
 *       <td>dx[i] = dy[i] - exp y[i] Σ_j dy[j]</td></tr>
 *   <tr><th colspan="3">of a transformer</th></tr>
 *   <tr><td>{@link MatmulOp}</td><td>z = x y</td><td>dx = dz yᵀ, dy = xᵀ dz</td></tr>
 *   <tr><td>{@link LinearOp}</td><td>y = f(z), z = x Wᵀ + b</td>
 *       <td>dz = f'(z) ∘ dy, dx = dz W, dW = dzᵀ x, db = Σ_rows dz</td></tr>
 *   <tr><td>{@link AttentionOp}</td><td>Y = (P ∘ D) V, P = softmax(c Q Kᵀ)</td>
 *       <td>dV = (P ∘ D)ᵀ dY, dP = (dY Vᵀ) ∘ D, dS = P ∘ (dP - rowsum(P ∘ dP)), dQ = c dS K, dK = c
 *       dSᵀ Q</td></tr>
 *   <tr><td>{@link LayerNormOp}</td><td>s = x ∘ D + residual, x̂ = (s - mean s) r, r = 1/√(var s +
 *       eps), y = γ x̂ + β</td>
 *       <td>g = γ dy, ds = r (g - mean g - x̂ mean(g x̂)), dx = ds ∘ D, dresidual = ds, dγ = Σ_rows x̂
 *       dy, dβ = Σ_rows dy</td></tr>
 *   <tr><td>{@link RecomputeOp}</td><td>y = f(x)</td><td>f again, then back through it</td></tr>
 *   <tr><th colspan="3">losses over n rows or elements</th></tr>
 *   <tr><td>{@link CrossEntropyOp}</td><td>L = -1/n Σ_i log p[i, label[i]]</td>
 *       <td>dx[i, j] = (p[i, j] - [j = label[i]]) / n dL</td></tr>
 *   <tr><td>{@link MseOp}</td><td>L = 1/n Σ (x - y)²</td>
 *       <td>dx = 2 (x - y) / n dL, dy = -dx</td></tr>
 *   <tr><td>{@link KlDivergenceOp}</td><td>L = T²/n Σ_i KL_i, KL_i = Σ_j p[i, j] log(p[i, j] / q[i,
 *       j])</td>
 *       <td>dstudent = T/n (q - p) dL, dteacher[i, j] = T/n p[i, j] (log(p[i, j] / q[i, j]) - KL_i)
 *       dL</td></tr>
 *   <tr><td>{@link CosineSimilarityOp}</td><td>s = x · y / (|x| |y|)</td>
 *       <td>dx = (y / (|x| |y|) - s x / |x|²) ds, and dy likewise</td></tr>
 *   <tr><td>{@link CosineEmbeddingLossOp}</td><td>L = 1/n Σ (1 - s_i), or max(0, s_i - margin)</td>
 *       <td>ds_i = -dL/n, or dL/n where s_i &gt; margin</td></tr>
 * </table>
 *
 * <h2>How to add an operation</h2>
 *
 * <ol>
 *   <li>A final class {@code *Op} with a static {@code forward}: it checks shapes, with an error
 *       that names them, allocates the result, and cuts the work over outputs into chunks whose
 *       size does not depend on the threads.
 *   <li>Below it a private {@code backward} with the formula above it, and in {@code forward}:
 *       <pre>{@code
 * if (ws.recording()) {
 *   ws.tape().add(y, g -> backward(ws, x, g.of(y), g.into(x)), x);
 * }
 * }</pre>
 *       {@link dev.bantam.tensor.Tape#of of} is the gradient of the result, complete, to be
 *       overwritten at will; {@link dev.bantam.tensor.Tape#into into} is where that of an argument
 *       is written to, null if nobody wants it; {@link dev.bantam.tensor.Tape#addInto addInto} is
 *       where it is added to, for operations that reach few elements, and {@link
 *       dev.bantam.tensor.Tape#addIntoRows addIntoRows} for those that reach few rows of a table,
 *       which optimizers then need not go through. Each may be asked for once for each argument.
 *   <li>A case in {@code OpCases} among the tests: inputs, and the formula in double. A test fails
 *       until it is there; then forward, gradient and bits at any thread count are held to it.
 *   <li>Its name in {@code OpBenchmark}, and its row in the table above.
 * </ol>
 */
@NullMarked
package dev.bantam.tensor.op;

import org.jspecify.annotations.NullMarked;

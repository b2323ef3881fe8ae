package dev.bantam.nn.optim;

import dev.bantam.nn.Parameter;
import dev.bantam.tensor.RowSet;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The length of all gradients taken as one vector, {@code √(Σ (scale · g)²)}, by which they are
 * clipped (Pascanu et al. 2013) and failures are seen. Clipping is a factor that the optimizer
 * applies: gradients are read once and not written.
 *
 * <pre>{@code
 * GradientNorm norm = GradientNorm.of(ws, optimizer.parameters(), 1.0 / batches);
 * optimizer.step(ws, lr * schedule.factor(step), norm.clip(1));
 * optimizer.zeroGrad();
 * }</pre>
 *
 * @param value the norm
 * @param gradientScale the factor on the gradients under which it was taken
 * @param nonFinite the first parameter whose gradient has an element that is NaN or infinite
 */
public record GradientNorm(double value, double gradientScale, Optional<String> nonFinite) {
  /** Elements whose squares are added up in float. */
  private static final int BLOCK = 1024;

  /**
   * Computes the norm. Squares are added up in blocks of fixed size in float, and these in double
   * in a fixed order, so the result does not depend on the number of threads.
   *
   * @param ws where to compute
   * @param parameters by name; those without a gradient do not count
   * @param gradientScale factor on all gradients: 1 over the number of batches that were
   *     accumulated
   */
  public static GradientNorm of(
      Workspace ws, Map<String, Parameter> parameters, double gradientScale) {
    List<Map.Entry<String, Parameter>> counted =
        parameters.entrySet().stream().filter(e -> e.getValue().value().hasGrad()).toList();
    List<Tensor> gradients = counted.stream().map(e -> e.getValue().value().readGrad()).toList();
    List<Optional<RowSet>> rows =
        counted.stream().map(e -> Optional.ofNullable(e.getValue().value().gradRows())).toList();
    Spans spans = new Spans(gradients);
    double[] squares = new double[spans.count()];
    spans.run(
        ws,
        (span, i, from, n) -> {
          Tensor g = gradients.get(i);
          squares[span] = square(ws, g, rows.get(i), from, n);
        });
    double sum = 0;
    Optional<String> nonFinite = Optional.empty();
    for (int span = 0; span < squares.length; span++) {
      sum += squares[span];
      if (nonFinite.isEmpty() && !Double.isFinite(squares[span])) {
        nonFinite = Optional.of(counted.get(spans.tensor(span)).getKey());
      }
    }
    return new GradientNorm(gradientScale * Math.sqrt(sum), gradientScale, nonFinite);
  }

  private static double square(
      Workspace ws, Tensor gradient, Optional<RowSet> rows, int from, int n) {
    float[] g = gradient.data();
    double sum = 0;
    for (int i = from; i < from + n; i += BLOCK) {
      int size = Math.min(BLOCK, from + n - i);
      if (rows.isPresent() && isOutside(rows.get(), i, size)) {
        continue;
      }
      int at = gradient.offset() + i;
      float block = ws.kernels().vectors().dot(g, at, g, at, size);
      sum += Float.isFinite(block) ? block : exactSquare(g, at, size);
    }
    return sum;
  }

  private static boolean isOutside(RowSet rows, int from, int n) {
    return !rows.hasRowOf(from) && rows.endOfStretch(from) >= from + n;
  }

  /** Finite if all elements are, also where a float overflows. */
  private static double exactSquare(float[] g, int from, int n) {
    double sum = 0;
    for (int i = from; i < from + n; i++) {
      sum += (double) g[i] * g[i];
    }
    return sum;
  }

  /** Whether all gradients are finite. */
  public boolean isFinite() {
    return nonFinite.isEmpty();
  }

  /**
   * The factor on the gradients that brings their norm down to a maximum: {@code gradientScale ·
   * min(1, maxNorm / (value + 1e-6))}, as {@code torch.nn.utils.clip_grad_norm_}.
   *
   * @param maxNorm the maximum, more than 0
   */
  public double clip(double maxNorm) {
    if (!(maxNorm > 0)) {
      throw new IllegalArgumentException("clip: expected a norm of more than 0, got " + maxNorm);
    }
    return gradientScale * Math.min(1, maxNorm / (value + 1e-6));
  }
}

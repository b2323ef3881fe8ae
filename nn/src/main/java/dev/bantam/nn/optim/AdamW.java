package dev.bantam.nn.optim;

import dev.bantam.nn.Parameter;
import dev.bantam.tensor.RowSet;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.kernel.TrainingKernel.AdamWStep;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Adam with decoupled weight decay (Kingma and Ba 2015; Loshchilov and Hutter 2019), as {@code
 * torch.optim.AdamW}: in the t-th step of a parameter with gradient g
 *
 * <pre>{@code
 * m = β1 m + (1 - β1) g
 * v = β2 v + (1 - β2) g²
 * w = w (1 - lr λ) - lr m / (1 - β1ᵗ) / (√(v / (1 - β2ᵗ)) + eps)
 * }</pre>
 *
 * <p>State of a parameter: {@code step} (t), {@code exp_avg} (m), {@code exp_avg_sq} (v).
 */
public final class AdamW extends ElementwiseOptimizer {

  /**
   * An optimizer with β1 = 0.9, β2 = 0.999 and eps = 1e-8.
   *
   * @param groups what it changes
   */
  public AdamW(List<ParameterGroup> groups) {
    this(groups, 0.9, 0.999, 1e-8);
  }

  /**
   * An optimizer.
   *
   * @param groups what it changes
   * @param beta1 decay of the mean of the gradient, {@code 0 <= β1 < 1}
   * @param beta2 decay of the mean of its square, {@code 0 <= β2 < 1}
   * @param eps added to the root, more than 0
   * @throws IllegalArgumentException if a number is out of its range, or a parameter there twice
   */
  public AdamW(List<ParameterGroup> groups, double beta1, double beta2, double eps) {
    super(groups, (p, group) -> new Moments(p, group, beta1, beta2, eps));
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && eps > 0)) {
      throw new IllegalArgumentException(
          "adamW: expected 0 <= beta1, beta2 < 1 and eps > 0, got %s, %s and %s"
              .formatted(beta1, beta2, eps));
    }
  }

  /** The moments of one parameter. */
  private static final class Moments extends ParameterUpdate {
    private final ParameterGroup group;
    private final double beta1;
    private final double beta2;
    private final double eps;
    private final Tensor step = Tensor.zeros();
    private final Tensor mean;
    private final Tensor square;
    private @Nullable AdamWStep numbers;

    /** Rows outside of which both moments are zero, so that a step is but the decay; or null. */
    private @Nullable RowSet moved;

    Moments(Parameter p, ParameterGroup group, double beta1, double beta2, double eps) {
      super(p);
      this.group = group;
      this.beta1 = beta1;
      this.beta2 = beta2;
      this.eps = eps;
      int[] dims = p.value().shape().toArray();
      this.mean = Tensor.zeros(dims);
      this.square = Tensor.zeros(dims);
      this.moved = dims.length == 2 ? new RowSet(dims[0], dims[1]) : null;
    }

    @Override
    void restored() {
      RowSet rows = moved;
      for (int i = 0; rows != null && i < mean.shape().elements(); i++) {
        if (mean.data()[i] != 0 || square.data()[i] != 0) {
          rows.addRowOf(i);
        }
      }
    }

    @Override
    void begin(double lr, double gradientScale) {
      float t = step.get() + 1;
      step.set(t);
      RowSet rows = parameter.value().gradRows();
      if (rows == null) {
        moved = null;
      } else if (moved != null) {
        moved.addAll(rows);
      }
      numbers =
          new AdamWStep(
              lr * group.lrFactor(),
              beta1,
              beta2,
              eps,
              group.weightDecay(),
              1 - Math.pow(beta1, t),
              1 - Math.pow(beta2, t),
              gradientScale);
    }

    @Override
    void run(Kernels kernels, int from, int n) {
      RowSet rows = moved;
      for (int i = from, end; i < from + n; i = end) {
        end = rows == null ? from + n : Math.min(from + n, rows.endOfStretch(i));
        if (rows == null || rows.hasRowOf(i)) {
          move(kernels, i, end - i);
        } else {
          decay(kernels, i, end - i);
        }
      }
    }

    private void decay(Kernels kernels, int from, int n) {
      AdamWStep step = Objects.requireNonNull(numbers);
      Tensor w = parameter.value();
      if (step.decay() != 1) {
        kernels.vectors().scale(step.decay(), w.data(), w.offset() + from, n);
      }
    }

    private void move(Kernels kernels, int from, int n) {
      Tensor w = parameter.value();
      Tensor g = w.readGrad();
      kernels
          .training()
          .adamW(
              Objects.requireNonNull(numbers),
              w.data(),
              w.offset() + from,
              g.data(),
              g.offset() + from,
              mean.data(),
              square.data(),
              from,
              n);
    }

    @Override
    SequencedMap<String, Tensor> state() {
      SequencedMap<String, Tensor> state = new LinkedHashMap<>();
      state.put("step", step);
      state.put("exp_avg", mean);
      state.put("exp_avg_sq", square);
      return state;
    }
  }
}

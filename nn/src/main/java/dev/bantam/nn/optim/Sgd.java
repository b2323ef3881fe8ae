package dev.bantam.nn.optim;

import dev.bantam.nn.Parameter;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.kernel.Kernels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Stochastic gradient descent with momentum, as {@code torch.optim.SGD}: for a parameter with
 * gradient g
 *
 * <pre>{@code
 * b = μ b + g + λ w
 * w = w - lr b
 * }</pre>
 *
 * <p>State of a parameter: {@code momentum_buffer} (b); none without momentum.
 */
public final class Sgd extends ElementwiseOptimizer {

  /**
   * An optimizer.
   *
   * @param groups what it changes
   * @param momentum μ, {@code 0 <= μ < 1}
   * @throws IllegalArgumentException if momentum is out of its range, or a parameter there twice
   */
  public Sgd(List<ParameterGroup> groups, double momentum) {
    super(groups, (p, group) -> new Momentum(p, group, momentum));
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException("sgd: expected 0 <= momentum < 1, got " + momentum);
    }
  }

  /** The running sum of one parameter. */
  private static final class Momentum extends ParameterUpdate {
    private final ParameterGroup group;
    private final float momentum;

    /** b; empty without momentum. */
    private final Tensor buffer;

    private float lr;
    private float gradientScale;

    Momentum(Parameter p, ParameterGroup group, double momentum) {
      super(p);
      this.group = group;
      this.momentum = (float) momentum;
      this.buffer = momentum == 0 ? Tensor.zeros(0) : Tensor.zeros(p.value().shape().toArray());
    }

    @Override
    void begin(double lr, double gradientScale) {
      this.lr = (float) (lr * group.lrFactor());
      this.gradientScale = (float) gradientScale;
    }

    @Override
    void run(Kernels kernels, int from, int n) {
      float[] w = parameter.value().data();
      int at = parameter.value().offset() + from;
      Tensor gradient = parameter.value().grad();
      float[] g = gradient.data();
      int gradientAt = gradient.offset() + from;
      float decay = (float) group.weightDecay();
      float[] b = buffer.data();
      for (int i = 0; i < n; i++) {
        float d = gradientScale * g[gradientAt + i] + decay * w[at + i];
        if (momentum != 0) {
          d += momentum * b[from + i];
          b[from + i] = d;
        }
        w[at + i] -= lr * d;
      }
    }

    @Override
    SequencedMap<String, Tensor> state() {
      SequencedMap<String, Tensor> state = new LinkedHashMap<>();
      if (momentum != 0) {
        state.put("momentum_buffer", buffer);
      }
      return state;
    }
  }
}

package dev.bantam.nn.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.bantam.nn.Parameter;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.parallel.WorkerPool;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class GradientNormTest {
  private final Workspace ws = new Workspace(Kernels.best(), WorkerPool.of(1));
  private final SequencedMap<String, Parameter> parameters = new LinkedHashMap<>();

  private void gradient(String name, float... g) {
    Parameter p = Parameter.trained(Tensor.zeros(g.length));
    parameters.put(name, p);
    Gradients.set(ws, p, g);
  }

  @Test
  void theNormIsThatOfAllGradientsAsOneVectorUnderTheirFactor() {
    gradient("a", 3, 0);
    gradient("b", 4);
    parameters.put("none", Parameter.trained(Tensor.zeros(5)));
    GradientNorm norm = GradientNorm.of(ws, parameters, 0.5);
    assertThat(norm.value()).isEqualTo(2.5);
    assertThat(norm.isFinite()).isTrue();
    assertThat(norm.clip(5)).isEqualTo(0.5);
    assertThat(norm.clip(1)).isCloseTo(0.5 / 2.5, Offset.offset(1e-6)).isLessThan(0.5 / 2.5);
  }

  @Test
  void theFirstGradientThatIsNotFiniteIsNamed() {
    gradient("a", 1e30f, 1); // its square is no float
    assertThat(GradientNorm.of(ws, parameters, 1).value()).isCloseTo(1e30, Offset.offset(1e23));
    assertThat(GradientNorm.of(ws, parameters, 1).isFinite()).isTrue();
    float[] large = new float[100_000];
    large[70_000] = Float.POSITIVE_INFINITY;
    gradient("b", large);
    gradient("c", Float.NaN);
    GradientNorm norm = GradientNorm.of(ws, parameters, 1);
    assertThat(norm.isFinite()).isFalse();
    assertThat(norm.nonFinite()).contains("b");
  }

  @Test
  void theNormHasTheSameBitsAtAnyNumberOfThreads() {
    for (int n : new int[] {1, 1023, 200_001, 32_769}) {
      float[] g = new float[n];
      SplittableRandom random = new SplittableRandom(n);
      for (int i = 0; i < n; i++) {
        g[i] = (float) random.nextGaussian();
      }
      gradient("p" + n, g);
    }
    double one = GradientNorm.of(ws, parameters, 1).value();
    double exact = 0;
    for (Parameter p : parameters.values()) {
      for (float g : p.value().grad().toArray()) {
        exact += (double) g * g;
      }
    }
    assertThat(one).isCloseTo(Math.sqrt(exact), Offset.offset(1e-6 * one));
    for (int threads = 2; threads <= 3; threads++) {
      try (WorkerPool pool = WorkerPool.of(threads)) {
        assertThat(GradientNorm.of(new Workspace(Kernels.best(), pool), parameters, 1).value())
            .isEqualTo(one);
      }
    }
  }

  @Test
  void theMaximumIsMoreThanZero() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GradientNorm.of(ws, parameters, 1).clip(0))
        .withMessage("clip: expected a norm of more than 0, got 0.0");
  }
}

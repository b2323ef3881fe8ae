package dev.bantam.nn;

import dev.bantam.tensor.Tensor;
import java.util.random.RandomGenerator;

/** First values of parameters. */
public final class Initializers {
  private Initializers() {}

  /**
   * Independent values from a normal distribution with mean 0.
   *
   * @param x where they go
   * @param deviation standard deviation
   * @param random where they come from
   */
  public static void normal(Tensor x, double deviation, RandomGenerator random) {
    for (int i = 0; i < x.shape().elements(); i++) {
      x.data()[x.offset() + i] = (float) (deviation * random.nextGaussian());
    }
  }
}

package dev.bantam.nn;

import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import java.util.Arrays;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;

/** First values of parameters. The same generator gives the same values. */
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
    fill(x, () -> deviation * random.nextGaussian());
  }

  /**
   * Independent values from a normal distribution with mean 0, without those beyond two standard
   * deviations; the deviation of what is left is 0.88 times as large.
   *
   * @param x where they go
   * @param deviation standard deviation before the cut
   * @param random where they come from
   */
  public static void truncatedNormal(Tensor x, double deviation, RandomGenerator random) {
    fill(
        x,
        () -> {
          double z = random.nextGaussian();
          while (Math.abs(z) > 2) {
            z = random.nextGaussian();
          }
          return deviation * z;
        });
  }

  /**
   * Independent values that are equally likely between {@code -bound} and {@code bound}.
   *
   * @param x where they go
   * @param bound the largest magnitude
   * @param random where they come from
   */
  public static void uniform(Tensor x, double bound, RandomGenerator random) {
    fill(x, () -> bound * (2 * random.nextDouble() - 1));
  }

  /**
   * Uniform values of variance {@code 2 / (inputs + outputs)}, under which signals and gradients
   * keep their size (Glorot and Bengio 2010).
   *
   * @param x weight [outputs, inputs]
   * @param random where they come from
   */
  public static void xavierUniform(Tensor x, RandomGenerator random) {
    uniform(x, Math.sqrt(6.0 / (inputs(x) + x.shape().dim(0))), random);
  }

  /**
   * Normal values of variance {@code 2 / (inputs + outputs)} (Glorot and Bengio 2010).
   *
   * @param x weight [outputs, inputs]
   * @param random where they come from
   */
  public static void xavierNormal(Tensor x, RandomGenerator random) {
    normal(x, Math.sqrt(2.0 / (inputs(x) + x.shape().dim(0))), random);
  }

  /**
   * Uniform values of variance {@code 2 / inputs}, under which signals keep their size through ReLU
   * (He et al. 2015).
   *
   * @param x weight [outputs, inputs]
   * @param random where they come from
   */
  public static void kaimingUniform(Tensor x, RandomGenerator random) {
    uniform(x, Math.sqrt(6.0 / inputs(x)), random);
  }

  /**
   * One value everywhere.
   *
   * @param x where it goes
   * @param value the value
   */
  public static void constant(Tensor x, float value) {
    Arrays.fill(x.data(), x.offset(), x.offset() + x.shape().elements(), value);
  }

  private static double inputs(Tensor x) {
    if (x.shape().rank() != 2) {
      throw new ShapeMismatchException(
          "initializer: expected a weight [outputs, inputs], got " + x.shape());
    }
    return x.shape().dim(1);
  }

  private static void fill(Tensor x, DoubleSupplier values) {
    for (int i = 0; i < x.shape().elements(); i++) {
      x.data()[x.offset() + i] = (float) values.getAsDouble();
    }
  }
}

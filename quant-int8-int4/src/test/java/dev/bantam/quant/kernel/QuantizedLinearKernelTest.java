package dev.bantam.quant.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.nn.DenseLinearKernel;
import dev.bantam.quant.InputQuantization;
import dev.bantam.quant.Numbers;
import dev.bantam.quant.QuantizedMatrix;
import dev.bantam.quant.WeightType;
import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.parallel.WorkerPool;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizedLinearKernelTest {
  private static final Kernels SIMD = Kernels.simd().orElseThrow();
  private static final InputQuantization NONE = new InputQuantization.None();
  private static final InputQuantization DYNAMIC = new InputQuantization.Dynamic();

  @Test
  void vectors_give_the_bits_of_the_formula() {
    LayerCases.all().forEach(layer -> layer.check(SIMD));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 384, 3072})
  void the_largest_integers_do_not_overflow(int inputs) {
    for (InputQuantization input :
        new InputQuantization[] {
          new InputQuantization.Static(1, 127), new InputQuantization.Static(1, -128)
        }) {
      for (int sign : new int[] {-1, 1}) {
        int a = input.equals(new InputQuantization.Static(1, 127)) ? -255 : 255;
        byte[] codes = new byte[inputs];
        Arrays.fill(codes, (byte) (127 * sign));
        QuantizedMatrix w =
            new QuantizedMatrix(
                WeightType.INT8,
                1,
                inputs,
                inputs,
                codes,
                new float[] {1},
                new byte[] {(byte) (-127 * sign)});
        float[] x = new float[inputs];
        Arrays.fill(x, 1e6f * Integer.signum(a));
        for (Kernels kernels : new Kernels[] {Kernels.scalar(), SIMD}) {
          QuantizedLinearKernel layer = QuantizedLinearKernel.of(w, null, null, input, kernels);
          assertThat(LayerCase.forward(layer, kernels, 1, x, 1))
              .containsExactly(Math.max(0, (float) (a * 254L * sign * inputs)));
        }
      }
    }
  }

  /** The sum of 518 products of 255 and 127 is the longest that a float holds. */
  @ParameterizedTest
  @ValueSource(ints = {517, 518, 519, 3072})
  void sums_that_a_float_does_not_hold_are_exact(int inputs) {
    byte[] codes = new byte[inputs];
    Arrays.fill(codes, (byte) 127);
    QuantizedMatrix w =
        new QuantizedMatrix(WeightType.INT8, 1, inputs, inputs, codes, new float[] {1});
    float[] x = new float[100 * inputs];
    for (int row = 0; row < 100; row++) {
      Arrays.fill(x, row * inputs, (row + 1) * inputs, 255);
      x[row * inputs] = 254 - row; // of these sums half are odd
    }
    float[] expected = new float[100];
    for (int row = 0; row < 100; row++) {
      expected[row] = 127L * (255L * inputs - 1 - row);
    }
    for (Kernels kernels : new Kernels[] {Kernels.scalar(), SIMD}) {
      QuantizedLinearKernel layer = QuantizedLinearKernel.of(w, null, null, DYNAMIC, kernels);
      assertThat(LayerCase.forward(layer, kernels, 1, x, 100)).containsExactly(expected);
    }
  }

  @Test
  void rows_that_are_almost_0_are_0() {
    float[] x = {255 * Float.MIN_NORMAL, 254 * Float.MIN_NORMAL, -Float.MIN_VALUE};
    for (Kernels kernels : new Kernels[] {Kernels.scalar(), SIMD}) {
      float[] codes = new float[3];
      QuantizedKernels quantized = QuantizedKernels.of(kernels);
      assertThat(quantized.round(DYNAMIC, x, 0, 3, codes, 0)).isEqualTo(Float.MIN_NORMAL);
      assertThat(codes).usingComparatorWithPrecision(0f).containsExactly(255, 254, 0);
      assertThat(quantized.round(DYNAMIC, x, 2, 1, codes, 0)).isZero();
      assertThat(codes[0]).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void without_rounding_a_layer_has_the_bits_of_its_dequantized_weights(WeightType type) {
    for (int rows : new int[] {1, 6, 40}) {
      LayerCase layer = new LayerCase(type, rows, 70, 800, 64, type.isInteger(), NONE);
      QuantizedMatrix w = layer.weights();
      float[] bias = Numbers.normal(2, 70);
      Workspace ws = new Workspace(SIMD, WorkerPool.of(1));
      Tensor x = Tensor.wrap(layer.x(), rows, 800);
      float[] dense =
          new DenseLinearKernel(SIMD.matmul().pack(w.dequantize(), 0, 70, 800), bias)
              .forward(ws, x, Activation.GELU)
              .toArray();
      float[] actual =
          QuantizedLinearKernel.of(w, bias, null, NONE, SIMD)
              .forward(ws, x, Activation.GELU)
              .toArray();
      Numbers.assertSameBits(actual, dense, layer);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 12, 97})
  void a_row_does_not_depend_on_the_others(int rows) {
    for (InputQuantization input : new InputQuantization[] {NONE, DYNAMIC}) {
      LayerCase all = new LayerCase(WeightType.INT8, 200, 70, 390, 390, false, input);
      QuantizedLinearKernel layer =
          QuantizedLinearKernel.of(all.weights(), null, null, input, SIMD);
      float[] expected = LayerCase.forward(layer, SIMD, 2, all.x(), 200);
      float[] x = Arrays.copyOfRange(all.x(), 100 * 390, (100 + rows) * 390);
      Numbers.assertSameBits(
          LayerCase.forward(layer, SIMD, 1, x, rows),
          Arrays.copyOfRange(expected, 100 * 70, (100 + rows) * 70),
          input);
    }
  }

  @Test
  void a_row_of_zeros_gives_the_bias_and_a_row_with_a_nan_gives_nan() {
    LayerCase layer = new LayerCase(WeightType.INT8, 3, 5, 40, 40, false, DYNAMIC);
    float[] x = layer.x();
    Arrays.fill(x, 0, 40, 0);
    x[41] = Float.NaN;
    x[80] = Float.NEGATIVE_INFINITY;
    float[] bias = {1, 2, 3, 4, 5};
    for (Kernels kernels : new Kernels[] {Kernels.scalar(), SIMD}) {
      QuantizedLinearKernel kernel =
          QuantizedLinearKernel.of(layer.weights(), bias, null, DYNAMIC, kernels);
      float[] y = LayerCase.forward(kernel, kernels, 1, x, 3);
      assertThat(Arrays.copyOf(y, 5)).containsExactly(bias);
      assertThat(Arrays.copyOfRange(y, 5, 15)).containsOnly(Float.NaN);
    }
  }

  @Test
  void rounding_is_to_the_nearest_code_and_half_to_even() {
    float[] x = {-127, -0.5f, 0.5f, 1.5f, 2.5f, 126.49f, 128, 0, -3.5f}; // 255 steps
    for (Kernels kernels : new Kernels[] {Kernels.scalar(), SIMD}) {
      float[] codes = new float[9];
      float scale = QuantizedKernels.of(kernels).round(DYNAMIC, x, 0, 9, codes, 0);
      assertThat(scale).isOne();
      assertThat(codes)
          .usingComparatorWithPrecision(0f)
          .containsExactly(-127, 0, 0, 2, 2, 126, 128, 0, -4);
      QuantizedKernels.of(kernels)
          .round(new InputQuantization.Static(0.5f, 100), x, 0, 9, codes, 0);
      assertThat(codes)
          .usingComparatorWithPrecision(0f)
          .containsExactly(-228, -1, 1, 3, 5, 27, 27, 0, -7);
    }
  }

  @Test
  void a_layer_says_how_it_computes() {
    LayerCase layer = new LayerCase(WeightType.INT4, 1, 5, 40, 32, false, DYNAMIC);
    QuantizedLinearKernel kernel =
        QuantizedLinearKernel.of(layer.weights(), null, null, DYNAMIC, SIMD);
    assertThat(kernel.description()).isEqualTo("int4 x int8, carried by fp32");
    assertThat(kernel.bytes()).isBetween(5L * 20, 5L * 20 + 40 * 64L);
  }

  @Test
  void what_does_not_fit_is_said() {
    LayerCase layer = new LayerCase(WeightType.NF4, 1, 5, 40, 32, false, NONE);
    QuantizedMatrix w = layer.weights();
    assertThatThrownBy(() -> QuantizedLinearKernel.of(w, new float[4], null, NONE, SIMD))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("quantized linear: expected bias [5], got [4]");
    assertThatThrownBy(() -> QuantizedLinearKernel.of(w, null, new float[39], NONE, SIMD))
        .hasMessage("quantized linear: expected input scales [40], got [39]");
    assertThatThrownBy(() -> QuantizedLinearKernel.of(w, null, null, DYNAMIC, SIMD))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("weights of type nf4 are multiplied with floats");
  }
}

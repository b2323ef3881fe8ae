package dev.bantam.quant.kernel;

import static dev.bantam.quant.Numbers.assertSameBits;
import static dev.bantam.quant.Numbers.normal;

import dev.bantam.quant.InputQuantization;
import dev.bantam.quant.QuantizedMatrix;
import dev.bantam.quant.WeightType;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.parallel.WorkerPool;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One layer, for any kernels. */
record LayerCase(
    WeightType type,
    int rows,
    int outputs,
    int inputs,
    int groupSize,
    boolean zeroPoints,
    InputQuantization input) {

  /** Holds kernels to the scalar ones, bit for bit, on one thread and on two. */
  void check(Kernels kernels) {
    float[] expected = outputs(Kernels.scalar(), 1);
    assertSameBits(outputs(kernels, 1), expected, this);
    assertSameBits(outputs(kernels, 2), expected, this + " on two threads");
  }

  float[] outputs(Kernels kernels, int threads) {
    float[] bias = rows % 2 == 0 ? normal(2, outputs) : null;
    float[] inputScales = rows % 3 == 0 ? normal(3, inputs) : null;
    QuantizedLinearKernel layer =
        QuantizedLinearKernel.of(weights(), bias, inputScales, input, kernels);
    return forward(layer, kernels, threads, x(), rows);
  }

  static float[] forward(
      QuantizedLinearKernel layer, Kernels kernels, int threads, float[] x, int rows) {
    try (WorkerPool pool = WorkerPool.of(threads)) {
      Workspace ws = new Workspace(kernels, pool);
      return layer.forward(ws, Tensor.wrap(x, rows, layer.inputs()), Activation.RELU).toArray();
    }
  }

  float[] x() {
    return normal(1, rows * inputs);
  }

  QuantizedMatrix weights() {
    SplittableRandom random = new SplittableRandom(4);
    byte[] codes = new byte[outputs * type.rowBytes(inputs)];
    random.nextBytes(codes);
    for (int i = 0; i < codes.length; i++) {
      switch (type) {
        case INT8 -> codes[i] = (byte) Math.max(codes[i], -127);
        case FP8_E4M3, FP8_E5M2 -> codes[i] &= (byte) 0xBF; // finite, and not huge
        case INT4, NF4 -> {}
      }
    }
    int groups = outputs * Math.ceilDiv(inputs, groupSize);
    float[] scales = new float[groups];
    byte @Nullable [] zeros = zeroPoints ? new byte[groups] : null;
    for (int i = 0; i < groups; i++) {
      scales[i] = 0.001f + 0.01f * random.nextFloat();
      if (zeros != null) {
        zeros[i] = (byte) random.nextInt(type.minCode(), type.maxCode() + 1);
      }
    }
    return new QuantizedMatrix(type, outputs, inputs, groupSize, codes, scales, zeros);
  }
}

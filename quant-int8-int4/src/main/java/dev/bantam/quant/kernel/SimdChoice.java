package dev.bantam.quant.kernel;

import dev.bantam.tensor.kernel.Kernels;

/** Finds the SIMD kernels by name, because their classes only load where the Vector API is. */
final class SimdChoice {
  private static final String SIMD_CLASS = "dev.bantam.quant.kernel.simd.SimdQuantizedKernels";

  private SimdChoice() {}

  static QuantizedKernels kernels(Kernels kernels) {
    try {
      return Class.forName(SIMD_CLASS)
          .asSubclass(QuantizedKernels.class)
          .getDeclaredConstructor(Kernels.class)
          .newInstance(kernels);
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new IllegalStateException(
          "quantized kernels to go with " + kernels.name() + " do not start", e);
    }
  }
}

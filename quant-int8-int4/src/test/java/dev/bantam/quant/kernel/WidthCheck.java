package dev.bantam.quant.kernel;

import dev.bantam.tensor.kernel.Kernels;

/** A program: holds the SIMD kernels to the scalar ones at the vector width of its process. */
final class WidthCheck {
  private WidthCheck() {}

  static void main() {
    Kernels simd = Kernels.simd().orElseThrow();
    LayerCases.all().forEach(layer -> layer.check(simd));
    System.out.println("checked " + simd.name());
  }
}

package dev.bantam.tensor.kernel.simd;

import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.KernelCases;
import dev.bantam.tensor.kernel.MatmulCase;
import dev.bantam.tensor.kernel.MatmulKernel;
import java.util.List;

/** A program: holds all SIMD kernels to the scalar ones at the vector width of its process. */
final class WidthCheck {
  private WidthCheck() {}

  static void main() {
    SimdKernels simd = new SimdKernels();
    SimdVectors vectors = new SimdVectors();
    for (MatmulKernel matmul : List.of(new NarrowMatmul(vectors), new WideMatmul(vectors))) {
      for (int rows : new int[] {1, 2, 3, 4, 5, 6, 7, 8, 14, 104, 125}) {
        new MatmulCase(rows, 19, 9, true, Activation.NONE).check(matmul);
      }
      new MatmulCase(6, 70, 391, true, Activation.RELU).check(matmul);
      new MatmulCase(14, 230, 768, true, Activation.RELU).check(matmul);
      new MatmulCase(7, 33, 40, false, Activation.GELU).checkSplits(matmul);
    }
    new KernelCases(simd).all();
    System.out.println(
        "checked " + simd.name() + " with " + simd.matmul().getClass().getSimpleName());
  }
}

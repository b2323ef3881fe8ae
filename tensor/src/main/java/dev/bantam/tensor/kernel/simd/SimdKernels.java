package dev.bantam.tensor.kernel.simd;

import dev.bantam.tensor.kernel.AttentionKernel;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.kernel.MatmulKernel;
import dev.bantam.tensor.kernel.RowKernel;
import dev.bantam.tensor.kernel.TrainingKernel;
import dev.bantam.tensor.kernel.VectorKernel;
import jdk.incubator.vector.FloatVector;

/** The kernels on the Vector API, at the machine's preferred width. */
public final class SimdKernels implements Kernels {
  private final SimdVectors vectors = new SimdVectors();
  private final SimdRows rows = new SimdRows(vectors);
  private final SimdTraining training = new SimdTraining(vectors);
  private final SimdAttention attention = new SimdAttention(vectors, training);
  private final MatmulKernel matmul =
      has32Registers() ? new WideMatmul(vectors) : new NarrowMatmul(vectors);

  /**
   * x86 has 32 vector registers with AVX-512 and 16 without; other architectures of today have 32.
   */
  private static boolean has32Registers() {
    boolean x86 = System.getProperty("os.arch", "").matches("amd64|x86_64|i386|x86");
    return !x86 || FloatVector.SPECIES_PREFERRED.vectorBitSize() == 512;
  }

  @Override
  public String name() {
    return "simd-" + vectorBits();
  }

  @Override
  public int vectorBits() {
    return FloatVector.SPECIES_PREFERRED.vectorBitSize();
  }

  @Override
  public MatmulKernel matmul() {
    return matmul;
  }

  @Override
  public AttentionKernel attention() {
    return attention;
  }

  @Override
  public RowKernel rows() {
    return rows;
  }

  @Override
  public VectorKernel vectors() {
    return vectors;
  }

  @Override
  public TrainingKernel training() {
    return training;
  }
}

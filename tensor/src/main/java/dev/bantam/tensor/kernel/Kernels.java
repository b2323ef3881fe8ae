package dev.bantam.tensor.kernel;

import java.util.Optional;

/** One implementation of every kernel family. */
public interface Kernels {

  /** Short name, with the vector width if there is one: {@code "simd-512"}, {@code "scalar"}. */
  String name();

  /** Bits that one instruction works on: a vector, or one float. */
  int vectorBits();

  /** Matrix products. */
  MatmulKernel matmul();

  /** Attention. */
  AttentionKernel attention();

  /** Softmax and layer normalization. */
  RowKernel rows();

  /** Element by element. */
  VectorKernel vectors();

  /** Derivatives, dropout, optimizer steps. */
  TrainingKernel training();

  /** The fastest kernels that this process can run; chosen once, and said in one log line. */
  static Kernels best() {
    return KernelChoice.BEST;
  }

  /** The kernels that read like the formulas. */
  static Kernels scalar() {
    return ScalarKernels.INSTANCE;
  }

  /** The SIMD kernels, where this process can run them, be its vectors wide enough or not. */
  static Optional<Kernels> simd() {
    return Optional.ofNullable(KernelChoice.SIMD);
  }
}

package dev.bantam.tensor.kernel;

/** The kernels that read like the formulas: documentation, fall-back and oracle. */
record ScalarKernels(
    MatmulKernel matmul,
    AttentionKernel attention,
    RowKernel rows,
    VectorKernel vectors,
    TrainingKernel training)
    implements Kernels {
  static final Kernels INSTANCE =
      new ScalarKernels(
          new ScalarMatmul(),
          new ScalarAttention(),
          new ScalarRows(),
          new ScalarVectors(),
          new ScalarTraining());

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public int vectorBits() {
    return Float.SIZE;
  }
}

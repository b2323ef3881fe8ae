package dev.bantam.tensor.op;

import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.MatmulKernel;
import dev.bantam.tensor.kernel.PackedMatrix;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = act(x Wᵀ + b)} with packed weights: a linear layer with its activation in one pass.
 */
public final class LinearOp {
  /** Chunks a thread has of the panels to pack. */
  private static final int PACKS_PER_THREAD = 4;

  private LinearOp() {}

  /**
   * Computes the layer.
   *
   * @param ws where to run
   * @param x [..., k]
   * @param w [n, k], packed by the kernels of the workspace
   * @param bias [n], or null for none
   * @param activation applied to each output
   * @return [..., n]
   * @throws ShapeMismatchException if the last extent of x is not k, or the bias is not [n]
   */
  public static Tensor forward(
      Workspace ws, Tensor x, PackedMatrix w, float @Nullable [] bias, Activation activation) {
    if (x.shape().rank() == 0 || x.shape().dim(-1) != w.k()) {
      throw new ShapeMismatchException(
          "linear: expected input [..., " + w.k() + "], got " + x.shape());
    }
    if (bias != null && bias.length != w.n()) {
      throw new ShapeMismatchException(
          "linear: bias [" + bias.length + "] does not fit weight [" + w.n() + ", " + w.k() + "]");
    }
    Tensor y = ws.allocate(x.shape().withLast(w.n()));
    multiply(ws, x, false, x.shape().rows(), w, false, bias, activation, y);
    return y;
  }

  /**
   * Computes a layer that can be trained: its weights are packed anew.
   *
   * @param ws where to run
   * @param x [..., k]
   * @param w [n, k]
   * @param bias [n], or null for none
   * @param activation applied to each output
   * @return [..., n]
   * @throws ShapeMismatchException if the shapes do not fit
   */
  public static Tensor forward(
      Workspace ws, Tensor x, Tensor w, @Nullable Tensor bias, Activation activation) {
    if (w.shape().rank() != 2) {
      throw new ShapeMismatchException("linear: expected a weight [n, k], got " + w.shape());
    }
    int n = w.shape().dim(0);
    int k = w.shape().dim(1);
    if (x.shape().rank() == 0
        || x.shape().dim(-1) != k
        || (bias != null && bias.shape().elements() != n)) {
      throw new ShapeMismatchException(
          "linear: input %s, weight %s and bias %s do not fit"
              .formatted(x.shape(), w.shape(), bias == null ? "(none)" : bias.shape()));
    }
    boolean recorded = ws.recording() && activation != Activation.NONE;
    PackedMatrix packed = pack(ws, w, n, k, false);
    Tensor z = ws.allocate(x.shape().withLast(n)); // x Wᵀ + b
    multiply(
        ws,
        x,
        false,
        x.shape().rows(),
        packed,
        false,
        bias == null ? null : Chunks.fromStart(bias),
        recorded ? Activation.NONE : activation,
        z);
    Tensor y = z;
    if (recorded) { // z is needed on the way back
      try (var _ = ws.noGrad()) {
        y = ActivationOp.forward(ws, z, activation);
      }
    }
    if (ws.recording()) {
      Tensor result = y;
      ws.tape()
          .add(
              result,
              g ->
                  backward(
                      ws, x, w, activation, z, g.of(result), g.into(x), g.into(w), g.into(bias)),
              x,
              w,
              bias);
    }
    return y;
  }

  /**
   * With {@code dz = f'(z) ∘ dy}: {@code dx = dz W}, {@code dW = dzᵀ x}, {@code db = Σ_rows dz}.
   */
  private static void backward(
      Workspace ws,
      Tensor x,
      Tensor w,
      Activation activation,
      Tensor z,
      Tensor dy,
      @Nullable Tensor dx,
      @Nullable Tensor dw,
      @Nullable Tensor dBias) {
    int n = w.shape().dim(0);
    int k = w.shape().dim(1);
    int rows = x.shape().rows();
    RowSums sums =
        new RowSums(
            ws,
            rows,
            n,
            n,
            (row, count, partial, at) -> {
              int from = dy.offset() + row * n;
              float[] dz = dy.data();
              int zFrom = z.offset() + row * n;
              ws.kernels()
                  .training()
                  .activationBackward(activation, z.data(), zFrom, dz, from, count * n);
              for (int i = 0; dBias != null && i < count; i++) {
                ws.kernels().vectors().add(partial, at, dz, from + i * n, partial, at, n);
              }
            });
    sums.total(ws, 0, dBias);
    if (dx != null) {
      multiply(ws, dy, false, rows, pack(ws, w, k, n, true), false, null, Activation.NONE, dx);
    }
    if (dw != null) {
      TransposedProduct.run(ws, dy, n, x, k, rows, dw);
    }
  }

  /** Packs a matrix [n, k], or the transpose of a matrix [k, n], for one product. */
  static PackedMatrix pack(Workspace ws, Tensor w, int n, int k, boolean transposed) {
    PackedMatrix packed = ws.packed(n, k);
    int chunks = Math.clamp(packed.panels(), 1, PACKS_PER_THREAD * ws.pool().parallelism());
    ws.pool()
        .run(
            chunks,
            (chunk, _) ->
                ws.kernels()
                    .matmul()
                    .pack(
                        w.data(),
                        w.offset(),
                        transposed ? n : k,
                        transposed,
                        packed,
                        ProductChunks.part(chunk, chunks, packed.panels()),
                        ProductChunks.part(chunk + 1, chunks, packed.panels())));
    return packed;
  }

  /**
   * {@code y = act(x Wᵀ + b)} of x [rows, k], or of the transpose of x [k, rows]; or the product is
   * added to what y holds.
   */
  static void multiply(
      Workspace ws,
      Tensor x,
      boolean transposed,
      int rows,
      PackedMatrix w,
      boolean add,
      float @Nullable [] bias,
      Activation activation,
      Tensor y) {
    MatmulKernel kernel = ws.kernels().matmul();
    int ldx = transposed ? rows : w.k();
    int step = transposed ? 1 : w.k(); // from a row of the product to the next
    ProductChunks.run(
        ws,
        rows,
        w.panels(),
        (worker, row, count, panelFrom, panelTo) ->
            kernel.multiply(
                x.data(),
                x.offset() + row * step,
                ldx,
                transposed,
                count,
                w,
                panelFrom,
                panelTo,
                add,
                bias,
                activation,
                y.data(),
                y.offset() + row * w.n(),
                w.n(),
                ws.scratch(worker, kernel.scratchSize())));
  }
}

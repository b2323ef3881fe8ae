package dev.bantam.tensor;

import dev.bantam.tensor.kernel.Dropout;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.kernel.PackedMatrix;
import dev.bantam.tensor.parallel.WorkerPool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where operations run: the kernels they use, the threads they run on, and the memory of their
 * results.
 *
 * <p>Memory is a stack of arrays that are kept for the next time. {@link #scope()} marks a height,
 * closing the scope returns to it; the next tensors take the arrays again in the same order. So a
 * model whose layers are alike allocates nothing after its first layer, and nothing at all once it
 * has seen its largest batch. A tensor is valid until its scope closes.
 *
 * <p>While a {@link Tape} records, nothing ends before the tape does: what was computed is needed
 * again on the way back.
 *
 * <p>One thread uses a workspace at a time.
 */
public final class Workspace {
  private final Kernels kernels;
  private final WorkerPool pool;
  private final List<float[]> buffers = new ArrayList<>();
  private final float[][] scratch;
  private final @Nullable PackedMatrix[] packed;
  private final @Nullable Workspace[] workers;
  private int height;
  private int batchRows;
  private int mostRows;
  private @Nullable Tape tape;
  private @Nullable Randomness randomness;
  private boolean recomputing;
  final ArrayPool gradients = new ArrayPool();

  /**
   * A workspace.
   *
   * @param kernels the kernels that operations use
   * @param pool the threads that operations use
   */
  public Workspace(Kernels kernels, WorkerPool pool) {
    this.kernels = kernels;
    this.pool = pool;
    this.scratch = new float[pool.parallelism()][0];
    this.packed = new PackedMatrix[pool.parallelism()];
    this.workers = new Workspace[pool.parallelism()];
  }

  /** The kernels that operations use. */
  public Kernels kernels() {
    return kernels;
  }

  /** The threads that operations use. */
  public WorkerPool pool() {
    return pool;
  }

  /**
   * A tensor with undefined contents, valid until the current scope closes.
   *
   * @param dims extents, outermost first
   */
  public Tensor allocate(int... dims) {
    return allocate(Shape.of(dims));
  }

  /**
   * A tensor with undefined contents, valid until the current scope closes.
   *
   * @param shape its shape
   */
  public Tensor allocate(Shape shape) {
    if (height == buffers.size()) {
      buffers.add(array(shape));
    } else if (buffers.get(height).length < shape.elements()) {
      buffers.set(height, array(shape));
    }
    return Tensor.wrap(buffers.get(height++), 0, shape);
  }

  private float[] array(Shape shape) {
    long room = shape.elements();
    if (batchRows < mostRows && shape.rows() == batchRows) {
      room = room / batchRows * mostRows;
    }
    return new float[(int) Math.min(room, Integer.MAX_VALUE - 16)];
  }

  /**
   * Tells how large batches become, before one is computed: new arrays for tensors with as many
   * rows as that one then have room for the largest, so that a batch that is larger than those
   * before leaves no arrays behind that are too small.
   *
   * @param rows rows of the next batch, at least 1
   * @param most rows of the largest one to come
   */
  public void expect(int rows, int most) {
    batchRows = rows;
    mostRows = most;
  }

  /**
   * Memory for one worker inside one parallel region; contents undefined.
   *
   * @param worker index of the running thread in its region
   * @param size floats needed
   */
  public float[] scratch(int worker, int size) {
    if (scratch[worker].length < size) {
      scratch[worker] = new float[size];
    }
    return scratch[worker];
  }

  /**
   * A workspace of one thread for one worker inside one parallel region, where the region computes
   * whole models and not parts of operations.
   *
   * @param worker index of the running thread in its region
   */
  public Workspace ofWorker(int worker) {
    Workspace own = workers[worker];
    if (own == null) {
      own = new Workspace(kernels, WorkerPool.of(1));
      workers[worker] = own;
    }
    return own;
  }

  /**
   * Memory for one matrix [n, k] in the layout of the matrix product; the next call ends it.
   *
   * @param n outputs
   * @param k inputs
   */
  public PackedMatrix packed(int n, int k) {
    return packed(0, n, k);
  }

  /**
   * Memory for one matrix [n, k] in the layout of the matrix product, for one worker inside one
   * parallel region; the next call for that worker ends it.
   *
   * @param worker index of the running thread in its region
   * @param n outputs
   * @param k inputs
   */
  public PackedMatrix packed(int worker, int n, int k) {
    PackedMatrix memory = kernels.matmul().reserve(packed[worker], n, k);
    packed[worker] = memory;
    return memory;
  }

  /** Marks the present height; closing the result ends all tensors allocated since. */
  public Scope scope() {
    int mark = height;
    return recording() ? () -> {} : () -> height = mark;
  }

  /** Whether a tape records what is computed here. */
  public boolean recording() {
    return tape != null;
  }

  /**
   * The tape that records what is computed here.
   *
   * @throws IllegalStateException if there is none
   */
  public Tape tape() {
    if (tape == null) {
      throw new IllegalStateException("no tape records in this workspace");
    }
    return tape;
  }

  /** Until the result is closed, nothing that is computed here is recorded. */
  public Scope noGrad() {
    Tape suspended = swap(null);
    return () -> swap(suspended);
  }

  /** Exchanges the tape that records. */
  @Nullable Tape swap(@Nullable Tape next) {
    Tape last = tape;
    tape = next;
    return last;
  }

  /** Where dropout takes its randomness from, or null when nothing is dropped. */
  public @Nullable Randomness randomness() {
    return randomness;
  }

  /**
   * Until the result is closed, operations drop elements at random: the training mode.
   *
   * @param source where the randomness comes from; null to drop nothing
   */
  public Scope training(@Nullable Randomness source) {
    Randomness last = randomness;
    randomness = source;
    return () -> randomness = last;
  }

  /**
   * The elements that the next operation drops.
   *
   * @param p probability of an element to be dropped
   * @return null if none are: p is 0, or this is not training
   */
  public @Nullable Dropout dropout(float p) {
    return randomness == null || p == 0 ? null : randomness.dropout(p);
  }

  /** Whether of a layer only the result is kept for the way back, and the rest computed again. */
  public boolean recomputing() {
    return recomputing;
  }

  /**
   * Until the result is closed, modules with layers record these with {@link
   * dev.bantam.tensor.op.RecomputeOp}, if they are told so here.
   *
   * @param on whether they do
   */
  public Scope recomputing(boolean on) {
    boolean last = recomputing;
    recomputing = on;
    return () -> recomputing = last;
  }

  /** The present height, for {@link #keep}. */
  public int mark() {
    return height;
  }

  /**
   * Ends all tensors allocated since a mark but one, whose memory moves to the mark; nothing is
   * copied. With it a chain of layers needs the memory of one. While a tape records, nothing ends.
   *
   * @param mark what {@link #mark} gave before {@code x} was allocated
   * @param x the tensor to keep
   * @return x
   */
  @SuppressWarnings("ReferenceEquality") // it is the array itself that is looked for
  public Tensor keep(int mark, Tensor x) {
    if (recording()) {
      return x;
    }
    for (int i = mark; i < height; i++) {
      if (buffers.get(i) == x.data()) {
        Collections.swap(buffers, mark, i);
        height = mark + 1;
        return x;
      }
    }
    throw new IllegalArgumentException(
        "keep: " + x.shape() + " was not allocated in this workspace since mark " + mark);
  }

  /** The height at which {@link #mark} was, for what ends with a tape. */
  void reset(int mark) {
    height = mark;
  }

  /** The life of some tensors, or of a mode. */
  @FunctionalInterface
  public interface Scope extends AutoCloseable {
    @Override
    void close();
  }
}

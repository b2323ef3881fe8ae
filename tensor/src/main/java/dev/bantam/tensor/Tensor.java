package dev.bantam.tensor;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Floats in row-major order, with a shape. Storage is a window of one array, so a row range is a
 * view and costs nothing.
 *
 * <p>A tensor that {@linkplain #requireGrad() requires a gradient} is a variable: operations on it
 * are recorded by a {@link Tape}, which then computes the gradient of a result with respect to it.
 * Views share storage and gradient.
 *
 * <p>A tensor does not synchronise: share it between threads only while nobody writes. Operations
 * on tensors are in {@link dev.bantam.tensor.op}.
 */
public final class Tensor {
  private final Storage storage;
  private final int offset;
  private final Shape shape;

  private Tensor(float[] data, int offset, Shape shape) {
    if (offset < 0 || offset + (long) shape.elements() > data.length) {
      throw new ShapeMismatchException(
          "tensor: shape "
              + shape
              + " at offset "
              + offset
              + " does not fit an array of "
              + data.length);
    }
    this.storage = new Storage(data, offset, shape.elements());
    this.offset = offset;
    this.shape = shape;
  }

  /** A view. */
  private Tensor(Storage storage, int offset, Shape shape) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
  }

  /**
   * A tensor over an existing array, which is not copied.
   *
   * @param data storage; may be longer than the shape needs
   * @param dims extents, outermost first
   */
  public static Tensor wrap(float[] data, int... dims) {
    return new Tensor(data, 0, Shape.of(dims));
  }

  /**
   * A view of a window of an array, which is not copied.
   *
   * @param data storage
   * @param offset index of the first element
   * @param shape extents
   */
  public static Tensor wrap(float[] data, int offset, Shape shape) {
    return new Tensor(data, offset, shape);
  }

  /**
   * A new tensor of zeros.
   *
   * @param dims extents, outermost first
   */
  public static Tensor zeros(int... dims) {
    Shape shape = Shape.of(dims);
    return new Tensor(new float[shape.elements()], 0, shape);
  }

  /**
   * The storage; element (i, j, ...) is at {@code offset() + ...}. Writing to it writes to the
   * tensor.
   */
  public float[] data() {
    return storage.data;
  }

  /** Index of the first element in {@link #data()}. */
  public int offset() {
    return offset;
  }

  /** The extents. */
  public Shape shape() {
    return shape;
  }

  /**
   * One element.
   *
   * @param index one index an axis
   */
  public float get(int... index) {
    return storage.data[offset + flat(index)];
  }

  /**
   * Sets one element.
   *
   * @param value the new value
   * @param index one index an axis
   */
  public void set(float value, int... index) {
    storage.data[offset + flat(index)] = value;
  }

  private int flat(int[] index) {
    if (index.length != shape.rank()) {
      throw new ShapeMismatchException(
          "index " + Arrays.toString(index) + " does not fit shape " + shape);
    }
    int at = 0;
    for (int i = 0; i < index.length; i++) {
      at = at * shape.dim(i) + java.util.Objects.checkIndex(index[i], shape.dim(i));
    }
    return at;
  }

  /**
   * The same elements under another shape; a view.
   *
   * @param dims extents with the same element count
   */
  public Tensor reshape(int... dims) {
    Shape to = Shape.of(dims);
    if (to.elements() != shape.elements()) {
      throw new ShapeMismatchException(
          "reshape: "
              + shape
              + " has "
              + shape.elements()
              + " elements, "
              + to
              + " has "
              + to.elements());
    }
    return new Tensor(storage, offset, to);
  }

  /**
   * Indices {@code from} (inclusive) to {@code to} (exclusive) of the first axis; a view.
   *
   * @param from first index
   * @param to one past the last index
   */
  public Tensor slice(int from, int to) {
    java.util.Objects.checkFromToIndex(from, to, shape.dim(0));
    int[] dims = shape.toArray();
    int stride = dims[0] == 0 ? 0 : shape.elements() / dims[0];
    dims[0] = to - from;
    return new Tensor(storage, offset + from * stride, Shape.of(dims));
  }

  /**
   * Makes this tensor a variable: operations on it are recorded, and its gradient is kept.
   *
   * @return this
   */
  public Tensor requireGrad() {
    storage.tracked = true;
    storage.leaf = true;
    return this;
  }

  /** Whether this is a variable, or was computed from one on a tape. */
  public boolean requiresGrad() {
    return storage.tracked;
  }

  /** Whether there is a gradient. */
  public boolean hasGrad() {
    return storage.hasGrad;
  }

  /**
   * The gradient: the sum over all {@link Tape#backward} since the last {@link #zeroGrad}. Writing
   * to it changes it.
   *
   * @return shaped as this
   * @throws IllegalStateException if there is none
   */
  public Tensor grad() {
    storage.gradRows = null; // any may be written to
    return readGrad();
  }

  /**
   * The same, to be read only.
   *
   * @throws IllegalStateException if there is none
   */
  public Tensor readGrad() {
    float[] grad = storage.grad;
    if (!storage.hasGrad || grad == null) {
      throw new IllegalStateException("there is no gradient of " + this);
    }
    return new Tensor(grad, offset - storage.begin, shape);
  }

  /**
   * The rows of a matrix outside of which its gradient is zero, or null if that is not known. They
   * are known as long as only {@link Tape#addIntoRows} has added to it, for a matrix of this shape,
   * and {@link #grad} has not been called.
   */
  public @Nullable RowSet gradRows() {
    RowSet rows = storage.gradRows;
    return storage.hasGrad && rows != null && rows.fits(shape) ? rows : null;
  }

  /** Forgets the gradient; its memory is used again. */
  public void zeroGrad() {
    storage.hasGrad = false;
  }

  /** The same elements without a past: a constant. Storage is shared, the gradient is not. */
  public Tensor detach() {
    return new Tensor(storage.data, offset, shape);
  }

  Storage storage() {
    return storage;
  }

  /** A copy of the elements in row-major order. */
  public float[] toArray() {
    return Arrays.copyOfRange(storage.data, offset, offset + shape.elements());
  }

  /** A tensor with storage of its own and the same elements. */
  public Tensor copy() {
    return new Tensor(toArray(), 0, shape);
  }

  @Override
  public String toString() {
    int shown = Math.min(8, shape.elements());
    String head = Arrays.toString(Arrays.copyOfRange(storage.data, offset, offset + shown));
    return "Tensor" + shape + (shown < shape.elements() ? head.replace("]", ", ...]") : head);
  }
}

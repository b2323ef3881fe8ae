package dev.bantam.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reverse-mode automatic differentiation. While a tape is open, each operation in its workspace
 * that depends on a variable adds how its gradient flows back; {@link #backward} then runs through
 * them from the last to the first.
 *
 * <pre>{@code
 * try (Tape tape = Tape.record(ws)) {
 *   Tensor loss = MseOp.forward(ws, LinearOp.forward(ws, x, weight, bias, Activation.NONE), y);
 *   tape.backward(loss);
 * }
 * weight.grad();  // ∂ loss / ∂ weight
 * }</pre>
 *
 * <p>Each gradient is complete before it flows on, because operations were added after what they
 * depend on. What an operation computed stays in the workspace until the tape is closed; the
 * gradients of intermediate results end as soon as they have flowed on.
 */
public final class Tape implements AutoCloseable {
  private static final int CHUNK_ELEMENTS = 16384;

  /** How the gradient of a result flows back to the arguments of its operation. */
  @FunctionalInterface
  public interface Backward {
    /**
     * Computes the gradients of the arguments.
     *
     * @param gradients where they go; temporary memory may be taken from the workspace
     */
    void run(Tape gradients);
  }

  private record Node(Tensor result, Backward backward) {}

  /** A gradient in temporary memory, to be added when its operation has run. */
  private record Addend(Storage to, int offset, Tensor gradient) {}

  private final Workspace ws;
  private final @Nullable Tape outer;
  private final int mark;
  private final List<Node> nodes = new ArrayList<>();
  private final List<Addend> addends = new ArrayList<>();
  private boolean spent;
  private boolean closed;

  private Tape(Workspace ws) {
    this.ws = ws;
    this.mark = ws.mark();
    this.outer = ws.swap(this);
  }

  /**
   * Begins to record what is computed in a workspace.
   *
   * @param ws the workspace
   */
  public static Tape record(Workspace ws) {
    return new Tape(ws);
  }

  /**
   * Adds an operation, if an argument of it requires a gradient; its result then does so too.
   *
   * @param result what it computed
   * @param backward how its gradient flows back
   * @param arguments what it depends on; null for arguments that are absent
   */
  public void add(Tensor result, Backward backward, @Nullable Tensor... arguments) {
    for (Tensor x : arguments) {
      if (x != null && x.requiresGrad()) {
        addAlways(result, backward);
        return;
      }
    }
  }

  /**
   * Adds an operation that learns on the way back only what it depends on.
   *
   * @param result what it computed
   * @param backward how its gradient flows back
   */
  public void addAlways(Tensor result, Backward backward) {
    result.storage().tracked = true;
    nodes.add(new Node(result, backward));
  }

  /**
   * Computes the gradients of a scalar with respect to all variables it depends on, and adds them
   * to the gradients that these have. Ends the recording.
   *
   * @param loss a tensor of one element, computed on this tape
   * @throws IllegalArgumentException if it has more elements, or depends on no variable, or was not
   *     computed on this tape
   * @throws IllegalStateException if this tape has run before, or is closed
   */
  public void backward(Tensor loss) {
    if (loss.shape().elements() != 1) {
      throw new IllegalArgumentException(
          "backward: expected a scalar, got shape "
              + loss.shape()
              + "; give the gradient of the result too");
    }
    backward(loss, Tensor.wrap(new float[] {1}).reshape(loss.shape().toArray()));
  }

  /**
   * Computes {@code gradientᵀ · ∂ y / ∂ v} for all variables v that y depends on, and adds it to
   * the gradients that these have. Ends the recording.
   *
   * @param y a tensor computed on this tape
   * @param gradient of a scalar with respect to y, shaped as y
   * @throws IllegalArgumentException if y depends on no variable, or was not computed on this tape
   * @throws IllegalStateException if this tape has run before, or is closed
   */
  public void backward(Tensor y, Tensor gradient) {
    if (spent || closed) {
      throw new IllegalStateException(
          "backward: this tape " + (closed ? "is closed" : "has run") + "; record a new one");
    }
    if (!y.requiresGrad()) {
      throw new IllegalArgumentException("backward: " + y + " depends on no variable");
    }
    if (!y.storage().leaf && nodes.stream().noneMatch(n -> n.result.storage() == y.storage())) {
      throw new IllegalArgumentException("backward: " + y + " was not computed on this tape");
    }
    if (!y.shape().equals(gradient.shape())) {
      throw new ShapeMismatchException(
          "backward: gradient " + gradient.shape() + " of y " + y.shape());
    }
    spent = true;
    try (var _ = ws.noGrad()) {
      addTo(y.storage(), y.offset() - y.storage().begin, gradient);
      for (Node node : nodes.reversed()) {
        Storage result = node.result.storage();
        if (result.hasGrad) {
          run(node);
          forget(result);
        }
      }
    } finally {
      for (Node node : nodes) { // after a failure
        forget(node.result.storage());
      }
      nodes.clear();
    }
  }

  private void run(Node node) {
    try (var _ = ws.scope()) {
      node.backward.run(this);
      for (Addend a : addends) {
        addTo(a.to, a.offset, a.gradient);
      }
    } finally {
      addends.clear();
    }
  }

  private void forget(Storage s) {
    float[] grad = s.grad;
    if (grad != null && !s.leaf) {
      ws.gradients.giveBack(grad);
      s.grad = null;
      s.hasGrad = false;
    }
  }

  // What operations use on the way back.

  /**
   * The gradient of a result. It is complete, belongs to its operation, and may be written to.
   *
   * @param result of the operation that runs
   */
  public Tensor of(Tensor result) {
    Tensor gradient = result.grad();
    if (!result.storage().leaf) {
      return gradient;
    }
    Tensor copy = ws.allocate(gradient.shape()); // a variable keeps its own
    System.arraycopy(
        gradient.data(), gradient.offset(), copy.data(), copy.offset(), copy.shape().elements());
    return copy;
  }

  /**
   * Where the gradient of an argument is to be written; what is written is added to what came from
   * elsewhere.
   *
   * @param argument of the operation that runs
   * @return shaped as the argument, contents undefined; null if it requires no gradient
   */
  public @Nullable Tensor into(@Nullable Tensor argument) {
    if (argument == null || !argument.requiresGrad()) {
      return null;
    }
    Storage s = argument.storage();
    if (!s.hasGrad && argument.shape().elements() == s.size) {
      memory(s);
      s.hasGrad = true;
      return argument.grad();
    }
    Tensor temporary = ws.allocate(argument.shape());
    addends.add(new Addend(s, argument.offset() - s.begin, temporary));
    return temporary;
  }

  /**
   * Where the gradient of an argument is to be added to, for operations that reach few of its
   * elements.
   *
   * @param argument of the operation that runs
   * @return shaped as the argument, with what came from elsewhere; null if it requires no gradient
   */
  public @Nullable Tensor addInto(Tensor argument) {
    if (!argument.requiresGrad()) {
      return null;
    }
    begin(argument.storage());
    return argument.grad();
  }

  /**
   * Where some rows of the gradient of a matrix are to be added to, for operations that reach no
   * others.
   *
   * @param argument of the operation that runs, [n, width]
   * @param rows their indices, in any order
   * @return shaped as the argument, with what came from elsewhere; null if it requires no gradient
   */
  public @Nullable Tensor addIntoRows(Tensor argument, int[] rows) {
    Storage s = argument.storage();
    if (!s.leaf || argument.shape().elements() != s.size) {
      return addInto(argument);
    }
    RowSet known = s.gradRows;
    if (known != null && !known.fits(argument.shape())) {
      known = null;
    } else if (!s.hasGrad && known != null) {
      known.zero(memory(s));
      s.hasGrad = true;
    } else if (!s.hasGrad) {
      known = new RowSet(argument.shape().dim(0), argument.shape().dim(1));
    }
    begin(s);
    if (known != null) {
      known.addAll(rows);
    }
    s.gradRows = known;
    return argument.readGrad();
  }

  private float[] memory(Storage s) {
    float[] grad = s.grad;
    if (grad == null) {
      grad = s.leaf ? new float[s.size] : ws.gradients.take(s.size, s.data.length);
      s.grad = grad;
    }
    return grad;
  }

  /** Zeros, if there is no gradient yet. */
  private float[] begin(Storage s) {
    float[] grad = memory(s);
    if (!s.hasGrad) {
      ws.pool()
          .run(
              Math.ceilDiv(s.size, CHUNK_ELEMENTS),
              (chunk, _) -> {
                int from = chunk * CHUNK_ELEMENTS;
                Arrays.fill(grad, from, Math.min(from + CHUNK_ELEMENTS, s.size), 0);
              });
      s.hasGrad = true;
    }
    s.gradRows = null;
    return grad;
  }

  private void addTo(Storage s, int offset, Tensor gradient) {
    float[] grad = begin(s);
    int n = gradient.shape().elements();
    ws.pool()
        .run(
            Math.ceilDiv(n, CHUNK_ELEMENTS),
            (chunk, _) -> {
              int from = chunk * CHUNK_ELEMENTS;
              int at = offset + from;
              ws.kernels()
                  .vectors()
                  .add(
                      grad,
                      at,
                      gradient.data(),
                      gradient.offset() + from,
                      grad,
                      at,
                      Math.min(CHUNK_ELEMENTS, n - from));
            });
  }

  /**
   * Ends the recording, and everything that was computed in the workspace since it began. A second
   * call does nothing.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    ws.swap(outer);
    ws.reset(mark);
  }
}

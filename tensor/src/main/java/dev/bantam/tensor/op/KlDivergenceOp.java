package dev.bantam.tensor.op;

import dev.bantam.tensor.ShapeMismatchException;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.VectorKernel;
import org.jspecify.annotations.Nullable;

/**
 * The loss of knowledge distillation (Hinton et al. 2015): {@code L = T² · mean_i KL(p_i || q_i)}
 * with {@code p_i = softmax(teacher_i / T)} and {@code q_i = softmax(student_i / T)}. The factor T²
 * keeps the size of the gradient at any temperature.
 */
public final class KlDivergenceOp {
  private KlDivergenceOp() {}

  /**
   * Computes the loss.
   *
   * @param ws where to run
   * @param student logits [..., classes]
   * @param teacher logits, shaped as those of the student
   * @param temperature T, positive
   * @return a scalar
   * @throws ShapeMismatchException if shapes differ
   */
  public static Tensor forward(Workspace ws, Tensor student, Tensor teacher, float temperature) {
    if (!student.shape().equals(teacher.shape())) {
      throw new ShapeMismatchException(
          "klDivergence: student "
              + student.shape()
              + " and teacher "
              + teacher.shape()
              + " differ");
    }
    if (!(temperature > 0)) {
      throw new IllegalArgumentException(
          "klDivergence: expected a positive temperature, got " + temperature);
    }
    int rows = student.shape().rows();
    int cols = student.shape().dim(-1);
    VectorKernel vectors = ws.kernels().vectors();
    Tensor p = ws.allocate(student.shape());
    Tensor q = ws.allocate(student.shape());
    Tensor logRatio = ws.allocate(student.shape()); // log p - log q
    Tensor divergences = ws.allocate(rows);
    LogSoftmaxOp.apply(ws, teacher, 1 / temperature, p);
    LogSoftmaxOp.apply(ws, student, 1 / temperature, q);
    Chunks.rows(
        ws,
        rows,
        cols,
        (from, count) -> {
          int n = count * cols;
          int pAt = p.offset() + from * cols;
          int qAt = q.offset() + from * cols;
          int at = logRatio.offset() + from * cols;
          vectors.subtract(p.data(), pAt, q.data(), qAt, logRatio.data(), at, n);
          vectors.exp(p.data(), pAt, n);
          vectors.exp(q.data(), qAt, n);
          for (int i = 0; i < count; i++) {
            divergences.data()[divergences.offset() + from + i] =
                vectors.dot(p.data(), pAt + i * cols, logRatio.data(), at + i * cols, cols);
          }
        });
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      sum += divergences.get(i);
    }
    Tensor loss = ws.allocate();
    loss.set((float) ((double) temperature * temperature * sum / rows));
    if (ws.recording()) {
      ws.tape()
          .add(
              loss,
              g ->
                  backward(
                      ws,
                      p,
                      q,
                      logRatio,
                      divergences,
                      temperature / rows * g.of(loss).get(),
                      g.into(student),
                      g.into(teacher)),
              student,
              teacher);
    }
    return loss;
  }

  /**
   * With {@code f = T / rows · dL}: {@code dstudent = f (q - p)}, {@code dteacher[i, j] = f p[i, j]
   * (log p[i, j] - log q[i, j] - KL_i)}.
   */
  private static void backward(
      Workspace ws,
      Tensor p,
      Tensor q,
      Tensor logRatio,
      Tensor divergences,
      float factor,
      @Nullable Tensor dStudent,
      @Nullable Tensor dTeacher) {
    int cols = p.shape().dim(-1);
    Chunks.rows(
        ws,
        p.shape().rows(),
        cols,
        (from, rows) -> {
          for (int i = from * cols; i < (from + rows) * cols; i++) {
            float pi = p.data()[p.offset() + i];
            if (dStudent != null) {
              dStudent.data()[dStudent.offset() + i] = factor * (q.data()[q.offset() + i] - pi);
            }
            if (dTeacher != null) {
              float above = logRatio.data()[logRatio.offset() + i] - divergences.get(i / cols);
              dTeacher.data()[dTeacher.offset() + i] = factor * pi * above;
            }
          }
        });
  }
}

package dev.bantam.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.op.AddOp;
import dev.bantam.tensor.op.EmbeddingOp;
import dev.bantam.tensor.op.SumOp;
import dev.bantam.tensor.parallel.WorkerPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The rows of a table that are known to be all that its gradient has. */
class RowSetTest {
  private final Workspace ws = new Workspace(Kernels.best(), WorkerPool.of(1));
  private final Tensor table = Tensor.zeros(5, 2).requireGrad();

  private void lookUp(int... ids) {
    try (Tape tape = Tape.record(ws)) {
      tape.backward(SumOp.forward(ws, EmbeddingOp.forward(ws, table, ids, -1)));
    }
  }

  private void useAll() {
    try (Tape tape = Tape.record(ws)) {
      tape.backward(SumOp.forward(ws, table));
    }
  }

  private List<Integer> rows() {
    RowSet known = Objects.requireNonNull(table.gradRows());
    List<Integer> rows = new ArrayList<>();
    for (int row = 0; row < 5; row++) {
      if (known.hasRowOf(2 * row + 1)) {
        rows.add(row);
      }
    }
    return rows;
  }

  @Test
  void lookUpsAddTheirRowsUntilTheGradientIsForgotten() {
    assertThat(table.gradRows()).isNull();
    lookUp(3, 1, 3);
    assertThat(rows()).containsExactly(1, 3);
    lookUp(4);
    assertThat(rows()).containsExactly(1, 3, 4);
    assertThat(table.readGrad().toArray()).containsExactly(0, 0, 1, 1, 0, 0, 2, 2, 1, 1);
    table.zeroGrad();
    assertThat(table.gradRows()).isNull();
    lookUp(0);
    assertThat(rows()).containsExactly(0);
    assertThat(table.readGrad().toArray()).containsExactly(1, 1, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void whatReachesAllRowsEndsTheKnowledge() {
    lookUp(1);
    useAll();
    assertThat(table.gradRows()).isNull();
    lookUp(2);
    assertThat(table.gradRows()).isNull();
    assertThat(table.readGrad().toArray()).containsExactly(1, 1, 2, 2, 2, 2, 1, 1, 1, 1);
    table.zeroGrad();
    lookUp(2);
    assertThat(rows()).containsExactly(2);
    assertThat(table.readGrad().toArray()).containsExactly(0, 0, 0, 0, 1, 1, 0, 0, 0, 0);
    table.zeroGrad();
    useAll();
    table.zeroGrad();
    lookUp(0);
    assertThat(table.readGrad().toArray()).containsExactly(1, 1, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void whoeverMayWriteToTheGradientEndsTheKnowledge() {
    lookUp(1);
    table.grad().data()[9] = 7;
    assertThat(table.gradRows()).isNull();
    table.zeroGrad();
    lookUp(1);
    assertThat(rows()).containsExactly(1);
    assertThat(table.readGrad().toArray()).containsExactly(0, 0, 1, 1, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void aTableThatIsSeenInTwoShapesHasNoKnownRows() {
    try (Tape tape = Tape.record(ws)) {
      Tensor wide = table.reshape(2, 5);
      Tensor a = SumOp.forward(ws, EmbeddingOp.forward(ws, wide, new int[] {1}, -1));
      Tensor b = SumOp.forward(ws, EmbeddingOp.forward(ws, table, new int[] {0}, -1));
      tape.backward(AddOp.forward(ws, a, b));
    }
    assertThat(table.gradRows()).isNull();
    assertThat(table.readGrad().toArray()).containsExactly(1, 1, 0, 0, 0, 1, 1, 1, 1, 1);
  }

  @Test
  void stretchesAreRowsAllInTheSetOrAllNot() {
    RowSet rows = new RowSet(6, 3);
    assertThat(rows.endOfStretch(0)).isEqualTo(18);
    rows.addRowOf(5);
    rows.addRowOf(8);
    RowSet more = new RowSet(6, 3);
    more.addRowOf(17);
    rows.addAll(more);
    assertThat(rows.endOfStretch(1)).isEqualTo(3);
    assertThat(rows.endOfStretch(3)).isEqualTo(9);
    assertThat(rows.endOfStretch(7)).isEqualTo(9);
    assertThat(rows.endOfStretch(9)).isEqualTo(15);
    assertThat(rows.endOfStretch(15)).isEqualTo(18);
  }
}

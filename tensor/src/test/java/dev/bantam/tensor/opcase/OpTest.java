package dev.bantam.tensor.opcase;

import static dev.bantam.tensor.Floats.assertClose;
import static dev.bantam.tensor.Floats.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.tensor.Shape;
import dev.bantam.tensor.Tape;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.op.AddOp;
import dev.bantam.tensor.parallel.WorkerPool;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What holds for every operation, held against every case of {@link OpCases}. */
class OpTest {
  private static final List<OpCase> CASES = OpCases.all();
  private static final WorkerPool TWO_THREADS = WorkerPool.of(2);
  private static final Workspace SCALAR = new Workspace(Kernels.scalar(), WorkerPool.of(1));
  private static final Workspace SIMD =
      new Workspace(Kernels.simd().orElseThrow(), WorkerPool.of(1));
  private static final Workspace SIMD_2 = new Workspace(Kernels.simd().orElseThrow(), TWO_THREADS);
  private static final List<Workspace> ALL = List.of(SCALAR, SIMD, SIMD_2);

  @AfterAll
  static void endThreads() {
    TWO_THREADS.close();
  }

  @Test
  void every_operation_has_a_case() throws Exception {
    URI one = AddOp.class.getResource("AddOp.class").toURI();
    TreeSet<String> operations = new TreeSet<>();
    try (Stream<Path> files = Files.list(Path.of(one).getParent())) {
      for (Path file : files.filter(f -> f.toString().endsWith("Op.class")).toList()) {
        String name = file.getFileName().toString().replace(".class", "");
        Class<?> type = Class.forName(AddOp.class.getPackageName() + "." + name);
        if (Modifier.isPublic(type.getModifiers())) {
          operations.add(name);
        }
      }
    }
    assertThat(operations).contains("AddOp");
    assertThat(CASES.stream().map(test -> test.op().getSimpleName()).collect(Collectors.toSet()))
        .isEqualTo(operations);
  }

  @ParameterizedTest
  @FieldSource("CASES")
  void the_result_is_that_of_the_formula(OpCase test) {
    List<Tensor> inputs = test.inputs(test.shapes());
    Exact expected = test.reference().evaluate(inputs.stream().map(Exact::of).toList());
    for (Workspace ws : ALL) {
      try (var _ = ws.scope()) {
        Tensor y = test.run().forward(ws, inputs);
        assertThat(y.shape()).isEqualTo(expected.shape());
        assertClose(y.toArray(), expected.values(), 1e-5, 1e-6, test);
        assertThat(y.requiresGrad()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @FieldSource("CASES")
  void gradients_are_those_of_the_formula(OpCase test) {
    for (Workspace ws : ALL) {
      GradientCheck.check(test, ws, test.inputs(test.shapes()));
    }
  }

  @ParameterizedTest
  @FieldSource("CASES")
  void the_result_is_the_same_when_it_is_recorded(OpCase test) {
    List<Tensor> constants = test.inputs(test.shapes());
    List<Tensor> variables = test.inputs(test.shapes());
    variables.forEach(Tensor::requireGrad);
    for (Workspace ws : ALL) {
      float[] expected;
      try (var _ = ws.scope()) {
        expected = test.run().forward(ws, constants).toArray();
      }
      try (var _ = Tape.record(ws)) {
        Tensor y = test.run().forward(ws, variables);
        assertThat(y.requiresGrad()).isTrue();
        assertClose(y.toArray(), expected, 1e-6, 1e-6, test);
      }
    }
  }

  @ParameterizedTest
  @FieldSource("CASES")
  void an_input_that_is_used_twice_gets_both_gradients(OpCase test) {
    List<Shape> shapes = test.shapes();
    for (int i = 0; i < shapes.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (shapes.get(i).equals(shapes.get(j))) {
          List<Tensor> inputs = new ArrayList<>(test.inputs(shapes));
          inputs.set(j, inputs.get(i));
          GradientCheck.check(test, SIMD, inputs);
        }
      }
    }
  }

  @ParameterizedTest
  @FieldSource("CASES")
  void an_input_gets_the_same_gradient_whoever_else_wants_one(OpCase test) {
    List<Tensor> together = test.inputs(test.shapes());
    together.forEach(Tensor::requireGrad);
    GradientCheck.run(test, SIMD, together);
    for (int i = 0; i < together.size(); i++) {
      List<Tensor> alone = test.inputs(test.shapes());
      alone.get(i).requireGrad();
      GradientCheck.run(test, SIMD, alone);
      for (int j = 0; j < together.size(); j++) {
        assertThat(alone.get(j).hasGrad()).isEqualTo(j == i);
      }
      assertSameBits(
          alone.get(i).grad().toArray(), together.get(i).grad().toArray(), test + " " + i);
    }
  }

  @ParameterizedTest
  @FieldSource("CASES")
  void gradients_accumulate_until_they_are_forgotten(OpCase test) {
    List<Tensor> inputs = test.inputs(test.shapes());
    inputs.forEach(Tensor::requireGrad);
    GradientCheck.run(test, SIMD, inputs);
    List<float[]> once = inputs.stream().map(x -> x.grad().toArray()).toList();
    GradientCheck.run(test, SIMD, inputs);
    for (int i = 0; i < inputs.size(); i++) {
      float[] twice = once.get(i).clone();
      SIMD.kernels().vectors().scale(2, twice, 0, twice.length);
      assertClose(inputs.get(i).grad().toArray(), twice, 1e-6, 1e-6, test + " twice");
    }
    inputs.forEach(Tensor::zeroGrad);
    GradientCheck.run(test, SIMD, inputs);
    for (int i = 0; i < inputs.size(); i++) {
      assertSameBits(inputs.get(i).grad().toArray(), once.get(i), test + " again");
    }
  }

  @ParameterizedTest
  @FieldSource("CASES")
  void inputs_are_left_as_they_are(OpCase test) {
    List<Tensor> inputs = test.inputs(test.shapes());
    inputs.forEach(Tensor::requireGrad);
    GradientCheck.run(test, SIMD, inputs);
    for (int i = 0; i < inputs.size(); i++) {
      float[] before = test.inputs(test.shapes()).get(i).data();
      assertSameBits(inputs.get(i).data(), before, test + " with what lies around it");
    }
  }

  @ParameterizedTest
  @FieldSource("CASES")
  void nothing_is_recorded_without_a_gradient(OpCase test) {
    List<Tensor> inputs = test.inputs(test.shapes());
    inputs.forEach(Tensor::requireGrad);
    try (var _ = Tape.record(SIMD)) {
      try (var _ = SIMD.noGrad()) {
        assertThat(test.run().forward(SIMD, inputs).requiresGrad()).isFalse();
      }
    }
  }

  /** At the size of a model, where work is cut into chunks. */
  @ParameterizedTest
  @FieldSource("TIMED")
  void bits_do_not_depend_on_the_threads(OpCase test) {
    List<float[]> expected = bits(test, SIMD);
    List<float[]> actual = bits(test, SIMD_2);
    for (int i = 0; i < expected.size(); i++) {
      assertSameBits(actual.get(i), expected.get(i), test + " " + i);
    }
  }

  private static final List<OpCase> TIMED =
      CASES.stream().map(test -> OpCases.of(test.op().getSimpleName())).distinct().toList();

  /** The result and the gradients of all inputs. */
  private static List<float[]> bits(OpCase test, Workspace ws) {
    List<Tensor> inputs = test.inputs(test.modelShapes());
    inputs.forEach(Tensor::requireGrad);
    List<float[]> bits = new ArrayList<>();
    try (Tape tape = Tape.record(ws)) {
      Tensor y = test.run().forward(ws, inputs);
      bits.add(y.toArray());
      tape.backward(y, OpCase.normal(99, y.shape()));
    }
    inputs.forEach(x -> bits.add(x.grad().toArray()));
    return bits;
  }
}

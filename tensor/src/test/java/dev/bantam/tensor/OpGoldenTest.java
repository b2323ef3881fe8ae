package dev.bantam.tensor;

import static dev.bantam.tensor.Floats.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.kernel.MatmulKernel;
import dev.bantam.tensor.op.AttentionOp;
import dev.bantam.tensor.parallel.WorkerPool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds all kernels to the exact results that {@code goldens/make_ops.py} computed in float64. */
class OpGoldenTest {
  private static final Map<String, Golden> GOLDENS = new LinkedHashMap<>();

  private record Golden(int[] dims, double[] values) {
    float[] floats() {
      float[] x = new float[values.length];
      for (int i = 0; i < x.length; i++) {
        x[i] = (float) values[i];
      }
      return x;
    }
  }

  @BeforeAll
  static void read() throws IOException {
    try (InputStream in = OpGoldenTest.class.getResourceAsStream("goldens/ops.bin")) {
      ByteBuffer file = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
      while (file.hasRemaining()) {
        byte[] name = new byte[file.getInt()];
        file.get(name);
        int[] dims = new int[file.getInt()];
        for (int i = 0; i < dims.length; i++) {
          dims[i] = file.getInt();
        }
        double[] values = new double[Shape.of(dims).elements()];
        file.asDoubleBuffer().get(values);
        file.position(file.position() + Double.BYTES * values.length);
        GOLDENS.put(new String(name, StandardCharsets.US_ASCII), new Golden(dims, values));
      }
    }
  }

  private static Stream<Named<Kernels>> kernels() {
    return Stream.of(Kernels.scalar(), Kernels.simd().orElseThrow())
        .map(kernels -> Named.of(kernels.name(), kernels));
  }

  /** The cases of an operation, as {@code op.case.}, to which the name of a tensor is added. */
  private static List<String> cases(String op) {
    List<String> cases =
        GOLDENS.keySet().stream()
            .filter(name -> name.startsWith(op + ".") && name.endsWith(".y"))
            .map(name -> name.substring(0, name.length() - 1))
            .toList();
    assertThat(cases).as(op).isNotEmpty();
    return cases;
  }

  private static float[] floats(String name) {
    return GOLDENS.get(name).floats();
  }

  private static double[] result(String test) {
    return GOLDENS.get(test + "y").values();
  }

  private static void activation(
      Kernels kernels, String op, Activation f, double absolute, double relative) {
    for (String test : cases(op)) {
      float[] x = floats(test + "x");
      kernels.vectors().activate(f, x, 0, x.length);
      assertClose(x, result(test), absolute, relative, test);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void gelu_is_exact(Kernels kernels) {
    activation(kernels, "gelu", Activation.GELU, 1e-7, 2.5e-7);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void gelu_tanh_is_exact(Kernels kernels) {
    activation(kernels, "geluTanh", Activation.GELU_TANH, 5e-7, 3e-7);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void tanh_is_exact(Kernels kernels) {
    activation(kernels, "tanh", Activation.TANH, 2e-7, 0);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void exp_is_exact(Kernels kernels) {
    for (String test : cases("exp")) {
      float[] x = floats(test + "x");
      kernels.vectors().exp(x, 0, x.length);
      // results below the least normal number may be 0
      assertClose(x, result(test), Float.MIN_NORMAL, 2e-7, test);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void softmax_is_exact(Kernels kernels) {
    for (String test : cases("softmax")) {
      int[] dims = GOLDENS.get(test + "x").dims();
      float[] x = floats(test + "x");
      kernels.rows().softmax(x, 0, dims[1], dims[0], dims[1]);
      assertClose(x, result(test), 1e-7, 1e-6, test);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void layer_norm_is_exact(Kernels kernels) {
    for (String test : cases("layerNorm")) {
      int[] dims = GOLDENS.get(test + "x").dims();
      float[] y = floats(test + "x");
      float eps = floats(test + "eps")[0];
      float[] gamma = floats(test + "gamma");
      float[] beta = floats(test + "beta");
      kernels.rows().layerNorm(y, 0, null, 0, gamma, beta, eps, y, 0, dims[0], dims[1]);
      assertClose(y, result(test), 2e-6, 1e-6, test);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void linear_is_exact(Kernels kernels) {
    MatmulKernel matmul = kernels.matmul();
    for (String test : cases("linear")) {
      int[] x = GOLDENS.get(test + "x").dims();
      int[] w = GOLDENS.get(test + "weight").dims();
      float[] y = new float[x[0] * w[0]];
      var packed = matmul.pack(floats(test + "weight"), 0, w[0], w[1]);
      matmul.multiply(
          floats(test + "x"),
          0,
          x[1],
          false,
          x[0],
          packed,
          0,
          packed.panels(),
          false,
          floats(test + "bias"),
          Activation.NONE,
          y,
          0,
          w[0],
          new float[matmul.scratchSize()]);
      assertClose(y, result(test), 5e-6, 1e-6, test);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void attention_is_exact(Kernels kernels) {
    Workspace ws = new Workspace(kernels, WorkerPool.of(1));
    for (String test : cases("attention")) {
      int[] dims = GOLDENS.get(test + "q").dims();
      int heads = Integer.parseInt(test.split("-")[1]);
      float scale = (float) (1 / Math.sqrt((double) dims[1] / heads));
      Tensor q = Tensor.wrap(floats(test + "q"), dims);
      Tensor k = Tensor.wrap(floats(test + "k"), dims);
      Tensor v = Tensor.wrap(floats(test + "v"), dims);
      Tensor y = AttentionOp.forward(ws, q, k, v, new int[] {0, dims[0]}, heads, scale, 0, null);
      assertClose(y.toArray(), result(test), 1e-5, 0, test);
    }
  }
}

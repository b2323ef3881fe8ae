package dev.bantam.quant.model;

import static dev.bantam.quant.Numbers.assertSameBits;
import static dev.bantam.quant.Numbers.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.nn.EmbeddingKernel;
import dev.bantam.nn.LinearKernel;
import dev.bantam.nn.StoredWeight;
import dev.bantam.quant.Granularity;
import dev.bantam.quant.InputQuantization;
import dev.bantam.quant.Numbers;
import dev.bantam.quant.QuantizedMatrix;
import dev.bantam.quant.RoundToNearest;
import dev.bantam.quant.WeightScheme;
import dev.bantam.quant.WeightType;
import dev.bantam.quant.kernel.QuantizedLinearKernel;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import dev.bantam.tensor.kernel.Activation;
import dev.bantam.tensor.kernel.Kernels;
import dev.bantam.tensor.parallel.WorkerPool;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is stored is what is loaded, and what nobody stored is refused. */
class QuantizedFormatTest {
  private static final int ROWS = 9;
  private static final int COLUMNS = 71; // odd: the last byte of a row of 4 bits has one code
  private static final QuantizedFormat FORMAT = new QuantizedFormat();
  private static final Kernels KERNELS = Kernels.best();

  private final Workspace ws = new Workspace(KERNELS, WorkerPool.of(1));

  static Stream<WeightScheme> schemes() {
    return Numbers.schemes();
  }

  private static QuantizedMatrix matrix(WeightScheme scheme) {
    return RoundToNearest.quantize(normal(1, ROWS * COLUMNS), ROWS, COLUMNS, scheme);
  }

  private float[] forward(LinearKernel kernel) {
    Tensor x = Tensor.wrap(normal(2, 5 * COLUMNS), 5, COLUMNS);
    return kernel.forward(ws, x, Activation.GELU).toArray();
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void what_is_stored_loads_to_a_layer_of_the_same_bits(WeightScheme scheme) throws IOException {
    QuantizedMatrix matrix = matrix(scheme);
    List<InputQuantization> roundings =
        scheme.type().isInteger()
            ? List.of(
                new InputQuantization.None(),
                new InputQuantization.Dynamic(),
                new InputQuantization.Static(0.03f, -128),
                new InputQuantization.Static(0.02f, 127))
            : List.of(new InputQuantization.None());
    for (InputQuantization rounding : roundings) {
      for (float[] smoothing : new float[][] {null, normal(3, COLUMNS)}) {
        for (float[] bias : new float[][] {null, normal(4, ROWS)}) {
          LayerInput input = new LayerInput(smoothing, rounding);
          StoredWeight stored = QuantizedFormat.store(matrix, scheme, input, 20);
          LinearKernel loaded = FORMAT.linear(MemoryLayer.of(stored, bias), COLUMNS, ROWS, KERNELS);
          LinearKernel expected =
              QuantizedLinearKernel.of(matrix, bias, smoothing, rounding, KERNELS);
          assertSameBits(forward(loaded), forward(expected), input);
          assertThat(loaded.description()).isEqualTo(expected.description());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void what_is_stored_loads_to_a_table_of_the_same_bits(WeightScheme scheme) throws IOException {
    QuantizedMatrix matrix = matrix(scheme);
    StoredWeight stored = QuantizedFormat.store(matrix, scheme, null, 20);
    assertThat(stored.scheme()).doesNotContainKey("input");
    EmbeddingKernel table = FORMAT.embedding(MemoryLayer.of(stored, null), ROWS, COLUMNS);
    int[] ids = {8, 0, 3, 3, 7, 1, 2, 4, 5, 6};
    float[] rows = table.forward(ws, ids).toArray();
    float[] expected = new float[rows.length];
    for (int i = 0; i < ids.length; i++) {
      matrix.dequantize(ids[i], ids[i] + 1, expected, i * COLUMNS);
    }
    assertSameBits(rows, expected, scheme);
    assertThat(table.rows()).isEqualTo(ROWS);
    assertThat(table.width()).isEqualTo(COLUMNS);
    assertThat(table.bytes()).isEqualTo(matrix.bytes());
  }

  @Test
  void an_id_that_is_no_row_is_refused() throws IOException {
    WeightScheme scheme = WeightScheme.of(WeightType.INT8, Granularity.perChannel());
    StoredWeight stored = QuantizedFormat.store(matrix(scheme), scheme, null, 20);
    EmbeddingKernel table = FORMAT.embedding(MemoryLayer.of(stored, null), ROWS, COLUMNS);
    for (int id : new int[] {-1, ROWS}) {
      assertThatThrownBy(() -> table.forward(ws, new int[] {0, id}))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessage("embedding: id " + id + " is not a row of [9, 71]");
    }
  }

  @ParameterizedTest
  @EnumSource
  void the_stored_size_is_the_compressed_size(WeightType type) {
    WeightScheme scheme = WeightScheme.of(type, Granularity.perGroup(32));
    StoredWeight stored = QuantizedFormat.store(matrix(scheme), scheme, null, 20);
    long bytes = stored.tensors().stream().mapToLong(part -> part.data().length).sum();
    int codes = ROWS * (type.bits() == 8 ? 71 : 36);
    assertThat(bytes).isEqualTo(codes + ROWS * 3 * Short.BYTES); // 3 groups, scales of 16 bits
  }

  @Test
  void the_scheme_says_what_the_javadoc_says() {
    WeightScheme scheme = WeightScheme.of(WeightType.INT4, Granularity.perGroup(32));
    LayerInput input = new LayerInput(null, new InputQuantization.Dynamic());
    assertThat(QuantizedFormat.store(matrix(scheme), scheme, input, 21.504).scheme())
        .containsOnly(
            Map.entry("weight", "int4"),
            Map.entry("group_size", 32),
            Map.entry("input", "dynamic"),
            Map.entry("sqnr_db", 21.5));
    assertThat(
            QuantizedFormat.store(matrix(scheme), scheme, input, Double.POSITIVE_INFINITY).scheme())
        .doesNotContainKey("sqnr_db");
    WeightScheme asymmetric = scheme.withZeroPoints();
    LayerInput smoothed = new LayerInput(new float[COLUMNS], new InputQuantization.Dynamic());
    Map<String, Object> said =
        QuantizedFormat.store(matrix(asymmetric), asymmetric, smoothed, 21.504).scheme();
    assertThat(said).contains(Map.entry("asymmetric", true), Map.entry("smoothed", true));
    assertThat(FORMAT.describe(said))
        .isEqualTo("int4 group 32, asymmetric, input dynamic smoothed");
  }

  static Stream<Arguments> spoilt() {
    return Stream.of(
        spoilt("weight: expected one of [int8, ", layer -> layer.say("weight", null)),
        spoilt("got int3", layer -> layer.say("weight", "int3")),
        spoilt("got 8", layer -> layer.say("weight", 8)),
        spoilt("group_size: expected a whole number from -1", l -> l.say("group_size", null)),
        spoilt("got -2", layer -> layer.say("group_size", -2)),
        spoilt("got 32", layer -> layer.say("group_size", "32")),
        spoilt("got 32.5", layer -> layer.say("group_size", 32.5)),
        spoilt("'weight_scale': expected shape [9, 5], got [9, 3]", l -> l.say("group_size", 16)),
        spoilt("'weight_scale': expected shape [1, 1]", layer -> layer.say("group_size", 0)),
        spoilt("'weight_scale': expected shape [9, 71]", layer -> layer.say("group_size", 1)),
        spoilt("'weight_scale' not found", layer -> layer.remove("weight_scale")),
        spoilt("a scale is 0.0", layer -> scale(layer, 0)),
        spoilt("a scale is -0.0", layer -> scale(layer, -0f)),
        spoilt("a scale is NaN", layer -> scale(layer, Float.NaN)),
        spoilt("a scale is -Infinity", layer -> scale(layer, Float.NEGATIVE_INFINITY)),
        spoilt("'weight_zero_point' not found", layer -> layer.say("asymmetric", true)),
        spoilt("'input_smoothing' not found", layer -> layer.say("smoothed", true)),
        spoilt("'weight' not found", layer -> layer.remove("weight")),
        spoilt(
            "'weight' is I8, expected U8",
            layer -> layer.put("weight", "I8", new byte[ROWS * 36], ROWS, 36)),
        spoilt(
            "'weight': expected shape [9, 36], got [9, 71]",
            layer -> layer.put("weight", "U8", new byte[ROWS * COLUMNS], ROWS, COLUMNS)),
        spoilt(
            "'weight_zero_point' is U8, expected I8",
            layer -> layer.put("weight_zero_point", "U8", new byte[27], ROWS, 3)),
        spoilt(
            "'weight_zero_point': expected shape [9, 3], got [9]",
            layer -> layer.put("weight_zero_point", "I8", new byte[9], ROWS)),
        spoilt("a zero point is 8, expected -8 to 7", layer -> zeroPoint(layer, 8)),
        spoilt("a zero point is -9, expected -8 to 7", layer -> zeroPoint(layer, -9)),
        spoilt("nf4 has no zero point", layer -> zeroPoint(layer.say("weight", "nf4"), 0)),
        spoilt(
            "weights of type nf4 are multiplied with floats", layer -> layer.say("weight", "nf4")),
        spoilt("input: expected float, dynamic or static, got null", l -> l.say("input", null)),
        spoilt("got int8", layer -> layer.say("input", "int8")),
        spoilt("got true", layer -> layer.say("input", true)),
        spoilt("'input_scale' not found", layer -> layer.say("input", "static")),
        spoilt(
            "'input_zero_point' not found",
            layer -> layer.say("input", "static").put("input_scale", new float[] {1}, 1)),
        spoilt(
            "input scale: expected a positive number, not subnormal, got 0.0",
            l -> inputScale(l, 0)),
        spoilt(
            "input scale: expected a positive number, not subnormal, got -1.0",
            l -> inputScale(l, -1)),
        spoilt(
            "input scale: expected a positive number, not subnormal, got NaN",
            l -> inputScale(l, Float.NaN)),
        spoilt(
            "input scale: expected a positive number, not subnormal, got Infinity",
            layer -> inputScale(layer, Float.POSITIVE_INFINITY)),
        spoilt(
            "'input_smoothing': expected shape [71], got [70]",
            layer -> layer.put("input_smoothing", new float[70], 70)),
        spoilt("'bias': expected shape [9], got [8]", l -> l.put("bias", new float[8], 8)));
  }

  private static Arguments spoilt(String message, UnaryOperator<MemoryLayer> how) {
    return Arguments.of(message, how);
  }

  private static MemoryLayer scale(MemoryLayer layer, float scale) {
    float[] scales = normal(5, ROWS * 3);
    scales[17] = scale;
    return layer.put("weight_scale", scales, ROWS, 3);
  }

  private static MemoryLayer zeroPoint(MemoryLayer layer, int zero) {
    byte[] zeros = new byte[ROWS * 3];
    zeros[26] = (byte) zero;
    return layer.put("weight_zero_point", "I8", zeros, ROWS, 3);
  }

  private static MemoryLayer inputScale(MemoryLayer layer, float scale) {
    return layer
        .say("input", "static")
        .put("input_scale", new float[] {scale}, 1)
        .put("input_zero_point", "I8", new byte[1], 1);
  }

  /** INT4 in groups of 32, inputs rounded token by token. */
  private static MemoryLayer sound() {
    WeightScheme scheme = WeightScheme.of(WeightType.INT4, Granularity.perGroup(32));
    LayerInput input = new LayerInput(null, new InputQuantization.Dynamic());
    return MemoryLayer.of(QuantizedFormat.store(matrix(scheme), scheme, input, 20), null);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("spoilt")
  void what_was_not_stored_so_is_refused(String message, UnaryOperator<MemoryLayer> how) {
    assertThatThrownBy(() -> FORMAT.linear(how.apply(sound()), COLUMNS, ROWS, KERNELS))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("'encoder.dense': ")
        .hasMessageContaining(message);
  }

  @Test
  void a_group_longer_than_a_row_is_a_row() throws IOException {
    WeightScheme row = WeightScheme.of(WeightType.INT8, Granularity.perChannel());
    LayerInput input = new LayerInput(null, new InputQuantization.Dynamic());
    StoredWeight stored = QuantizedFormat.store(matrix(row), row, input, 20);
    LinearKernel expected = FORMAT.linear(MemoryLayer.of(stored, null), COLUMNS, ROWS, KERNELS);
    MemoryLayer huge = MemoryLayer.of(stored, null).say("group_size", Long.MAX_VALUE);
    assertSameBits(
        forward(FORMAT.linear(huge, COLUMNS, ROWS, KERNELS)), forward(expected), "group");
  }
}

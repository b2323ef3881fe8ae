package dev.bantam.quant.model;

import dev.bantam.nn.CompressedFormat;
import dev.bantam.nn.EmbeddingKernel;
import dev.bantam.nn.Linear;
import dev.bantam.nn.LinearKernel;
import dev.bantam.nn.StoredLayer;
import dev.bantam.nn.StoredWeight;
import dev.bantam.quant.Granularity;
import dev.bantam.quant.InputQuantization;
import dev.bantam.quant.QuantizedMatrix;
import dev.bantam.quant.WeightScheme;
import dev.bantam.quant.WeightType;
import dev.bantam.quant.kernel.QuantizedLinearKernel;
import dev.bantam.tensor.kernel.Kernels;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a quantized layer lies in a checkpoint. {@code config.json} says of it
 *
 * <pre>{@code
 * {"format": "quantized", "weight": "int4", "group_size": 32, "input": "dynamic", "sqnr_db": 21.5}
 * }</pre>
 *
 * where {@code group_size} is the number of columns that share a scale, -1 for a row, 0 for all of
 * the weight; {@code input} is {@code "float"}, {@code "dynamic"} or {@code "static"} (absent for a
 * table). {@code "asymmetric": true} is there if {@code weight_zero_point} is, and {@code
 * "smoothed": true} if {@code input_smoothing} is. The checkpoint has, below the name of the layer,
 *
 * <ul>
 *   <li>{@code weight}: the codes; I8, F8_E4M3 or F8_E5M2 [rows, columns], or U8 [rows, ⌈columns /
 *       2⌉], the code of the even column in the low half of a byte;
 *   <li>{@code weight_scale}: F32 or F16 [rows, groups], or [1, 1] for all of the weight;
 *   <li>{@code weight_zero_point}: I8, shaped as the scales; absent if all are 0;
 *   <li>{@code input_smoothing}: F32 [columns], with which the input is multiplied first; optional;
 *   <li>{@code input_scale} F32 [1] and {@code input_zero_point} I8 [1], for a static input;
 *   <li>{@code bias}: F32 [rows], of a layer.
 * </ul>
 */
public final class QuantizedFormat implements CompressedFormat {
  static final String NAME = "quantized";
  static final String WEIGHT = "weight";
  static final String GROUP_SIZE = "group_size";
  static final String INPUT = "input";
  private static final String SQNR = "sqnr_db";
  static final String SCALE = "weight_scale";
  static final String ZERO_POINT = "weight_zero_point";
  private static final String SMOOTHING = "input_smoothing";
  private static final String INPUT_SCALE = "input_scale";
  private static final String INPUT_ZERO_POINT = "input_zero_point";
  static final int ROW = -1;
  static final int WHOLE = 0;

  /** Property of a scheme whose weights have zero points. */
  static final String ASYMMETRIC = "asymmetric";

  /** Property of a scheme whose inputs are scaled, element by element. */
  private static final String SMOOTHED = "smoothed";

  /** For the service loader. */
  public QuantizedFormat() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String describe(Map<String, Object> scheme) {
    Object input = scheme.get(INPUT);
    int groupSize = scheme.get(GROUP_SIZE) instanceof Number n ? n.intValue() : ROW;
    String grids =
        switch (groupSize) {
          case WHOLE -> "per tensor";
          case ROW -> input == null ? "per row" : "per channel";
          default -> "group " + groupSize;
        };
    return scheme.get(WEIGHT)
        + " "
        + grids
        + (isSet(scheme, ASYMMETRIC) ? ", asymmetric" : "")
        + (input == null ? "" : ", input " + input)
        + (isSet(scheme, SMOOTHED) ? " smoothed" : "");
  }

  /** Whether a property of a scheme holds; it need not be there if it does not. */
  static boolean isSet(Map<String, Object> scheme, String property) {
    return Boolean.TRUE.equals(scheme.get(property));
  }

  // Writing.

  /** What is stored of a weight; of a table if there is no layer. */
  static StoredWeight store(QuantizedWeight weight, @Nullable Linear layer) {
    return store(weight.matrix(), weight.scheme(), LayerInput.of(layer), weight.sqnrDb());
  }

  /**
   * What is stored of a weight.
   *
   * @param matrix the weight
   * @param scheme what it was rounded by
   * @param layer how the input of its layer is seen; null for a table
   * @param sqnrDb signal to quantization noise of the weight, in decibels
   */
  static StoredWeight store(
      QuantizedMatrix matrix, WeightScheme scheme, @Nullable LayerInput layer, double sqnrDb) {
    Map<String, Object> json = new HashMap<>();
    json.put(WEIGHT, matrix.type().id());
    json.put(
        GROUP_SIZE,
        switch (scheme.granularity()) {
          case Granularity.PerTensor _ -> WHOLE;
          case Granularity.PerChannel _ -> ROW;
          case Granularity.PerGroup group -> group.size();
        });
    if (Double.isFinite(sqnrDb)) {
      json.put(SQNR, Math.round(sqnrDb * 100) / 100.0);
    }
    boolean whole = scheme.granularity() instanceof Granularity.PerTensor;
    List<Long> grids =
        whole ? List.of(1L, 1L) : List.of((long) matrix.rows(), (long) matrix.groups());
    int count = whole ? 1 : matrix.scales().length;
    List<StoredWeight.Part> parts = new ArrayList<>();
    parts.add(
        new StoredWeight.Part(
            WEIGHT,
            dtype(matrix.type()),
            List.of((long) matrix.rows(), (long) matrix.rowBytes()),
            matrix.codes()));
    parts.add(
        scheme.halfScales()
            ? new StoredWeight.Part(SCALE, "F16", grids, halves(matrix.scales(), count))
            : new StoredWeight.Part(SCALE, "F32", grids, floats(matrix.scales(), count)));
    if (matrix.zeroPoints() != null) {
      json.put(ASYMMETRIC, true);
      byte[] zeros = Arrays.copyOf(matrix.zeroPoints(), count);
      parts.add(new StoredWeight.Part(ZERO_POINT, "I8", grids, zeros));
    }
    if (layer != null) {
      storeInput(layer, json, parts);
    }
    return new StoredWeight(NAME, json, parts);
  }

  private static void storeInput(
      LayerInput layer, Map<String, Object> json, List<StoredWeight.Part> parts) {
    float[] smoothing = layer.smoothing();
    if (smoothing != null) {
      json.put(SMOOTHED, true);
      parts.add(
          new StoredWeight.Part(
              SMOOTHING,
              "F32",
              List.of((long) smoothing.length),
              floats(smoothing, smoothing.length)));
    }
    switch (layer.rounding()) {
      case InputQuantization.None _ -> json.put(INPUT, "float");
      case InputQuantization.Dynamic _ -> json.put(INPUT, "dynamic");
      case InputQuantization.Static s -> {
        json.put(INPUT, "static");
        parts.add(
            new StoredWeight.Part(
                INPUT_SCALE, "F32", List.of(1L), floats(new float[] {s.scale()}, 1)));
        parts.add(
            new StoredWeight.Part(
                INPUT_ZERO_POINT, "I8", List.of(1L), new byte[] {(byte) s.zeroPoint()}));
      }
    }
  }

  static String dtype(WeightType type) {
    return switch (type) {
      case INT8 -> "I8";
      case INT4, NF4 -> "U8";
      case FP8_E4M3 -> "F8_E4M3";
      case FP8_E5M2 -> "F8_E5M2";
    };
  }

  private static byte[] floats(float[] values, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values, 0, count);
    return bytes.array();
  }

  private static byte[] halves(float[] values, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      bytes.putShort(Float.floatToFloat16(values[i]));
    }
    return bytes.array();
  }

  // Reading.

  @Override
  public LinearKernel linear(StoredLayer layer, int inputs, int outputs, Kernels kernels)
      throws IOException {
    StoredMatrix stored = StoredMatrix.read(layer, outputs, inputs);
    QuantizedMatrix matrix =
        new QuantizedMatrix(
            stored.type(),
            outputs,
            inputs,
            stored.groupSize(),
            stored.codes().toArray(ValueLayout.JAVA_BYTE),
            stored.scales(),
            stored.zeroPoints());
    float[] bias = layer.has("bias") ? layer.floats("bias", outputs) : null;
    boolean smoothed = layer.has(SMOOTHING) || isSet(layer.scheme(), SMOOTHED);
    float[] smoothing = smoothed ? layer.floats(SMOOTHING, inputs) : null;
    try {
      return QuantizedLinearKernel.of(matrix, bias, smoothing, rounding(layer), kernels);
    } catch (IllegalArgumentException e) {
      throw layer.error(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public EmbeddingKernel embedding(StoredLayer layer, int rows, int width) throws IOException {
    StoredMatrix s = StoredMatrix.read(layer, rows, width);
    return new QuantizedEmbeddingKernel(
        s.type(), rows, width, s.groupSize(), s.codes(), s.scales(), s.zeroPoints());
  }

  private static InputQuantization rounding(StoredLayer layer) throws IOException {
    return switch (String.valueOf(layer.scheme().get(INPUT))) {
      case "float" -> new InputQuantization.None();
      case "dynamic" -> new InputQuantization.Dynamic();
      case "static" -> {
        float scale = layer.floats(INPUT_SCALE, 1)[0];
        byte zero = layer.bytes(INPUT_ZERO_POINT, "I8", 1).get(ValueLayout.JAVA_BYTE, 0);
        try {
          yield new InputQuantization.Static(scale, zero);
        } catch (IllegalArgumentException e) {
          throw layer.error(String.valueOf(e.getMessage()));
        }
      }
      default ->
          throw layer.error(
              "input: expected float, dynamic or static, got " + layer.scheme().get(INPUT));
    };
  }
}

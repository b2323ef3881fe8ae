package dev.bantam.quant.model;

import dev.bantam.nn.Linear;
import dev.bantam.nn.Parameter;
import dev.bantam.nn.Parametrization;
import dev.bantam.nn.StoredWeight;
import dev.bantam.quant.Granularity;
import dev.bantam.quant.Grid;
import dev.bantam.quant.GridFit;
import dev.bantam.quant.QuantizedMatrix;
import dev.bantam.quant.QuantizedMatrixBuilder;
import dev.bantam.quant.RoundToNearest;
import dev.bantam.quant.WeightScheme;
import dev.bantam.quant.WeightType;
import dev.bantam.quant.ptq.Sqnr;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Quantization-aware training of a weight: modules compute with what is left of it when it is
 * quantized, and its gradient passes straight through the rounding (Jacob et al. 2018). Its scales
 * follow the weight, or are learned with it (Esser et al. 2019, "Learned Step Size Quantization").
 * What is stored in the end are the codes that the last forward pass computed with.
 */
public final class FakeQuantizer extends Parametrization {
  private static final float LEAST_SCALE = 1e-8f;

  private final WeightScheme scheme;

  /** Learned steps [rows, groups]; null where they follow the weight. */
  private final @Nullable Parameter scale;

  private FakeQuantizer(WeightScheme scheme, @Nullable Parameter scale) {
    if (!scheme.type().isInteger() || scheme.asymmetric()) {
      throw new IllegalArgumentException(
          "fake quantizer: expected symmetric int8 or int4, got " + scheme.type().id());
    }
    if (scheme.granularity() instanceof Granularity.PerTensor) {
      throw new IllegalArgumentException("fake quantizer: expected scales of channels or groups");
    }
    this.scheme = scheme;
    this.scale = scale == null ? null : register("scale", scale);
  }

  /**
   * Scales that follow the weight: computed anew for each forward pass.
   *
   * @param scheme INT8 or INT4, symmetric, per channel or group
   */
  public static FakeQuantizer following(WeightScheme scheme) {
    return new FakeQuantizer(scheme, null);
  }

  /**
   * Scales that are trained, and begin as those of least squared error.
   *
   * @param scheme INT8 or INT4, symmetric, per channel or group
   * @param weight [rows, columns]
   */
  public static FakeQuantizer learned(WeightScheme scheme, Tensor weight) {
    int rows = weight.shape().dim(0);
    float[] scales = fit(scheme.withClipping(), weight).scales();
    return new FakeQuantizer(
        scheme, Parameter.trained(Tensor.wrap(scales, rows, scales.length / rows)));
  }

  /** How the weight is rounded. */
  public WeightScheme scheme() {
    return scheme;
  }

  @Override
  public boolean isRowwise() {
    return scale == null;
  }

  private static QuantizedMatrix fit(WeightScheme scheme, Tensor weight) {
    float[] w = weight.toArray();
    return RoundToNearest.fitGrids(w, weight.shape().dim(0), weight.shape().dim(1), scheme).build();
  }

  @Override
  public Tensor forward(Workspace ws, Tensor weight) {
    int groupSize = scheme.granularity().groupSize(weight.shape().dim(-1));
    WeightType type = scheme.type();
    Tensor scales = scale == null ? following(ws, weight, groupSize) : usable(ws, scale);
    return FakeQuantizeOp.forward(ws, weight, scales, groupSize, type.minCode(), type.maxCode());
  }

  /** The scales of the weight as it is. */
  private Tensor following(Workspace ws, Tensor weight, int groupSize) {
    int groups = Math.ceilDiv(weight.shape().dim(-1), groupSize);
    Tensor scales = ws.allocate(weight.shape().rows(), groups);
    GridFit fit = new GridFit(scheme);
    FakeQuantizeOp.groups(
        ws,
        weight,
        groupSize,
        (group, from, n) ->
            scales.data()[scales.offset() + group] =
                fit.fit(weight.data(), weight.offset() + from, n).scale());
    return scales;
  }

  /**
   * Learned scales, kept from 0, where they are and in place: an optimizer may have left them so.
   */
  private Tensor usable(Workspace ws, Parameter learned) {
    Tensor s = learned.read(ws);
    float[] data = s.data();
    for (int i = s.offset(); i < s.offset() + s.shape().elements(); i++) {
      if (Math.abs(data[i]) < LEAST_SCALE) {
        data[i] = Math.copySign(LEAST_SCALE, data[i]);
      }
    }
    return s;
  }

  @Override
  public Optional<StoredWeight> store(Tensor weight, @Nullable Linear layer) {
    int rows = weight.shape().dim(0);
    int columns = weight.shape().dim(1);
    float[] w = weight.toArray();
    QuantizedMatrix matrix;
    if (scale == null) {
      matrix = RoundToNearest.quantize(w, rows, columns, scheme);
    } else {
      matrix = withLearnedScales(w, rows, columns, scale.value().toArray());
    }
    double sqnr = Sqnr.of(w, matrix.dequantize());
    return Optional.of(
        QuantizedFormat.store(
            matrix,
            scale == null ? scheme : scheme.withHalfScales(false),
            LayerInput.of(layer),
            sqnr));
  }

  private QuantizedMatrix withLearnedScales(float[] w, int rows, int columns, float[] scales) {
    QuantizedMatrixBuilder matrix = new QuantizedMatrixBuilder(scheme, rows, columns);
    int groups = scales.length / rows;
    for (int row = 0; row < rows; row++) {
      for (int g = 0; g < groups; g++) {
        matrix.grid(row, g, new Grid(scheme.type(), scales[row * groups + g], 0));
      }
    }
    return RoundToNearest.quantize(w, rows, columns, matrix);
  }
}

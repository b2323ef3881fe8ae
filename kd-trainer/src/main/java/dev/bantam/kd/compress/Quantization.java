package dev.bantam.kd.compress;

import dev.bantam.bert.Device;
import dev.bantam.bert.TokenBatch;
import dev.bantam.bert.tokenizer.BertTokenizer;
import dev.bantam.bert.tokenizer.EncodeOptions;
import dev.bantam.bert.tokenizer.Encoding;
import dev.bantam.bert.tokenizer.Truncation;
import dev.bantam.kd.data.Example;
import dev.bantam.quant.model.ModelQuantizer;
import dev.bantam.quant.model.QuantizationRecipe;
import dev.bantam.quant.model.QuantizedLayer;
import dev.bantam.tensor.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Quantizes a model folder after training.
 *
 * <pre>{@code
 * Quantization.of(QuantizationRecipe.of(WeightType.INT8)).quantize(folder, output, List.of());
 * }</pre>
 *
 * @param recipe how
 * @param device what calibration computes with
 */
public record Quantization(QuantizationRecipe recipe, Device device) {
  /** Tokens computed at a time. */
  private static final int BATCH_TOKENS = 1024;

  /** On all processors. */
  public static Quantization of(QuantizationRecipe recipe) {
    return new Quantization(recipe, Device.shared());
  }

  /** This on another device. */
  public Quantization withDevice(Device device) {
    return new Quantization(recipe, device);
  }

  /**
   * Quantizes a model.
   *
   * @param folder a Hugging Face model folder, with or without a head
   * @param output folder for the quantized model, made if there is none
   * @param samples texts like those that the model will see; a few hundred are enough, and none are
   *     needed if the recipe {@linkplain QuantizationRecipe#needsCalibration needs no calibration}
   * @return what became of its layers
   * @throws IOException if the folder is no model, or writing fails
   * @throws IllegalArgumentException if the recipe needs samples and there are none
   */
  public List<QuantizedLayer> quantize(Path folder, Path output, List<Example> samples)
      throws IOException {
    if (recipe.needsCalibration() && samples.isEmpty()) {
      throw new IllegalArgumentException(
          "quantization: this recipe learns from samples; expected some texts, got none");
    }
    try (CompressibleModel model = CompressibleModel.load(folder, device)) {
      List<TokenBatch> batches =
          recipe.needsCalibration() ? batches(folder, model, samples) : List.of();
      Workspace ws = new Workspace(device.kernels(), device.pool());
      List<QuantizedLayer> layers =
          ModelQuantizer.quantize(
              model.module(),
              recipe,
              () -> {
                for (TokenBatch batch : batches) {
                  try (var _ = ws.scope()) {
                    model.forward(ws, batch);
                  }
                }
              });
      model.save(output);
      return layers;
    }
  }

  private static List<TokenBatch> batches(
      Path folder, CompressibleModel model, List<Example> samples) throws IOException {
    BertTokenizer tokenizer = BertTokenizer.load(folder);
    int longest = Math.min(tokenizer.maxLength(), model.config().maxPositionEmbeddings());
    EncodeOptions options = EncodeOptions.DEFAULT.withMaxLength(longest, Truncation.LONGEST_FIRST);
    List<TokenBatch> batches = new ArrayList<>();
    List<Encoding> batch = new ArrayList<>();
    int tokens = 0;
    for (Example sample : samples) {
      Encoding encoding =
          sample.pair() instanceof String pair
              ? tokenizer.encode(sample.text(), pair, options)
              : tokenizer.encode(sample.text(), options);
      if (tokens > 0 && tokens + encoding.ids().length > BATCH_TOKENS) {
        batches.add(batch(batch));
        batch.clear();
        tokens = 0;
      }
      batch.add(encoding);
      tokens += encoding.ids().length;
    }
    if (!batch.isEmpty()) {
      batches.add(batch(batch));
    }
    return batches;
  }

  private static TokenBatch batch(List<Encoding> encodings) {
    return TokenBatch.of(
        encodings.stream().map(Encoding::ids).toArray(int[][]::new),
        encodings.stream().map(Encoding::tokenTypeIds).toArray(int[][]::new));
  }
}

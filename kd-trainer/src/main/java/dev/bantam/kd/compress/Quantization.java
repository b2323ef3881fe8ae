package dev.bantam.kd.compress;

import dev.bantam.bert.Device;
import dev.bantam.bert.TokenBatch;
import dev.bantam.bert.tokenizer.BertTokenizer;
import dev.bantam.bert.tokenizer.EncodeOptions;
import dev.bantam.bert.tokenizer.Encoding;
import dev.bantam.bert.tokenizer.Truncation;
import dev.bantam.kd.data.Example;
import dev.bantam.quant.WeightScheme;
import dev.bantam.quant.model.ModelQuantizer;
import dev.bantam.quant.model.QuantizationRecipe;
import dev.bantam.quant.model.QuantizedLayer;
import dev.bantam.quant.model.Sensitivity;
import dev.bantam.tensor.Tensor;
import dev.bantam.tensor.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

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

  /** Tokens over which outputs are compared, once for each layer and scheme. */
  private static final int DIVERGENCE_TOKENS = 1024;

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
    if (recipe.needsCalibration()) {
      checkPresent(samples);
    }
    try (CompressibleModel model = CompressibleModel.load(folder, device)) {
      List<TokenBatch> batches =
          recipe.needsCalibration() ? batches(encode(folder, model, samples)) : List.of();
      List<QuantizedLayer> layers =
          ModelQuantizer.quantize(model.module(), recipe, () -> run(model, batches, _ -> {}));
      model.save(output);
      return layers;
    }
  }

  /**
   * Measures what each layer of a model costs by each of several schemes. The cost is a mean over
   * about {@value #DIVERGENCE_TOKENS} tokens of the samples: of a classifier the KL divergence of
   * its classes, in nats (of scores, that of normal distributions of variance 1 around them); of a
   * model without a head 1 - the cosine of its last hidden states.
   *
   * @param folder a Hugging Face model folder, with or without a head
   * @param schemes to try for each layer and table
   * @param samples texts like those that the model will see
   * @throws IOException if the folder is no model
   * @throws IllegalArgumentException if there are no samples
   */
  public Sensitivity sensitivity(Path folder, List<WeightScheme> schemes, List<Example> samples)
      throws IOException {
    checkPresent(samples);
    try (CompressibleModel model = CompressibleModel.load(folder, device)) {
      List<Encoding> encodings = encode(folder, model, samples);
      List<TokenBatch> batches = batches(encodings);
      List<TokenBatch> some = batches(some(encodings));
      List<float[]> before = new ArrayList<>();
      int columns = run(model, some, before::add);
      return Sensitivity.measure(
          model.module(),
          recipe,
          schemes,
          () -> run(model, batches, _ -> {}),
          () -> {
            List<float[]> after = new ArrayList<>();
            run(model, some, after::add);
            return model.divergence().mean(concatenate(before), concatenate(after), columns);
          });
    }
  }

  private static void checkPresent(List<Example> samples) {
    if (samples.isEmpty()) {
      throw new IllegalArgumentException(
          "quantization: this recipe learns from samples; expected some texts, got none");
    }
  }

  /** Gives the outputs for batches to somebody; returns the length of their rows. */
  private int run(CompressibleModel model, List<TokenBatch> batches, Consumer<float[]> outputs) {
    Workspace ws = new Workspace(device.kernels(), device.pool());
    int columns = 0;
    for (TokenBatch batch : batches) {
      try (var _ = ws.scope()) {
        Tensor output = model.forward(ws, batch);
        outputs.accept(output.toArray());
        columns = output.shape().dim(-1);
      }
    }
    return columns;
  }

  /** As many as have the tokens that outputs are compared over, from all parts of the list. */
  private static List<Encoding> some(List<Encoding> encodings) {
    int tokens = encodings.stream().mapToInt(encoding -> encoding.ids().length).sum();
    int step = Math.ceilDiv(tokens, DIVERGENCE_TOKENS);
    return IntStream.iterate(0, i -> i < encodings.size(), i -> i + step)
        .mapToObj(encodings::get)
        .toList();
  }

  private static float[] concatenate(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  private static List<Encoding> encode(Path folder, CompressibleModel model, List<Example> samples)
      throws IOException {
    BertTokenizer tokenizer = BertTokenizer.load(folder);
    int longest = Math.min(tokenizer.maxLength(), model.config().maxPositionEmbeddings());
    EncodeOptions options = EncodeOptions.DEFAULT.withMaxLength(longest, Truncation.LONGEST_FIRST);
    return samples.stream()
        .map(
            sample ->
                sample.pair() instanceof String pair
                    ? tokenizer.encode(sample.text(), pair, options)
                    : tokenizer.encode(sample.text(), options))
        .toList();
  }

  private static List<TokenBatch> batches(List<Encoding> encodings) {
    List<TokenBatch> batches = new ArrayList<>();
    List<Encoding> batch = new ArrayList<>();
    int tokens = 0;
    for (Encoding encoding : encodings) {
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

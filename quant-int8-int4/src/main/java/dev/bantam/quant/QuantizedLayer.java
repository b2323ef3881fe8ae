package dev.bantam.quant;

/**
 * What became of one layer.
 *
 * @param name its name in the model
 * @param scheme what it became, for people: {@code "int4 group 32, input float"}
 * @param elements of its weight
 * @param bytes of its weight on disk: codes, scales and zero points
 * @param sqnrDb signal to quantization noise of the weight, in decibels
 */
public record QuantizedLayer(
    String name, String scheme, long elements, long bytes, double sqnrDb) {}

package dev.bantam.quant.model;

import dev.bantam.quant.WeightScheme;

/**
 * What it costs to quantize the weight of one layer, all else being left as it is.
 *
 * @param layer what becomes of it
 * @param scheme by which
 * @param outputSqnrDb signal to noise of the layer's output in decibels, over the samples; of its
 *     rows for a table, and of its weight for a layer that no sample reaches
 * @param divergence how far what the model says has moved
 */
public record LayerCost(
    QuantizedLayer layer, WeightScheme scheme, double outputSqnrDb, double divergence) {}

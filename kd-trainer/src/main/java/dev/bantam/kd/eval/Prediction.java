package dev.bantam.kd.eval;

import dev.bantam.kd.data.Example;
import java.util.List;

/**
 * What a model says of an example.
 *
 * @param example what it was asked, with what is true
 * @param value index of the label, or the number of a regression
 * @param score probability of the label; of a regression, the number
 * @param labels names of the labels, see {@link Predictions#labels()}
 */
public record Prediction(Example example, double value, double score, List<String> labels) {}

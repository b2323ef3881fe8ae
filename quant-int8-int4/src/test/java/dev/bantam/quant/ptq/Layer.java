package dev.bantam.quant.ptq;

import dev.bantam.quant.QuantizedMatrix;
import dev.bantam.quant.calibrate.ColumnStatistics;
import dev.bantam.quant.calibrate.Hessian;
import dev.bantam.quant.calibrate.RowSample;
import java.util.Random;

/**
 * A linear layer and inputs of it, whose columns depend on each other and have some outliers.
 *
 * @param w [rows, columns]
 * @param x [tokens, columns]
 */
record Layer(float[] w, int rows, int columns, float[] x, int tokens) {

  static Layer correlated(int rows, int columns, int tokens) {
    Random random = new Random(rows * 31L + columns);
    float[] w = new float[rows * columns];
    for (int i = 0; i < w.length; i++) {
      w[i] = (float) random.nextGaussian() / 10;
    }
    float[] x = new float[tokens * columns];
    for (int token = 0; token < tokens; token++) {
      double carried = 0;
      for (int column = 0; column < columns; column++) {
        carried = 0.9 * carried + 0.4 * random.nextGaussian();
        double size = column % 37 == 5 ? 15 : 1;
        x[token * columns + column] = (float) (size * carried + (column % 3 == 0 ? 0.5 : 0));
      }
    }
    return new Layer(w, rows, columns, x, tokens);
  }

  double[] hessian() {
    Hessian hessian = new Hessian(columns);
    hessian.observe(x, 0, tokens, columns);
    return hessian.toArray();
  }

  ColumnStatistics statistics() {
    ColumnStatistics statistics = new ColumnStatistics(columns);
    statistics.observe(x, 0, tokens, columns);
    return statistics;
  }

  RowSample sample() {
    RowSample sample = new RowSample(tokens, columns);
    sample.observe(x, 0, tokens, columns);
    return sample;
  }

  /** The mean over tokens of the squared error of the outputs, from the inputs. */
  double error(QuantizedMatrix replacement) {
    return error(replacement.dequantize());
  }

  double error(float[] replacement) {
    double sum = 0;
    for (int token = 0; token < tokens; token++) {
      for (int row = 0; row < rows; row++) {
        double difference = 0;
        for (int column = 0; column < columns; column++) {
          int at = row * columns + column;
          difference += ((double) replacement[at] - w[at]) * x[token * columns + column];
        }
        sum += difference * difference / tokens;
      }
    }
    return sum;
  }
}

package dev.bantam.quant.kernel;

import dev.bantam.quant.InputQuantization;
import dev.bantam.quant.WeightType;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Layers of all kinds and odd sizes. */
final class LayerCases {
  private static final int[][] SIZES = { // rows, outputs, inputs
    {1, 1, 1},
    {2, 17, 33},
    {3, 70, 100},
    {7, 33, 385},
    {8, 31, 400},
    {9, 16, 64},
    {13, 130, 65},
    {29, 65, 390},
    {98, 7, 50},
    {65, 70, 800},
    {200, 20, 40}
  };

  private LayerCases() {}

  static Stream<LayerCase> all() {
    return Stream.of(SIZES)
        .flatMap(
            size ->
                Stream.of(WeightType.values())
                    .flatMap(type -> ofType(size[0], size[1], size[2], type)));
  }

  private static Stream<LayerCase> ofType(int rows, int outputs, int inputs, WeightType type) {
    Stream<InputQuantization> roundings =
        type.isInteger()
            ? Stream.of(
                new InputQuantization.None(),
                new InputQuantization.Dynamic(),
                new InputQuantization.Static(0.01f, -128))
            : Stream.of(new InputQuantization.None());
    return roundings.flatMap(
        input ->
            IntStream.of(50, inputs)
                .filter(group -> group <= inputs)
                .boxed()
                .flatMap(
                    group ->
                        Stream.of(false, true)
                            .filter(zeros -> !zeros || type.isInteger())
                            .map(
                                zeros ->
                                    new LayerCase(
                                        type, rows, outputs, inputs, group, zeros, input))));
  }
}

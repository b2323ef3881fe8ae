package dev.bantam.kd.cli;

import dev.bantam.kd.data.Example;
import dev.bantam.kd.data.IndexedDataset;
import dev.bantam.kd.data.Split;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Texts to calibrate with: some of those that a task has to learn from. */
final class CalibrationData {
  @Mixin private final TrainingData data = new TrainingData();

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Texts to calibrate with, drawn from those to learn from; ${DEFAULT-VALUE}.")
  private int samples = 1000;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Same seed, same texts; ${DEFAULT-VALUE}.")
  private long seed = 42;

  /** The texts. */
  List<Example> samples(Subcommand command) throws IOException {
    if (samples < 1) {
      throw command.usage("--samples: expected 1 or more, got " + samples);
    }
    SplittableRandom random = new SplittableRandom(seed);
    List<Example> drawn = new ArrayList<>();
    try (IndexedDataset all = data.texts(command).split(Split.TRAIN).index()) {
      int[] rows =
          all.size() <= samples
              ? IntStream.range(0, all.size()).toArray()
              : random.ints(0, all.size()).distinct().limit(samples).sorted().toArray();
      for (int row : rows) {
        drawn.add(all.get(row));
      }
    }
    if (drawn.isEmpty()) {
      throw new BadInputException("no texts to calibrate with in the train split; expected some");
    }
    return drawn;
  }
}

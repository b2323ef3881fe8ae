package dev.bantam.kd.train;

import dev.bantam.bert.BertConfig;
import dev.bantam.nn.NnModule;
import dev.bantam.tensor.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** A model, and what it is trained for. */
interface Objective extends AutoCloseable {
  /** The model. */
  NnModule model();

  /** Its sizes and choices. */
  BertConfig config();

  /**
   * Whether something can be learned of an example.
   *
   * @throws TrainingSetupException if it is an error that nothing can
   */
  boolean accepts(Sample sample) throws TrainingSetupException;

  /**
   * Prepares to learn from examples.
   *
   * @param random for what is random about that
   */
  MicroBatch prepare(List<Sample> samples, SplittableRandom random);

  /**
   * Measures the model.
   *
   * @param ws without a tape, not training
   * @param batches of examples
   * @return with step and seconds 0
   */
  Evaluation evaluate(Workspace ws, List<List<Sample>> batches);

  /**
   * What decides which model is kept.
   *
   * @return the higher the better; NaN where it is not defined
   */
  double score(Evaluation evaluation);

  /**
   * Writes the model as a folder.
   *
   * @param maxLength tokens of the longest text that it learned from
   */
  void save(Path folder, int maxLength) throws IOException;

  @Override
  void close();
}

package dev.bantam.nn;

import dev.bantam.tensor.kernel.Kernels;
import java.io.IOException;
import java.util.Map;

/**
 * Makes layers of what is stored in a compressed checkpoint. Libraries that compress provide it as
 * a service, so that a model loads with whichever of them its checkpoint needs.
 */
public interface CompressedFormat {

  /** Name in {@code config.json}. */
  String name();

  /**
   * A linear layer.
   *
   * @param layer what is stored
   * @param inputs elements of an input row
   * @param outputs elements of an output row
   * @param kernels what it will run on
   * @throws IOException if what is stored is not such a layer
   */
  LinearKernel linear(StoredLayer layer, int inputs, int outputs, Kernels kernels)
      throws IOException;

  /**
   * A table whose rows are looked up.
   *
   * @param layer what is stored
   * @param rows number of rows
   * @param width elements of a row
   * @throws IOException if what is stored is not such a table
   */
  EmbeddingKernel embedding(StoredLayer layer, int rows, int width) throws IOException;

  /**
   * What {@code config.json} says of a layer, for people: {@code "int4 group 32, input dynamic"}.
   *
   * @param scheme as in {@link StoredLayer#scheme} and {@link StoredWeight#scheme}; may be of a
   *     file that is none
   */
  String describe(Map<String, Object> scheme);
}

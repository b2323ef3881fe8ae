package dev.bantam.quant.model;

import dev.bantam.nn.Linear;
import dev.bantam.quant.calibrate.ColumnStatistics;
import dev.bantam.quant.calibrate.Hessian;
import dev.bantam.quant.calibrate.RowSample;
import dev.bantam.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/** Layers that read the same input, such as query, key and value, and what is known of it. */
final class InputGroup {
  private static final int SAMPLE_ROWS = 512;

  /** The layers, by their names. */
  final SequencedMap<String, Linear> layers = new LinkedHashMap<>();

  final int columns;
  final ColumnStatistics statistics;
  final Hessian hessian;
  final RowSample sample;

  /**
   * Nothing is known yet.
   *
   * @param names of the layers
   * @param all layers by their names
   */
  InputGroup(List<String> names, Map<String, Linear> all) {
    names.forEach(name -> layers.put(name, Objects.requireNonNull(all.get(name))));
    columns = layers.firstEntry().getValue().kernel().inputs();
    statistics = new ColumnStatistics(columns);
    hessian = new Hessian(columns);
    sample = new RowSample(SAMPLE_ROWS, columns);
  }

  /** Takes one input of the layers. */
  void observe(Tensor x) {
    int rows = x.shape().rows();
    statistics.observe(x.data(), x.offset(), rows, columns);
    hessian.observe(x.data(), x.offset(), rows, columns);
    sample.observe(x.data(), x.offset(), rows, columns);
  }

  /** Memory of the statistics, in bytes, about. */
  long bytes() {
    return (long) columns * columns * Double.BYTES;
  }

  /** Finds out, from one run of the model, which layers read the same input. */
  static List<List<String>> find(ModelLayers model) {
    List<List<String>> groups = new ArrayList<>();
    Map<String, List<String>> known = new LinkedHashMap<>();
    List<Tensor> last = new ArrayList<>();
    model.linears.forEach(
        (name, linear) ->
            linear.observeInput(
                x -> {
                  if (known.containsKey(name)) {
                    return;
                  }
                  // a layer's neighbours read the same tensor right before it
                  if (last.isEmpty() || last.getFirst() != x) {
                    groups.add(new ArrayList<>());
                    last.clear();
                    last.add(x);
                  }
                  groups.getLast().add(name);
                  known.put(name, groups.getLast());
                }));
    model.run();
    return groups;
  }
}

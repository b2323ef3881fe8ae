package dev.bantam.kd.data;

import java.nio.file.NoSuchFileException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** Splits that are known, by their names. */
record SplitCorpus(Task task, Map<Split, Dataset> splits) implements Corpus {
  SplitCorpus {
    Map<Split, Dataset> copy = new EnumMap<>(Split.class);
    copy.putAll(splits);
    splits = Collections.unmodifiableMap(copy);
  }

  @Override
  public boolean has(Split split) {
    return splits.containsKey(split);
  }

  @Override
  public Dataset split(Split split) throws NoSuchFileException {
    Dataset dataset = splits.get(split);
    if (dataset == null) {
      throw new NoSuchFileException(
          task.name(), null, "no %s split, only %s".formatted(split, splits.keySet()));
    }
    return dataset;
  }
}

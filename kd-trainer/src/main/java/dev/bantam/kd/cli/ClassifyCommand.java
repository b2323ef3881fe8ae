package dev.bantam.kd.cli;

import dev.bantam.bert.BertConfig.ProblemType;
import dev.bantam.bert.TextClassifier;
import dev.bantam.bert.TextClassifier.Classification;
import dev.bantam.kd.data.Example;
import dev.bantam.kd.data.ExampleReader;
import dev.bantam.kd.data.TableOptions;
import dev.bantam.kd.data.Tables;
import dev.bantam.tensor.parallel.WorkerPool;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bantam classify}. */
@Command(
    name = "classify",
    header = "Sort texts, or pairs of them, into the classes of a model.",
    description = {
      "",
      "Writes the label of each and its probability, or the number that a regression gives.",
      ""
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  bantam classify --model sst2-model --input reviews.txt --format jsonl",
      "  bantam classify --model rte-model --pairs \"It is a hen.\" \"It is a bird.\"",
      "  bantam classify --model rte-model --input rte.csv --text-column a --pair-column b"
    })
final class ClassifyCommand extends Subcommand {
  @Mixin private final TextOptions texts = new TextOptions();
  @Mixin private final ModelOptions model = new ModelOptions();

  @Option(
      names = "--pairs",
      description =
          "Two arguments, or two texts on a line with a tab between them, are a pair; in .jsonl, a"
              + " field 'pair' says so by itself.")
  private boolean pairs;

  @Option(
      names = "--text-column",
      paramLabel = "NAME",
      description = "Column of the text, or of the first of two, where --input is a table.")
  private @Nullable String textColumn;

  @Option(names = "--pair-column", paramLabel = "NAME", description = "Column of the second text.")
  private @Nullable String pairColumn;

  @Override
  void run() throws IOException {
    if (!model.isNamed()) {
      throw usage("--model is missing; the default model has no classes");
    }
    if (texts.format() == Format.NPY) {
      throw usage("--format npy is for vectors; expected text, jsonl or csv");
    }
    try (ExampleReader source = source();
        OutputTarget target = texts.target(this);
        WorkerPool pool = model.pool(this);
        TextClassifier classifier = model.classifier(this, pool);
        Progress progress = new Progress(terminal(), quiet(), "texts")) {
      ClassWriter writer = new ClassWriter(target, texts.format(), isNumber(classifier));
      long done = 0;
      for (List<Example> batch = source.nextBatch(); !batch.isEmpty(); batch = source.nextBatch()) {
        List<Classification> classes = classify(classifier, batch);
        for (int i = 0; i < batch.size(); i++) {
          writer.write(batch.get(i), classes.get(i));
        }
        target.stream().flush();
        done += batch.size();
        progress.update(done, source.fraction());
      }
      writer.finish();
      target.commit();
    }
  }

  private ExampleReader source() throws IOException {
    if (textColumn != null) {
      if (pairs) {
        throw usage("--pairs and --text-column exclude each other");
      }
      TableOptions columns = TableOptions.ofText(textColumn);
      return Tables.open(
              texts.file(this, "--text-column"),
              pairColumn == null ? columns : columns.withPair(pairColumn))
          .read();
    }
    if (pairColumn != null) {
      throw usage("--pair-column needs --text-column too");
    }
    int arguments = texts.arguments().size();
    if (pairs && arguments % 2 == 1) {
      throw usage("--pairs: expected two texts for each pair, got " + arguments + " in all");
    }
    ClassifyInput.Layout layout = layout();
    return new ClassifyInput(texts.lines(this), layout);
  }

  private ClassifyInput.Layout layout() {
    if (texts.isJson()) {
      if (pairs) {
        throw usage("--pairs is for arguments and lines; in .jsonl a field 'pair' makes a pair");
      }
      return ClassifyInput.Layout.JSON;
    }
    if (!pairs) {
      return ClassifyInput.Layout.TEXTS;
    }
    return texts.arguments().isEmpty() ? ClassifyInput.Layout.TABS : ClassifyInput.Layout.ARGUMENTS;
  }

  private static List<Classification> classify(TextClassifier classifier, List<Example> batch) {
    List<String> firsts = batch.stream().map(Example::text).toList();
    return batch.getFirst().pair() == null
        ? classifier.classify(firsts)
        : classifier.classify(
            firsts, batch.stream().map(e -> Objects.requireNonNull(e.pair())).toList());
  }

  private static boolean isNumber(TextClassifier classifier) {
    return classifier.problemType() == ProblemType.REGRESSION && classifier.labels().size() == 1;
  }
}

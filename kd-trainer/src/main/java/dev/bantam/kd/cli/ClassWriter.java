package dev.bantam.kd.cli;

import dev.bantam.bert.TextClassifier.Classification;
import dev.bantam.kd.data.Example;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Writes classes, or the numbers of a regression, which have no label. */
final class ClassWriter {
  private final OutputTarget target;
  private final Format format;
  private final boolean number;
  private boolean begun;

  ClassWriter(OutputTarget target, Format format, boolean number) {
    this.target = target;
    this.format = format;
    this.number = number;
  }

  /** Writes the class of a text, or of a pair, as all others then are. */
  void write(Example example, Classification result) throws IOException {
    begin(example.pair() != null);
    StringBuilder line = new StringBuilder();
    switch (format) {
      case CSV -> csv(line, example, result);
      case JSONL -> json(line, example, result);
      case TEXT, NPY -> {
        if (!number) {
          line.append(result.label()).append('\t');
        }
        line.append(result.score());
      }
    }
    writeLine(line.append('\n').toString());
  }

  private void csv(StringBuilder line, Example example, Classification result) {
    Quoting.csv(line, example.text());
    line.append(',');
    if (example.pair() instanceof String pair) {
      Quoting.csv(line, pair);
      line.append(',');
    }
    if (!number) {
      Quoting.csv(line, result.label());
      line.append(',');
    }
    line.append(result.score());
  }

  private void json(StringBuilder line, Example example, Classification result) {
    line.append("{\"text\": ");
    Quoting.json(line, example.text());
    if (example.pair() instanceof String pair) {
      line.append(", \"pair\": ");
      Quoting.json(line, pair);
    }
    if (!number) {
      line.append(", \"label\": ");
      Quoting.json(line, result.label());
    }
    line.append(", \"score\": ").append(result.score());
    if (!number) {
      line.append(", \"scores\": {");
      String separator = "";
      for (var score : result.scores().entrySet()) {
        Quoting.json(line.append(separator), score.getKey());
        line.append(": ").append(score.getValue());
        separator = ", ";
      }
      line.append('}');
    }
    line.append('}');
  }

  private void begin(boolean paired) throws IOException {
    if (!begun && format == Format.CSV) {
      writeLine("text," + (paired ? "pair," : "") + (number ? "" : "label,") + "score\n");
    }
    begun = true;
  }

  /** Writes what there is without any text. */
  void finish() throws IOException {
    begin(false);
  }

  private void writeLine(String line) throws IOException {
    target.stream().write(line.getBytes(StandardCharsets.UTF_8));
  }
}

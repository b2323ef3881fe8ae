package dev.bantam.kd.cli;

import dev.bantam.bert.Device;
import dev.bantam.bert.TextEncoder;
import dev.bantam.tensor.parallel.WorkerPool;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bantam embed}. */
@Command(
    name = "embed",
    header = "Turn texts into vectors.",
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  bantam embed \"A bantam is a small hen.\"",
      "  bantam embed --input texts.txt --format npy --output vectors.npy",
      "  cut -f1 reviews.tsv | bantam embed --format jsonl > vectors.jsonl"
    })
final class EmbedCommand extends Subcommand {
  @Mixin private final TextOptions texts = new TextOptions();
  @Mixin private final ModelOptions model = new ModelOptions();

  @Option(
      names = "--no-truncation",
      description = "Refuse texts that are too long for the model instead of cutting them.")
  private boolean noTruncation;

  @Override
  void run() throws IOException {
    try (TextSource source = texts.source(this);
        OutputTarget target = texts.target(this);
        WorkerPool pool = model.pool(this);
        TextEncoder encoder =
            TextEncoder.load(
                model.folder(this),
                TextEncoder.Options.defaults()
                    .withDevice(Device.on(pool))
                    .withTruncate(!noTruncation));
        Progress progress = new Progress(terminal(), quiet(), "texts")) {
      EmbeddingWriter writer = EmbeddingWriter.of(texts.format(), target, encoder.dimension());
      TextSource.Check check = noTruncation ? lengthCheck(encoder) : (text, where) -> {};
      long done = 0;
      for (List<String> batch = source.nextBatch(check);
          !batch.isEmpty();
          batch = source.nextBatch(check)) {
        float[][] vectors = encoder.embed(batch);
        for (int i = 0; i < vectors.length; i++) {
          writer.write(batch.get(i), vectors[i]);
        }
        target.stream().flush();
        done += batch.size();
        progress.update(done, source.fraction());
      }
      writer.finish();
      target.commit();
    }
  }

  /** Finds a text that is too long where its place is still known. */
  private static TextSource.Check lengthCheck(TextEncoder encoder) {
    return (text, where) -> {
      int tokens = encoder.countTokens(text);
      if (tokens > encoder.maxTokens()) {
        throw new BadInputException(
            "%s: %d tokens, the model takes at most %d"
                .formatted(where, tokens, encoder.maxTokens()));
      }
    };
  }
}

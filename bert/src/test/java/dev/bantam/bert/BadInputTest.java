package dev.bantam.bert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.bantam.safetensors.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be loaded or computed is refused with one line that says why. */
class BadInputTest {
  @TempDir Path temp;

  private Path copy(String golden) throws IOException {
    return Folders.copy(Golden.of(golden).folder(), temp);
  }

  private static void assertRefused(Path folder, String... words) {
    assertThatIOException()
        .isThrownBy(() -> TextEncoder.load(folder))
        .satisfies(
            e -> {
              assertThat(e).isInstanceOfAny(ModelFormatException.class, NoSuchFileException.class);
              assertThat(e.getMessage()).contains(words).doesNotContain("\n");
            });
  }

  @Test
  void aFolderThatIsNotThere() {
    assertRefused(temp.resolve("nothing"), "nothing", "expected a model folder");
  }

  @Test
  void aFileInsteadOfAFolder() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "");
    assertRefused(file, "file", "expected a model folder");
  }

  @Test
  void aFolderWithoutConfiguration() {
    assertRefused(temp, "no config.json here; expected a model folder");
  }

  @Test
  void aFolderWithoutWeights() throws IOException {
    Path folder = copy("st-mean");
    Files.delete(folder.resolve("model.safetensors"));
    assertRefused(folder, "neither model.safetensors nor model.safetensors.index.json");
  }

  @Test
  void aFolderWithoutTokenizer() throws IOException {
    Path folder = copy("st-mean");
    Files.delete(folder.resolve("tokenizer.json"));
    assertRefused(folder, "tokenizer.json", "there is no vocab.txt either, so no tokenizer");
  }

  @Test
  void aConfigurationThatIsNotJson() throws IOException {
    Path folder = copy("st-mean");
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": bert}");
    assertRefused(folder, "config.json: not valid JSON at line 1");
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": 3");
    assertThatIOException()
        .isThrownBy(() -> TextEncoder.load(folder))
        .withMessageEndingWith("Unexpected end-of-input: expected close marker for Object");
    Files.writeString(folder.resolve("config.json"), "");
    assertRefused(folder, "config.json: expected one JSON object");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "model_type": "bert"        | "model_type": "roberta"  | model_type 'roberta' is not supported; supported: bert, distilbert
          "model_type": "bert"        | "model_type": 7          | model_type: expected a string, got 7
          "hidden_act": "gelu"        | "hidden_act": "swish"    | hidden_act: expected gelu, gelu_new
          "layer_norm_eps": 1e-12     | "layer_norm_eps": -1     | layer_norm_eps: expected a number from 0, below 1, got -1.0
          "is_decoder": false         | "is_decoder": true       | is_decoder: expected false
          "add_cross_attention": false | "add_cross_attention": true | add_cross_attention: expected false
          "is_decoder": false         | "position_embedding_type": "relative_key" | position_embedding_type: expected 'absolute', got 'relative_key'
          "is_decoder": false         | "quantization_config": {"bits": 4} | 'quantization_config': checkpoints that other libraries quantized are not supported
          "is_decoder": false         | "compression": {"version": 2} | compression.version: expected at most 1, got 2
          "is_decoder": false         | "compression": {"layers": {"a": {"format": "quantized"}}} | nothing on the path reads 'quantized'; add the artifact dev.bantam:bantam-quant-int8-int4
          "is_decoder": false         | "compression": {"layers": {"a": {"format": "zip"}}} | compression.layers.a.format: nothing on the path reads 'zip'
          "num_attention_heads": 4    | "num_attention_heads": 5 | hidden size 24 is no multiple of the 5 attention heads
          "num_attention_heads": 4    | "num_attention_heads": 0 | num_attention_heads: expected a whole number from 1, got 0
          "hidden_size": 24           | "hidden_size": -24       | hidden_size: expected a whole number from 0, got -24
          "hidden_size": 24           | "hidden_size": 28        | expected shape [107, 28], got [107, 24]
          "vocab_size": 107           | "vocab_size": 108        | tensor 'embeddings.word_embeddings.weight': expected shape [108, 24], got [107, 24]
          "num_hidden_layers": 2      | "num_hidden_layers": 3   | tensor 'encoder.layer.2.attention.self.query.bias' not found; nearest: 'encoder.layer.
          "num_hidden_layers": 2      | "num_hidden_layers": 2000000000 | expected weights of 2000000000 layers, the file has 39 tensors
          "is_decoder": false         | "problem_type": "ranking" | problem_type: expected single_label_classification
          "is_decoder": false         | "id2label": {"0": "a", "2": "b"} | id2label: expected names of the labels 0 to 1
          """)
  void aConfigurationThatIsNotSupportedOrDoesNotFit(String part, String by, String words)
      throws IOException {
    Path folder = copy("st-mean");
    Folders.edit(folder, part, by);
    assertRefused(folder, words);
  }

  @Test
  void anArchitectureWithoutModelType() throws IOException {
    Path folder = copy("st-mean");
    Folders.edit(folder, "\"model_type\": \"bert\",", "");
    try (TextEncoder encoder = TextEncoder.load(folder)) {
      assertThat(encoder.embed("hello")).hasSize(24);
    }
    Folders.edit(folder, "BertModel", "AlbertModel");
    assertRefused(folder, "model_type 'AlbertModel' is not supported");
  }

  @Test
  void weightsThatAreCutOff() throws IOException {
    Path folder = copy("st-mean");
    Path weights = folder.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    Files.write(weights, java.util.Arrays.copyOf(bytes, bytes.length - 100));
    assertRefused(folder, "model.safetensors");
  }

  @Test
  void aPrefixThatIsNotKnownOffersTheNearestName() throws IOException {
    Path folder = copy("distilbert");
    Path bert = Golden.of("bert-no-pooler").folder();
    Files.delete(folder.resolve("model.safetensors"));
    Files.copy(bert.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    assertThatIOException()
        .isThrownBy(() -> BertModel.load(folder))
        .withMessageContaining("not found; nearest: '")
        .withMessageContaining("(file has 37 tensors)");
  }

  @Test
  void aHeadThatTheCheckpointDoesNotHave() {
    Path folder = Golden.of("bert-base").folder();
    assertThatIOException()
        .isThrownBy(() -> BertForSequenceClassification.load(folder))
        .withMessageContaining("tensor 'classifier.bias' not found");
    assertThatIOException()
        .isThrownBy(() -> BertForMaskedLM.load(folder))
        .withMessageContaining("tensor 'cls.predictions.transform.dense.bias' not found");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          modules.json             | models.Pooling  | models.Dense | type: expected a module Transformer, Pooling or Normalize
          modules.json             | 1_Pooling       | 2_Pooling    | config.json not found; modules.json names it
          modules.json             | [               | {            | modules.json: not valid JSON
          1_Pooling/config.json    | mean_tokens     | lasttoken    | pooling_mode_lasttoken: expected cls, max, mean or mean_sqrt_len_tokens
          1_Pooling/config.json    | mean_tokens": true | mean_tokens": false | config.json: no pooling_mode is set; expected cls, max, mean or mean_sqrt_len_tokens
          sentence_bert_config.json | 16             | "long"       | max_seq_length: expected a number, got 'long'
          config_sentence_transformers.json | "__version__" | "default_prompt_name": "query", "__version__" | default_prompt_name: expected none
          """)
  void sentenceTransformersModulesThatAreNotSupported(
      String file, String part, String by, String words) throws IOException {
    Path folder = copy("st-mean");
    Folders.edit(folder, file, part, by);
    assertRefused(folder, words);
  }

  @Test
  void aTextThatIsTooLongWhereItIsNotToBeCut() throws IOException {
    Path folder = Golden.of("st-mean").folder();
    var options = TextEncoder.Options.defaults().withTruncate(false);
    try (TextEncoder encoder = TextEncoder.load(folder, options)) {
      assertThat(encoder.embed("hello ".repeat(14))).hasSize(24);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> encoder.embed(List.of("hello", "hello ".repeat(15))))
          .withMessage("text 1 has 17 tokens, the model takes at most 16; truncate the text");
    }
  }

  @Test
  void aLengthThatTheModelDoesNotHave() {
    Path folder = Golden.of("st-mean").folder();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> TextEncoder.load(folder, TextEncoder.Options.defaults().withMaxTokens(41)))
        .withMessage("maxTokens 41 > max_position_embeddings 40");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TextEncoder.Options.defaults().withMaxTokens(-1))
        .withMessage("maxTokens: expected 0 or more, got -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TextEncoder.load(folder, TextEncoder.Options.defaults().withMaxTokens(1)))
        .withMessage("maxTokens 1: expected 2 or more, the special tokens");
  }

  @Test
  void tokensThatTheModelDoesNotHave() throws IOException {
    try (BertModel model = BertModel.load(Golden.of("bert-base").folder())) {
      assertThatExceptionOfType(TokenRangeException.class)
          .isThrownBy(() -> model.forward(TokenBatch.of(new int[] {1, 107})))
          .withMessage("token id 107 >= vocab_size 107: the model has no embedding for it");
      assertThatExceptionOfType(TokenRangeException.class)
          .isThrownBy(() -> model.forward(TokenBatch.of(new int[] {-1})))
          .withMessage("token id -1 is negative");
      assertThatExceptionOfType(TokenRangeException.class)
          .isThrownBy(() -> model.forward(TokenBatch.of(new int[][] {{1}}, new int[][] {{2}})))
          .withMessage("token type id 2 >= type_vocab_size 2: the model has no embedding for it");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> model.forward(TokenBatch.of(new int[41])))
          .withMessage("position 40 >= max_position_embeddings 40; truncate the text");
      assertThat(model.forward(TokenBatch.of(new int[40])).lastHiddenState().shape().dim(0))
          .isEqualTo(40);
    }
  }

  @Test
  void batchesThatAreNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenBatch.of(new int[] {1}, new int[0]))
        .withMessage("batch: sequence 1 has no tokens (offsets 1 to 1)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenBatch.of(new int[][] {{1, 2}}, new int[][] {{0}}))
        .withMessage("batch: input ids have lengths [2], token type ids [1]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenBatch.ragged(new int[3], new int[3], new int[] {0, 2}))
        .withMessage("batch: 3 input ids, 3 token type ids and offsets [0, 2] do not fit");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenBatch.ragged(new int[3], new int[3], new int[] {0, 5, 3}))
        .withMessage("batch: 3 input ids, 3 token type ids and offsets [0, 5, 3] do not fit");
  }

  @Test
  void aModelThatIsClosed() throws IOException {
    BertModel model = BertModel.load(Golden.of("bert-base").folder());
    model.close();
    model.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> model.forward(TokenBatch.of(new int[] {1})))
        .withMessageEndingWith("the model is closed");
  }

  @Test
  void aFailedCallLeavesTheModelUsable() throws IOException {
    try (BertModel model = BertModel.load(Golden.of("bert-base").folder())) {
      TokenBatch good = TokenBatch.of(new int[] {1, 2, 3});
      float[] before = model.forward(good).lastHiddenState().toArray();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> model.forward(TokenBatch.of(new int[] {107})));
      assertThat(model.forward(good).lastHiddenState().toArray()).isEqualTo(before);
    }
  }

  @Test
  void aTextThatIsNone() throws IOException {
    TextEncoder encoder = TextEncoder.load(Golden.of("st-mean").folder());
    assertThatNullPointerException()
        .isThrownBy(() -> encoder.embed(Arrays.asList("a", null)))
        .withMessage("text 1 is null");
    assertThatNullPointerException()
        .isThrownBy(() -> encoder.embed((String) null))
        .withMessage("text 0 is null");
    encoder.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> encoder.embed(List.of()))
        .withMessageEndingWith("the model is closed");
  }

  @Test
  void labelsThatMakeNoHead() {
    Path folder = Golden.of("bert-base").folder();
    for (List<String> labels : List.of(List.<String>of(), List.of("a", "a"))) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  BertForSequenceClassification.forTraining(
                      folder,
                      labels,
                      BertConfig.ProblemType.SINGLE_LABEL_CLASSIFICATION,
                      Device.shared(),
                      1))
          .withMessage("labels: expected a name of its own for each class, got " + labels);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                BertForSequenceClassification.forTraining(
                    folder,
                    List.of("a", "b"),
                    BertConfig.ProblemType.REGRESSION,
                    Device.shared(),
                    1))
        .withMessage("labels: expected one, got [a, b]");
  }
}

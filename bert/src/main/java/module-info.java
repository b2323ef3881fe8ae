/** BERT and DistilBERT: configuration, tokenizer, model, heads, text encoder and classifier. */
module dev.bantam.bert {
  requires transitive dev.bantam.nn;
  requires transitive dev.bantam.safetensors;
  requires com.fasterxml.jackson.databind;
  requires static transitive org.jspecify;

  uses dev.bantam.nn.CompressedFormat;

  exports dev.bantam.bert;
  exports dev.bantam.bert.tokenizer;
}

package dev.bantam.bert;

/**
 * A token, or the type of a token, that a model does not have. If it comes from a tokenizer, that
 * is not the model's; if it is the type of a second text, the model knows no pairs.
 */
public final class TokenRangeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  TokenRangeException(String message) {
    super(message);
  }
}

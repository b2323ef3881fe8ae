package dev.bantam.quant;

/**
 * The sixteen levels of NF4: quantiles of a normal distribution, scaled to [-1, 1], with an exact 0
 * (Dettmers et al. 2023, "QLoRA: Efficient Finetuning of Quantized LLMs", appendix E).
 */
final class NormalFloat {
  static final float[] LEVELS = {
    -1f,
    -0.6961928009986877f,
    -0.5250730514526367f,
    -0.39491748809814453f,
    -0.28444138169288635f,
    -0.18477343022823334f,
    -0.09105003625154495f,
    0f,
    0.07958029955625534f,
    0.16093020141124725f,
    0.24611230194568634f,
    0.33791524171829224f,
    0.44070982933044434f,
    0.5626170039176941f,
    0.7229568362236023f,
    1f
  };

  private NormalFloat() {}

  /** The code of the level nearest to x; of two, the lower. */
  static int nearest(float x) {
    int code = 0;
    while (code < 15 && x > (LEVELS[code] + LEVELS[code + 1]) / 2) {
      code++;
    }
    return code;
  }
}

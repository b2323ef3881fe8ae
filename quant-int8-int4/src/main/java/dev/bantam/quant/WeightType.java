package dev.bantam.quant;

import java.util.Locale;

/** What one stored element of a weight is. */
public enum WeightType {
  /** An integer in [-127, 127]; -128 is left out, so that ranges are symmetric. */
  INT8(8),
  /** An integer in [-8, 7]. */
  INT4(4),
  /**
   * One of sixteen levels in [-1, 1] that are equally likely under a normal distribution (Dettmers
   * et al. 2023).
   */
  NF4(4),
  /** A float of 1 sign, 4 exponent and 3 fraction bits; no infinity, largest 448. */
  FP8_E4M3(8),
  /** A float of 1 sign, 5 exponent and 2 fraction bits; largest finite 57,344. */
  FP8_E5M2(8);

  private final int bits;

  WeightType(int bits) {
    this.bits = bits;
  }

  /** Bits of one element. */
  public int bits() {
    return bits;
  }

  /** Whether elements are integers, which may have a zero point. */
  public boolean isInteger() {
    return this == INT8 || this == INT4;
  }

  /** The least integer. */
  public int minCode() {
    return this == INT4 ? -8 : -127;
  }

  /** The greatest integer. */
  public int maxCode() {
    return this == INT4 ? 7 : 127;
  }

  /** The float that a code of a type that is not integer stands for, before scaling. */
  public float level(int code) {
    return switch (this) {
      case NF4 -> NormalFloat.LEVELS[code & 15];
      case FP8_E4M3 -> Float8.e4m3ToFloat((byte) code);
      case FP8_E5M2 -> Float8.e5m2ToFloat((byte) code);
      case INT8, INT4 -> code;
    };
  }

  /** Bytes of one row of elements: two elements of 4 bits share a byte. */
  public int rowBytes(int columns) {
    return bits == 8 ? columns : Math.ceilDiv(columns, 2);
  }

  /** Name in files and on the command line: {@code "int8"}, {@code "fp8_e4m3"}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}

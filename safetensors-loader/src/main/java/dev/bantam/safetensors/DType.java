package dev.bantam.safetensors;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Element type of a stored tensor, by its name in the safetensors format. All values are
 * little-endian.
 *
 * <p>The constants are declared in the order the reference implementation sorts them by when it
 * writes a file, from the last one to the first: wide types first, so that every tensor is aligned
 * to its element size.
 */
public enum DType {
  /** One byte, 0 or 1. */
  BOOL(1),
  /** Unsigned 8-bit integer. */
  U8(1),
  /** Signed 8-bit integer. */
  I8(1),
  /** 8-bit float: 1 sign, 5 exponent, 2 fraction bits. */
  F8_E5M2(1),
  /** 8-bit float: 1 sign, 4 exponent, 3 fraction bits; without infinity. */
  F8_E4M3(1),
  /** Signed 16-bit integer. */
  I16(2),
  /** IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. */
  F16(2),
  /** Upper half of an IEEE 754 binary32: 1 sign, 8 exponent, 7 fraction bits. */
  BF16(2),
  /** Signed 32-bit integer. */
  I32(4),
  /** IEEE 754 binary32. */
  F32(4),
  /** IEEE 754 binary64. */
  F64(8),
  /** Signed 64-bit integer. */
  I64(8);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Whether the elements are floating-point numbers. */
  public boolean isFloat() {
    return switch (this) {
      case F64, F32, F16, BF16, F8_E4M3, F8_E5M2 -> true;
      case I64, I32, I16, I8, U8, BOOL -> false;
    };
  }

  /** The type with this name in the format, or empty when this library does not read it. */
  static Optional<DType> byName(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findAny();
  }

  /** {@code BOOL, U8, ..., I64}, for error messages. */
  static String supported() {
    return Arrays.stream(values()).map(DType::name).collect(Collectors.joining(", "));
  }
}

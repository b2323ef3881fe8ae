package dev.bantam.safetensors;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Objects;

/** Turns the stored bytes of a tensor into Java arrays. */
final class Elements {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(LITTLE_ENDIAN);

  /** Longest array every JVM can allocate. */
  private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  private Elements() {}

  /** Number of elements, when an array can hold them. */
  static int count(Path file, TensorInfo info) throws ModelFormatException {
    if (info.elements() > MAX_ARRAY) {
      throw new ModelFormatException(
          "%s: tensor '%s' has %d elements, an array holds at most %d; read its segment"
              .formatted(file, info.name(), info.elements(), MAX_ARRAY));
    }
    return (int) info.elements();
  }

  static void copyFloats(Path file, TensorInfo info, MemorySegment src, float[] dst, int offset)
      throws ModelFormatException {
    int n = count(file, info);
    Objects.checkFromIndexSize(offset, n, dst.length);
    switch (info.dtype()) {
      case F32 -> MemorySegment.copy(src, FLOAT, 0, dst, offset, n);
      case F64 -> {
        for (int i = 0; i < n; i++) {
          dst[offset + i] = (float) src.get(DOUBLE, 8L * i);
        }
      }
      case F16 -> {
        for (int i = 0; i < n; i++) {
          dst[offset + i] = Float.float16ToFloat(src.get(SHORT, 2L * i));
        }
      }
      case BF16 -> {
        for (int i = 0; i < n; i++) {
          dst[offset + i] = Float.intBitsToFloat(src.get(SHORT, 2L * i) << 16);
        }
      }
      case I64, I32, I16, I8, U8, BOOL, F8_E4M3, F8_E5M2 ->
          throw mismatch(file, info, "F64, F32, F16 or BF16");
    }
  }

  static long[] longs(Path file, TensorInfo info, MemorySegment src) throws ModelFormatException {
    if (info.dtype() == DType.I64) {
      long[] values = new long[count(file, info)];
      MemorySegment.copy(src, LONG, 0, values, 0, values.length);
      return values;
    }
    if (info.dtype().isFloat()) {
      throw mismatch(file, info, "I64, I32, I16, I8, U8 or BOOL");
    }
    int[] narrow = ints(file, info, src);
    long[] values = new long[narrow.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = narrow[i];
    }
    return values;
  }

  static int[] ints(Path file, TensorInfo info, MemorySegment src) throws ModelFormatException {
    int[] values = new int[count(file, info)];
    switch (info.dtype()) {
      case I32 -> MemorySegment.copy(src, INT, 0, values, 0, values.length);
      case I16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = src.get(SHORT, 2L * i);
        }
      }
      case I8 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = src.get(JAVA_BYTE, i);
        }
      }
      case U8, BOOL -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = Byte.toUnsignedInt(src.get(JAVA_BYTE, i));
        }
      }
      case I64, F64, F32, F16, BF16, F8_E4M3, F8_E5M2 ->
          throw mismatch(file, info, "I32, I16, I8, U8 or BOOL");
    }
    return values;
  }

  static byte[] bytes(Path file, TensorInfo info, MemorySegment src) throws ModelFormatException {
    if (info.dtype().bytes() != 1) {
      throw mismatch(file, info, "a type of one byte");
    }
    byte[] values = new byte[count(file, info)];
    MemorySegment.copy(src, JAVA_BYTE, 0, values, 0, values.length);
    return values;
  }

  private static ModelFormatException mismatch(Path file, TensorInfo info, String expected) {
    return new ModelFormatException(
        "%s: tensor '%s' is %s, expected %s".formatted(file, info.name(), info.dtype(), expected));
  }
}

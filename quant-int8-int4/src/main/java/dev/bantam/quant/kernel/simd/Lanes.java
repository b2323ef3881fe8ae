package dev.bantam.quant.kernel.simd;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Vectors of the machine's width, and how bytes get into them. */
final class Lanes {
  static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());
  static final int L = FLOATS.length();

  /** As many bytes as there are lanes; there are no vectors of 4. */
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(8 * L, 64)));

  private static final VarHandle FOUR_BYTES =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final IntVector SHIFTS = IntVector.zero(INTS).addIndex(8);

  /** A float whose last bit is 1: what is put into its low bits is added to it. */
  private static final int OFFSET_BITS = Float.floatToRawIntBits(0x1p23f);

  /** Takes from a half byte in [0, 15] what was added to its code. */
  private static final float OFFSET = 0x1p23f + 8;

  private Lanes() {}

  /** L bytes as integers in [0, 255]. */
  static IntVector bytes(byte[] from, int at) {
    if (L == 4) {
      return IntVector.broadcast(INTS, (int) FOUR_BYTES.get(from, at))
          .lanewise(VectorOperators.LSHR, SHIFTS)
          .and(0xFF);
    }
    return (IntVector)
        ByteVector.fromArray(BYTES, from, at)
            .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
  }

  /** L bytes as floats in [-128, 127]. */
  static FloatVector signed(byte[] from, int at) {
    if (L == 4) {
      return floats(
          bytes(from, at).lanewise(VectorOperators.LSHL, 24).lanewise(VectorOperators.ASHR, 24));
    }
    return (FloatVector)
        ByteVector.fromArray(BYTES, from, at).convertShape(VectorOperators.B2F, FLOATS, 0);
  }

  /** The low halves of L bytes as floats in [-8, 7]. */
  static FloatVector low(IntVector bytes) {
    return bytes.and(15).or(OFFSET_BITS).reinterpretAsFloats().sub(OFFSET);
  }

  /** The high halves of L bytes as floats in [-8, 7]. */
  static FloatVector high(IntVector bytes) {
    return bytes
        .lanewise(VectorOperators.LSHR, 4)
        .or(OFFSET_BITS)
        .reinterpretAsFloats()
        .sub(OFFSET);
  }

  /** Integers as floats. */
  static FloatVector floats(IntVector v) {
    return (FloatVector) v.convert(VectorOperators.I2F, 0);
  }

  /** Floats that are integers, as integers. */
  static IntVector ints(FloatVector v) {
    return (IntVector) v.convert(VectorOperators.F2I, 0);
  }
}

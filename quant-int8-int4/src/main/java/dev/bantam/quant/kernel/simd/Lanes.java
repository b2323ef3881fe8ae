package dev.bantam.quant.kernel.simd;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
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

  /** Which bits of a byte are its low half. */
  static final int LOW = 0x0F;

  /** Which bits of a byte are its high half. */
  static final int HIGH = 0xF0;

  /** A float whose last bit counts 1: what is put into its low bits is added to it. */
  private static final float BASE = 0x1p23f;

  static final int BASE_BITS = Float.floatToRawIntBits(BASE);

  /** What a low half has too much, as a float, if 8 was added to codes. */
  static final float LOW_OFFSET = BASE + 8;

  /** What a high half has too much, where it stands, if 8 was added to codes. */
  static final float HIGH_OFFSET = BASE + 16 * 8;

  private static final List<VectorShuffle<Float>> HALVES =
      IntStream.iterate(L / 2, d -> d > 0, d -> d / 2)
          .mapToObj(d -> VectorShuffle.fromOp(FLOATS, i -> i ^ d))
          .toList();

  private Lanes() {}

  /**
   * The sum of all lanes, always in the same order: {@code reduceLanes} has one before it is
   * compiled and another after.
   */
  static float sum(FloatVector v) {
    FloatVector s = v;
    for (VectorShuffle<Float> half : HALVES) {
      s = s.add(s.rearrange(half));
    }
    return s.lane(0);
  }

  /** L bytes as integers, whose 8 low bits are the byte; the others are undefined. */
  static IntVector bytes(byte[] from, int at) {
    if (L == 4) {
      return IntVector.broadcast(INTS, (int) FOUR_BYTES.get(from, at))
          .lanewise(VectorOperators.LSHR, SHIFTS);
    }
    return (IntVector) ByteVector.fromArray(BYTES, from, at).castShape(INTS, 0);
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

  /** The low halves of L bytes as floats, less an offset. */
  static FloatVector low(IntVector bytes, FloatVector offset) {
    return bytes.and(LOW).or(BASE_BITS).reinterpretAsFloats().sub(offset);
  }

  /** 16 times the high halves of L bytes as floats, less an offset. */
  static FloatVector high(IntVector bytes, FloatVector offset) {
    return bytes.and(HIGH).or(BASE_BITS).reinterpretAsFloats().sub(offset);
  }

  /** The low halves of L bytes, to which 8 was added, as floats in [-8, 7]. */
  static FloatVector low(IntVector bytes) {
    return bytes.and(LOW).or(BASE_BITS).reinterpretAsFloats().sub(LOW_OFFSET);
  }

  /** 16 times the high halves of L bytes, to which 8 was added: floats in [-128, 112]. */
  static FloatVector high(IntVector bytes) {
    return bytes.and(HIGH).or(BASE_BITS).reinterpretAsFloats().sub(HIGH_OFFSET);
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

package dev.bantam.quant.kernel.simd;

import static dev.bantam.quant.kernel.simd.Lanes.FLOATS;
import static dev.bantam.quant.kernel.simd.Lanes.HIGH_OFFSET;
import static dev.bantam.quant.kernel.simd.Lanes.L;
import static dev.bantam.quant.kernel.simd.Lanes.LOW_OFFSET;
import static dev.bantam.quant.kernel.simd.Lanes.bytes;
import static dev.bantam.quant.kernel.simd.Lanes.high;
import static dev.bantam.quant.kernel.simd.Lanes.low;
import static dev.bantam.quant.kernel.simd.Lanes.signed;
import static dev.bantam.quant.kernel.simd.Strips.WIDTH;

import dev.bantam.tensor.kernel.MatmulKernel;
import dev.bantam.tensor.kernel.PackedMatrix;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import org.jspecify.annotations.Nullable;

/** Writes weights of a strip as floats, {@code scale · (code - zero)}, into panels. */
final class StripDecoder {
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private StripDecoder() {}

  /**
   * Decodes a strip for some inputs.
   *
   * @param w codes
   * @param strip which strip
   * @param k first input
   * @param depth number of inputs, at most {@link MatmulKernel#BLOCK}
   * @param panels where to: a matrix of these inputs
   * @param output where in it the strip begins
   */
  static void decode(Strips w, int strip, int k, int depth, PackedMatrix panels, int output) {
    for (int g = k; g < k + depth; ) {
      int end = w.groupEnd(g, k + depth);
      long to = panels.position(output, g - k);
      long second = panels.position(output + L, g - k) - to;
      long step = g - k + 1 < depth ? panels.position(output, g - k + 1) - to : 0;
      decodeGroup(w, strip, g, end - g, panels.memory(), to, second, step);
      g = end;
    }
  }

  private static void decodeGroup(
      Strips w, int strip, int k, int depth, MemorySegment panel, long to, long second, long step) {
    int from = w.at(strip, k);
    byte[] codes = w.codes();
    float[] scales = w.scales();
    int s = w.scaleAt(strip, k);
    float[] zeros = w.zeroCodes();
    int z = w.zeroAt(strip, k);
    float[] heap = panel.heapBase().orElse(null) instanceof float[] array ? array : null;
    switch (w.type()) {
      case INT8 -> bytes8(codes, from, depth, scales, s, zeros, z, heap, panel, to, second, step);
      case INT4 -> bytes4(codes, from, depth, scales, s, zeros, z, heap, panel, to, second, step);
      case NF4 -> halves(codes, from, depth, scales, s, w.levels(), heap, panel, to, second, step);
      case FP8_E4M3, FP8_E5M2 ->
          table(codes, from, depth, scales, s, w.levels(), heap, panel, to, second, step);
    }
  }

  private static void bytes8(
      byte[] w,
      int from,
      int depth,
      float[] scales,
      int s,
      float[] zeros,
      int z,
      float @Nullable [] heap,
      MemorySegment panel,
      long to,
      long second,
      long step) {
    FloatVector s0 = FloatVector.fromArray(FLOATS, scales, s);
    FloatVector s1 = FloatVector.fromArray(FLOATS, scales, s + L);
    FloatVector z0 = FloatVector.fromArray(FLOATS, zeros, z);
    FloatVector z1 = FloatVector.fromArray(FLOATS, zeros, z + L);
    for (int k = 0; k < depth; k++) {
      int at = from + k * WIDTH;
      long p = to + k * step;
      put(signed(w, at).sub(z0).mul(s0), heap, panel, p);
      put(signed(w, at + L).sub(z1).mul(s1), heap, panel, p + second);
    }
  }

  private static void bytes4(
      byte[] w,
      int from,
      int depth,
      float[] scales,
      int s,
      float[] zeros,
      int z,
      float @Nullable [] heap,
      MemorySegment panel,
      long to,
      long second,
      long step) {
    FloatVector s0 = FloatVector.fromArray(FLOATS, scales, s);
    FloatVector s1 = FloatVector.fromArray(FLOATS, scales, s + L);
    FloatVector z0 = FloatVector.fromArray(FLOATS, zeros, z).add(LOW_OFFSET);
    FloatVector z1 = FloatVector.fromArray(FLOATS, zeros, z + L).add(HIGH_OFFSET);
    for (int k = 0; k < depth; k++) {
      IntVector b = bytes(w, from + k * L);
      long p = to + k * step;
      put(low(b, z0).mul(s0), heap, panel, p);
      put(high(b, z1).mul(s1), heap, panel, p + second);
    }
  }

  private static void halves(
      byte[] w,
      int from,
      int depth,
      float[] scales,
      int s,
      float[] levels,
      float @Nullable [] heap,
      MemorySegment panel,
      long to,
      long second,
      long step) {
    float[] row = new float[WIDTH];
    for (int k = 0; k < depth; k++) {
      for (int j = 0; j < L; j++) {
        int b = w[from + k * L + j];
        row[j] = levels[b & 15];
        row[L + j] = levels[b >> 4 & 15];
      }
      store(row, scales, s, heap, panel, to + k * step, second);
    }
  }

  private static void table(
      byte[] w,
      int from,
      int depth,
      float[] scales,
      int s,
      float[] levels,
      float @Nullable [] heap,
      MemorySegment panel,
      long to,
      long second,
      long step) {
    float[] row = new float[WIDTH];
    for (int k = 0; k < depth; k++) {
      for (int j = 0; j < WIDTH; j++) {
        row[j] = levels[w[from + k * WIDTH + j] & 0xFF];
      }
      store(row, scales, s, heap, panel, to + k * step, second);
    }
  }

  private static void store(
      float[] row,
      float[] scales,
      int s,
      float @Nullable [] heap,
      MemorySegment panel,
      long to,
      long second) {
    FloatVector scale0 = FloatVector.fromArray(FLOATS, scales, s);
    FloatVector scale1 = FloatVector.fromArray(FLOATS, scales, s + L);
    put(FloatVector.fromArray(FLOATS, row, 0).mul(scale0), heap, panel, to);
    put(FloatVector.fromArray(FLOATS, row, L).mul(scale1), heap, panel, to + second);
  }

  /** Vectors get into an array several times as fast as into a segment of its memory. */
  private static void put(FloatVector v, float @Nullable [] heap, MemorySegment panel, long to) {
    if (heap != null) {
      v.intoArray(heap, (int) (to / Float.BYTES));
    } else {
      v.intoMemorySegment(panel, to, ORDER);
    }
  }
}

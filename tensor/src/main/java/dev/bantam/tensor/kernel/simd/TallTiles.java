package dev.bantam.tensor.kernel.simd;

import static dev.bantam.tensor.kernel.simd.WideTiles.COLUMN_BYTES;
import static dev.bantam.tensor.kernel.simd.WideTiles.STEP_BYTES;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles as those of {@link WideTiles}, of 8 or 12 rows and the first or last 2 vectors of
 * columns. Few rows pass over each weight fewer times in them; and the first of these passes, which
 * brings weights from the third level cache, has as much to compute meanwhile as that takes.
 */
final class TallTiles {
  /** Rows of the largest tile. */
  static final int ROWS = 12;

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int L = SPECIES.length();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int STRIDE = WideTiles.STRIDE;

  private TallTiles() {}

  /**
   * Computes a tile, as {@link WideTiles#add} does.
   *
   * @param rows 8 or 12
   */
  static void add(
      int rows,
      float[] a,
      int at,
      MemorySegment b,
      long from,
      int depth,
      float[] s,
      int start,
      int lds,
      float[] c,
      int to,
      int ldc) {
    if (rows == 12) {
      add12(a, at, b, from, depth, s, start, lds, c, to, ldc);
      add12(a, at, b, from + 2 * COLUMN_BYTES, depth, s, start + 2 * L, lds, c, to + 2 * L, ldc);
    } else {
      add8(a, at, b, from, depth, s, start, lds, c, to, ldc);
      add8(a, at, b, from + 2 * COLUMN_BYTES, depth, s, start + 2 * L, lds, c, to + 2 * L, ldc);
    }
  }

  private static void add12(
      float[] a,
      int at,
      MemorySegment b,
      long from,
      int depth,
      float[] s,
      int start,
      int lds,
      float[] c,
      int to,
      int ldc) {
    FloatVector c0a = FloatVector.zero(SPECIES);
    FloatVector c0b = FloatVector.zero(SPECIES);
    FloatVector c1a = FloatVector.zero(SPECIES);
    FloatVector c1b = FloatVector.zero(SPECIES);
    FloatVector c2a = FloatVector.zero(SPECIES);
    FloatVector c2b = FloatVector.zero(SPECIES);
    FloatVector c3a = FloatVector.zero(SPECIES);
    FloatVector c3b = FloatVector.zero(SPECIES);
    FloatVector c4a = FloatVector.zero(SPECIES);
    FloatVector c4b = FloatVector.zero(SPECIES);
    FloatVector c5a = FloatVector.zero(SPECIES);
    FloatVector c5b = FloatVector.zero(SPECIES);
    FloatVector c6a = FloatVector.zero(SPECIES);
    FloatVector c6b = FloatVector.zero(SPECIES);
    FloatVector c7a = FloatVector.zero(SPECIES);
    FloatVector c7b = FloatVector.zero(SPECIES);
    FloatVector c8a = FloatVector.zero(SPECIES);
    FloatVector c8b = FloatVector.zero(SPECIES);
    FloatVector c9a = FloatVector.zero(SPECIES);
    FloatVector c9b = FloatVector.zero(SPECIES);
    FloatVector c10a = FloatVector.zero(SPECIES);
    FloatVector c10b = FloatVector.zero(SPECIES);
    FloatVector c11a = FloatVector.zero(SPECIES);
    FloatVector c11b = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, b, from + k * STEP_BYTES, ORDER);
      FloatVector b1 =
          FloatVector.fromMemorySegment(SPECIES, b, from + k * STEP_BYTES + COLUMN_BYTES, ORDER);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at + k]);
      c0a = a0.fma(b0, c0a);
      c0b = a0.fma(b1, c0b);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + k + STRIDE]);
      c1a = a1.fma(b0, c1a);
      c1b = a1.fma(b1, c1b);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + k + 2 * STRIDE]);
      c2a = a2.fma(b0, c2a);
      c2b = a2.fma(b1, c2b);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + k + 3 * STRIDE]);
      c3a = a3.fma(b0, c3a);
      c3b = a3.fma(b1, c3b);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[at + k + 4 * STRIDE]);
      c4a = a4.fma(b0, c4a);
      c4b = a4.fma(b1, c4b);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[at + k + 5 * STRIDE]);
      c5a = a5.fma(b0, c5a);
      c5b = a5.fma(b1, c5b);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[at + k + 6 * STRIDE]);
      c6a = a6.fma(b0, c6a);
      c6b = a6.fma(b1, c6b);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[at + k + 7 * STRIDE]);
      c7a = a7.fma(b0, c7a);
      c7b = a7.fma(b1, c7b);
      FloatVector a8 = FloatVector.broadcast(SPECIES, a[at + k + 8 * STRIDE]);
      c8a = a8.fma(b0, c8a);
      c8b = a8.fma(b1, c8b);
      FloatVector a9 = FloatVector.broadcast(SPECIES, a[at + k + 9 * STRIDE]);
      c9a = a9.fma(b0, c9a);
      c9b = a9.fma(b1, c9b);
      FloatVector a10 = FloatVector.broadcast(SPECIES, a[at + k + 10 * STRIDE]);
      c10a = a10.fma(b0, c10a);
      c10b = a10.fma(b1, c10b);
      FloatVector a11 = FloatVector.broadcast(SPECIES, a[at + k + 11 * STRIDE]);
      c11a = a11.fma(b0, c11a);
      c11b = a11.fma(b1, c11b);
    }
    c0a.add(FloatVector.fromArray(SPECIES, s, start)).intoArray(c, to);
    c0b.add(FloatVector.fromArray(SPECIES, s, start + L)).intoArray(c, to + L);
    int s1 = start + lds;
    int r1 = to + ldc;
    c1a.add(FloatVector.fromArray(SPECIES, s, s1)).intoArray(c, r1);
    c1b.add(FloatVector.fromArray(SPECIES, s, s1 + L)).intoArray(c, r1 + L);
    int s2 = s1 + lds;
    int r2 = r1 + ldc;
    c2a.add(FloatVector.fromArray(SPECIES, s, s2)).intoArray(c, r2);
    c2b.add(FloatVector.fromArray(SPECIES, s, s2 + L)).intoArray(c, r2 + L);
    int s3 = s2 + lds;
    int r3 = r2 + ldc;
    c3a.add(FloatVector.fromArray(SPECIES, s, s3)).intoArray(c, r3);
    c3b.add(FloatVector.fromArray(SPECIES, s, s3 + L)).intoArray(c, r3 + L);
    int s4 = s3 + lds;
    int r4 = r3 + ldc;
    c4a.add(FloatVector.fromArray(SPECIES, s, s4)).intoArray(c, r4);
    c4b.add(FloatVector.fromArray(SPECIES, s, s4 + L)).intoArray(c, r4 + L);
    int s5 = s4 + lds;
    int r5 = r4 + ldc;
    c5a.add(FloatVector.fromArray(SPECIES, s, s5)).intoArray(c, r5);
    c5b.add(FloatVector.fromArray(SPECIES, s, s5 + L)).intoArray(c, r5 + L);
    int s6 = s5 + lds;
    int r6 = r5 + ldc;
    c6a.add(FloatVector.fromArray(SPECIES, s, s6)).intoArray(c, r6);
    c6b.add(FloatVector.fromArray(SPECIES, s, s6 + L)).intoArray(c, r6 + L);
    int s7 = s6 + lds;
    int r7 = r6 + ldc;
    c7a.add(FloatVector.fromArray(SPECIES, s, s7)).intoArray(c, r7);
    c7b.add(FloatVector.fromArray(SPECIES, s, s7 + L)).intoArray(c, r7 + L);
    int s8 = s7 + lds;
    int r8 = r7 + ldc;
    c8a.add(FloatVector.fromArray(SPECIES, s, s8)).intoArray(c, r8);
    c8b.add(FloatVector.fromArray(SPECIES, s, s8 + L)).intoArray(c, r8 + L);
    int s9 = s8 + lds;
    int r9 = r8 + ldc;
    c9a.add(FloatVector.fromArray(SPECIES, s, s9)).intoArray(c, r9);
    c9b.add(FloatVector.fromArray(SPECIES, s, s9 + L)).intoArray(c, r9 + L);
    int s10 = s9 + lds;
    int r10 = r9 + ldc;
    c10a.add(FloatVector.fromArray(SPECIES, s, s10)).intoArray(c, r10);
    c10b.add(FloatVector.fromArray(SPECIES, s, s10 + L)).intoArray(c, r10 + L);
    int s11 = s10 + lds;
    int r11 = r10 + ldc;
    c11a.add(FloatVector.fromArray(SPECIES, s, s11)).intoArray(c, r11);
    c11b.add(FloatVector.fromArray(SPECIES, s, s11 + L)).intoArray(c, r11 + L);
  }

  private static void add8(
      float[] a,
      int at,
      MemorySegment b,
      long from,
      int depth,
      float[] s,
      int start,
      int lds,
      float[] c,
      int to,
      int ldc) {
    FloatVector c0a = FloatVector.zero(SPECIES);
    FloatVector c0b = FloatVector.zero(SPECIES);
    FloatVector c1a = FloatVector.zero(SPECIES);
    FloatVector c1b = FloatVector.zero(SPECIES);
    FloatVector c2a = FloatVector.zero(SPECIES);
    FloatVector c2b = FloatVector.zero(SPECIES);
    FloatVector c3a = FloatVector.zero(SPECIES);
    FloatVector c3b = FloatVector.zero(SPECIES);
    FloatVector c4a = FloatVector.zero(SPECIES);
    FloatVector c4b = FloatVector.zero(SPECIES);
    FloatVector c5a = FloatVector.zero(SPECIES);
    FloatVector c5b = FloatVector.zero(SPECIES);
    FloatVector c6a = FloatVector.zero(SPECIES);
    FloatVector c6b = FloatVector.zero(SPECIES);
    FloatVector c7a = FloatVector.zero(SPECIES);
    FloatVector c7b = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, b, from + k * STEP_BYTES, ORDER);
      FloatVector b1 =
          FloatVector.fromMemorySegment(SPECIES, b, from + k * STEP_BYTES + COLUMN_BYTES, ORDER);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at + k]);
      c0a = a0.fma(b0, c0a);
      c0b = a0.fma(b1, c0b);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + k + STRIDE]);
      c1a = a1.fma(b0, c1a);
      c1b = a1.fma(b1, c1b);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + k + 2 * STRIDE]);
      c2a = a2.fma(b0, c2a);
      c2b = a2.fma(b1, c2b);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + k + 3 * STRIDE]);
      c3a = a3.fma(b0, c3a);
      c3b = a3.fma(b1, c3b);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[at + k + 4 * STRIDE]);
      c4a = a4.fma(b0, c4a);
      c4b = a4.fma(b1, c4b);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[at + k + 5 * STRIDE]);
      c5a = a5.fma(b0, c5a);
      c5b = a5.fma(b1, c5b);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[at + k + 6 * STRIDE]);
      c6a = a6.fma(b0, c6a);
      c6b = a6.fma(b1, c6b);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[at + k + 7 * STRIDE]);
      c7a = a7.fma(b0, c7a);
      c7b = a7.fma(b1, c7b);
    }
    c0a.add(FloatVector.fromArray(SPECIES, s, start)).intoArray(c, to);
    c0b.add(FloatVector.fromArray(SPECIES, s, start + L)).intoArray(c, to + L);
    int s1 = start + lds;
    int r1 = to + ldc;
    c1a.add(FloatVector.fromArray(SPECIES, s, s1)).intoArray(c, r1);
    c1b.add(FloatVector.fromArray(SPECIES, s, s1 + L)).intoArray(c, r1 + L);
    int s2 = s1 + lds;
    int r2 = r1 + ldc;
    c2a.add(FloatVector.fromArray(SPECIES, s, s2)).intoArray(c, r2);
    c2b.add(FloatVector.fromArray(SPECIES, s, s2 + L)).intoArray(c, r2 + L);
    int s3 = s2 + lds;
    int r3 = r2 + ldc;
    c3a.add(FloatVector.fromArray(SPECIES, s, s3)).intoArray(c, r3);
    c3b.add(FloatVector.fromArray(SPECIES, s, s3 + L)).intoArray(c, r3 + L);
    int s4 = s3 + lds;
    int r4 = r3 + ldc;
    c4a.add(FloatVector.fromArray(SPECIES, s, s4)).intoArray(c, r4);
    c4b.add(FloatVector.fromArray(SPECIES, s, s4 + L)).intoArray(c, r4 + L);
    int s5 = s4 + lds;
    int r5 = r4 + ldc;
    c5a.add(FloatVector.fromArray(SPECIES, s, s5)).intoArray(c, r5);
    c5b.add(FloatVector.fromArray(SPECIES, s, s5 + L)).intoArray(c, r5 + L);
    int s6 = s5 + lds;
    int r6 = r5 + ldc;
    c6a.add(FloatVector.fromArray(SPECIES, s, s6)).intoArray(c, r6);
    c6b.add(FloatVector.fromArray(SPECIES, s, s6 + L)).intoArray(c, r6 + L);
    int s7 = s6 + lds;
    int r7 = r6 + ldc;
    c7a.add(FloatVector.fromArray(SPECIES, s, s7)).intoArray(c, r7);
    c7b.add(FloatVector.fromArray(SPECIES, s, s7 + L)).intoArray(c, r7 + L);
  }
}

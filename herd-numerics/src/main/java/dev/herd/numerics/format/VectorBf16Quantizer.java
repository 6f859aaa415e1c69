package dev.herd.numerics.format;

import dev.herd.numerics.format.BlockCodec.Axis;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// [PackedQuantizer] of bf16 with the Vector API, bit for bit but for the bits of a NaN: the upper half of a
/// number, rounded half to even. It does not matter where in the matrix a number stands.
final class VectorBf16Quantizer implements Quantizer {
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final int INFINITY = 0x7F800000;
    private static final int UPPER = 0xFFFF0000;
    private static final int QUIET = 0x00400000;

    @Override
    public void quantize(
            MemorySegment from,
            long fromAt,
            MemorySegment to,
            long toAt,
            int rows,
            int columns,
            Axis axis,
            long random) {
        for (int r = 0; r < rows; r++) {
            long row = (long) r * columns;
            row(from, fromAt + row, to, toAt + row, columns);
        }
    }

    private static void row(MemorySegment from, long at, MemorySegment to, long toAt, int n) {
        int whole = n - n % Lanes.COUNT;
        for (int i = 0; i < whole; i += Lanes.COUNT) {
            IntVector bits = IntVector.fromMemorySegment(INTS, from, (at + i) * 4, Lanes.ORDER);
            IntVector even = bits.lanewise(VectorOperators.LSHR, 16).and(1);
            VectorMask<Integer> nan = bits.and(0x7FFFFFFF).compare(VectorOperators.GT, INFINITY);
            bits.add(even.add(0x7FFF))
                    .blend(bits.or(QUIET), nan)
                    .and(UPPER)
                    .intoMemorySegment(to, (toAt + i) * 4, Lanes.ORDER);
        }
        for (int i = whole; i < n; i++) {
            to.set(INT, (toAt + i) * 4, rounded(from.get(INT, (at + i) * 4)));
        }
    }

    private static int rounded(int bits) {
        boolean nan = (bits & 0x7FFFFFFF) > INFINITY;
        return (nan ? bits | QUIET : bits + 0x7FFF + (bits >>> 16 & 1)) & UPPER;
    }
}

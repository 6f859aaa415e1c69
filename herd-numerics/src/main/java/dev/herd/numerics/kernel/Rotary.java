package dev.herd.numerics.kernel;

import java.lang.foreign.MemorySegment;

/// Rotary position embedding: turns the pairs of every head by the angles of one position.
///
/// A table holds, for one position, `headDim` cosines and then `headDim` signed sines, laid out like the
/// head itself, so that every element becomes `x * cosine + partner * sine`: two products, each rounded,
/// and their rounded sum.
public final class Rotary {
    private static final Kernel KERNEL = Kernels.choose(ScalarRotary::new, () -> new VectorRotary());

    private Rotary() {}

    /// Turns the pairs (2i, 2i+1) of `heads` heads of `headDim` floats that start at float `at` of `x`, in
    /// place.
    ///
    /// **Throws** `IndexOutOfBoundsException` when a segment is too short, `IllegalArgumentException` for
    /// an odd head.
    public static void turnAdjacent(
            MemorySegment x, long at, int heads, int headDim, MemorySegment table, long tableAt) {
        check(x, at, heads, headDim, table, tableAt);
        KERNEL.turnAdjacent(x, at, heads, headDim, table, tableAt);
    }

    /// Turns the pairs (i, i + headDim/2) of each head, in place.
    ///
    /// **Throws** as [#turnAdjacent].
    public static void turnHalves(MemorySegment x, long at, int heads, int headDim, MemorySegment table, long tableAt) {
        check(x, at, heads, headDim, table, tableAt);
        KERNEL.turnHalves(x, at, heads, headDim, table, tableAt);
    }

    private static void check(MemorySegment x, long at, int heads, int headDim, MemorySegment table, long tableAt) {
        if (headDim <= 0 || headDim % 2 != 0) {
            throw new IllegalArgumentException("a head is turned in pairs: its width must be even, got " + headDim);
        }
        RowMath.check(x, at, (long) heads * headDim);
        RowMath.check(table, tableAt, 2L * headDim);
    }

    interface Kernel {
        void turnAdjacent(MemorySegment x, long at, int heads, int headDim, MemorySegment table, long tableAt);

        void turnHalves(MemorySegment x, long at, int heads, int headDim, MemorySegment table, long tableAt);
    }
}

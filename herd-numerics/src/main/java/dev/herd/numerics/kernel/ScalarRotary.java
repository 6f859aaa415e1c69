package dev.herd.numerics.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What [Rotary] computes.
final class ScalarRotary implements Rotary.Kernel {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    @Override
    public void turnAdjacent(MemorySegment x, long at, int heads, int headDim, MemorySegment table, long tableAt) {
        for (int head = 0; head < heads; head++) {
            for (int i = 0; i < headDim; i += 2) {
                turnPair(x, at + (long) head * headDim, i, i + 1, table, tableAt, headDim);
            }
        }
    }

    @Override
    public void turnHalves(MemorySegment x, long at, int heads, int headDim, MemorySegment table, long tableAt) {
        int half = headDim / 2;
        for (int head = 0; head < heads; head++) {
            for (int i = 0; i < half; i++) {
                turnPair(x, at + (long) head * headDim, i, i + half, table, tableAt, headDim);
            }
        }
    }

    static void turnPair(MemorySegment x, long at, int i, int j, MemorySegment table, long tableAt, int headDim) {
        float a = x.get(FLOAT, (at + i) * 4);
        float b = x.get(FLOAT, (at + j) * 4);
        x.set(FLOAT, (at + i) * 4, turned(a, b, table, tableAt + i, headDim));
        x.set(FLOAT, (at + j) * 4, turned(b, a, table, tableAt + j, headDim));
    }

    private static float turned(float self, float partner, MemorySegment table, long at, int headDim) {
        return self * table.get(FLOAT, at * 4) + partner * table.get(FLOAT, (at + headDim) * 4);
    }
}

package dev.herd.nn;

import dev.herd.numerics.CounterRandom;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Which entries survive dropout, as a pure function of (seed, stream, index): a resumed run draws the same
/// masks.
final class DropoutMask {
    private DropoutMask() {}

    /// Sets every fp32 entry to 0 with the given probability (a multiple of 2^-32) and to `1 / (1 -
    /// probability)` otherwise.
    static void fill(MemorySegment mask, double probability, long seed, long stream) {
        float kept = (float) (1 / (1 - probability));
        long threshold = (long) (probability * 0x1.0p32);
        long count = mask.byteSize() / Float.BYTES;
        for (long i = 0; i < count; i += 2) {
            long bits = CounterRandom.bits(seed, stream, i >>> 1);
            mask.setAtIndex(ValueLayout.JAVA_FLOAT, i, (bits >>> 32) < threshold ? 0 : kept);
            if (i + 1 < count) {
                mask.setAtIndex(ValueLayout.JAVA_FLOAT, i + 1, (bits & 0xFFFFFFFFL) < threshold ? 0 : kept);
            }
        }
    }
}

package dev.herd.numerics.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What [GatedUnit] computes.
final class ScalarGatedUnit implements GatedUnit.Kernel {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    @Override
    public void apply(MemorySegment gate, MemorySegment up, long at, long n) {
        for (long i = at * 4; i < (at + n) * 4; i += 4) {
            float g = gate.get(FLOAT, i);
            gate.set(FLOAT, i, g / (1 + Exponential.of(-g)) * up.get(FLOAT, i));
        }
    }
}

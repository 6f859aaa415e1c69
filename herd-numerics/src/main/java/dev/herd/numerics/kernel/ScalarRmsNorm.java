package dev.herd.numerics.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What [RmsNorm] computes.
final class ScalarRmsNorm implements RmsNorm.Kernel {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    @Override
    public void scale(MemorySegment x, long at, MemorySegment weight, float factor, MemorySegment y, int n) {
        for (int i = 0; i < n; i++) {
            float scaled = x.get(FLOAT, (at + i) * 4) * factor;
            y.set(FLOAT, (at + i) * 4, scaled * weight.get(FLOAT, i * 4L));
        }
    }
}

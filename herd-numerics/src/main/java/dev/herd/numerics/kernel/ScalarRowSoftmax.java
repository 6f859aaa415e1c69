package dev.herd.numerics.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What [RowSoftmax] computes.
final class ScalarRowSoftmax implements RowSoftmax.Kernel {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    @Override
    public float max(MemorySegment scores, long at, int n) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            max = Math.max(max, scores.get(FLOAT, (at + i) * 4));
        }
        return max;
    }

    @Override
    public float exponentiate(MemorySegment scores, long at, int n, float top) {
        float[] parts = new float[PARTS];
        for (int i = 0; i < n; i++) {
            float weight = Exponential.of(scores.get(FLOAT, (at + i) * 4) - top);
            scores.set(FLOAT, (at + i) * 4, weight);
            parts[i % PARTS] += weight;
        }
        return RowSoftmax.Kernel.fold(parts);
    }
}

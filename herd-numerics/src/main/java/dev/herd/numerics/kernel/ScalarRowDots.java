package dev.herd.numerics.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// What [RowDots] computes, for vectors of sixteen lanes.
final class ScalarRowDots implements RowDots.Kernel {
    private static final int PARTS = 16;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    @Override
    public void multiply(
            MemorySegment w,
            long wAt,
            int rows,
            MemorySegment x,
            long xAt,
            int count,
            int inner,
            MemorySegment out,
            long outAt,
            long outStride) {
        float[] parts = new float[PARTS];
        for (int t = 0; t < count; t++) {
            for (int r = 0; r < rows; r++) {
                float dot = dot(w, wAt + (long) r * inner, x, xAt + (long) t * inner, inner, parts);
                out.set(FLOAT, (outAt + t * outStride + r) * 4, dot);
            }
        }
    }

    private static float dot(MemorySegment w, long wAt, MemorySegment x, long xAt, int inner, float[] parts) {
        Arrays.fill(parts, 0);
        for (int i = 0; i < inner; i++) {
            parts[i % PARTS] = Math.fma(w.get(FLOAT, (wAt + i) * 4), x.get(FLOAT, (xAt + i) * 4), parts[i % PARTS]);
        }
        return RowSoftmax.Kernel.fold(parts);
    }
}

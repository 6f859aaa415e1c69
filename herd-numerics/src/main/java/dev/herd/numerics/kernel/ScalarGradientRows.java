package dev.herd.numerics.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// What [GradientRows] computes.
final class ScalarGradientRows implements GradientRows.Kernel {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    @Override
    public void merge(long[] entries, int[] starts, int count, MemorySegment gradient, int dim, MemorySegment out) {
        mergeAll(entries, starts, count, gradient, null, dim, out);
    }

    @Override
    public void mergeScaled(
            long[] entries,
            int[] starts,
            int count,
            MemorySegment gradient,
            GradientRows.Scaled scaled,
            int dim,
            MemorySegment out) {
        mergeAll(entries, starts, count, gradient, scaled, dim, out);
    }

    private static void mergeAll(
            long[] entries,
            int[] starts,
            int count,
            MemorySegment gradient,
            GradientRows.@Nullable Scaled scaled,
            int dim,
            MemorySegment out) {
        for (int k = 0; k < count; k++) {
            for (int d = 0; d < dim; d++) {
                float total = 0;
                for (int run = starts[k]; run < starts[k + 1]; run += GradientRows.RUN) {
                    float sum = 0;
                    for (int i = run; i < Math.min(run + GradientRows.RUN, starts[k + 1]); i++) {
                        int source = (int) entries[i];
                        long at = scaled == null ? source : scaled.at()[source];
                        float value = gradient.get(FLOAT, (at + d) * Float.BYTES);
                        sum += scaled == null ? value : scaled.factor()[source] * value;
                    }
                    total += sum;
                }
                out.set(FLOAT, ((long) k * dim + d) * Float.BYTES, total);
            }
        }
    }
}

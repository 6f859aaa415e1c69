package dev.herd.numerics.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What [RowMath] computes.
final class ScalarRowMath implements RowMath.Kernel {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final int LANES = 8;

    @Override
    public void axpy(float a, MemorySegment x, long xAt, MemorySegment y, long yAt, long n) {
        for (long i = 0; i < n; i++) {
            long at = (yAt + i) * Float.BYTES;
            y.set(FLOAT, at, y.get(FLOAT, at) + a * x.get(FLOAT, (xAt + i) * Float.BYTES));
        }
    }

    @Override
    public void scale(float a, MemorySegment y, long yAt, long n) {
        for (long i = 0; i < n; i++) {
            long at = (yAt + i) * Float.BYTES;
            y.set(FLOAT, at, a * y.get(FLOAT, at));
        }
    }

    @Override
    public double squaredNorm(MemorySegment x, long xAt, long n) {
        double[] sums = new double[LANES];
        for (long i = 0; i < n; i++) {
            double value = x.get(FLOAT, (xAt + i) * Float.BYTES);
            sums[(int) (i % LANES)] += value * value;
        }
        for (int half = LANES / 2; half > 0; half /= 2) {
            for (int lane = 0; lane < half; lane++) {
                sums[lane] += sums[lane + half];
            }
        }
        return sums[0];
    }
}

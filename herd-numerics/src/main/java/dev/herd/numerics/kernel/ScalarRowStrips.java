package dev.herd.numerics.kernel;

import static dev.herd.numerics.kernel.RowStrips.TALL;
import static dev.herd.numerics.kernel.RowStrips.WIDE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// What [RowStrips] computes.
///
/// @param lanes numbers in a step
record ScalarRowStrips(int lanes) implements RowStrips.Kernel {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    ScalarRowStrips() {
        this(RowSoftmax.Kernel.PARTS);
    }

    @Override
    public void pack(MemorySegment x, long xAt, long xStride, int rows, int inner, float[] strip, int at, int height) {
        for (int row = 0; row < height; row++) {
            for (int i = 0; i < Math.ceilDiv(inner, lanes) * lanes; i++) {
                boolean there = row < rows && i < inner;
                strip[place(at, i, row, height)] = there ? x.get(FLOAT, (xAt + row * xStride + i) * 4) : 0;
            }
        }
    }

    private int place(int at, int i, int row, int height) {
        return at + (i / lanes * height + row) * lanes + i % lanes;
    }

    @Override
    public void multiplyAdd(float[] w, int wAt, float[] x, int xAt, int steps, float[] sums, int sumsAt) {
        for (int i = 0; i < steps * lanes; i++) {
            for (int row = 0; row < TALL; row++) {
                for (int t = 0; t < WIDE; t++) {
                    int sum = sumsAt + (row * WIDE + t) * lanes + i % lanes;
                    sums[sum] = Math.fma(w[place(wAt, i, row, TALL)], x[place(xAt, i, t, WIDE)], sums[sum]);
                }
            }
        }
    }

    @Override
    public void fold(float[] sums, int sumsAt, int rows, int count, MemorySegment out, long outAt, long outStride) {
        for (int t = 0; t < count; t++) {
            for (int row = 0; row < rows; row++) {
                int from = sumsAt + (row * WIDE + t) * lanes;
                float sum = halved(Arrays.copyOfRange(sums, from, from + lanes));
                out.set(FLOAT, (outAt + t * outStride + row) * 4, sum);
            }
        }
    }

    private static float halved(float[] parts) {
        for (int half = parts.length / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                parts[i] += parts[i + half];
            }
        }
        return parts[0];
    }
}

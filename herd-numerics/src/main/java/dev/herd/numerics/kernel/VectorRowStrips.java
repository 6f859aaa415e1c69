package dev.herd.numerics.kernel;

import static dev.herd.numerics.kernel.RowStrips.TALL;
import static dev.herd.numerics.kernel.RowStrips.WIDE;
import static dev.herd.numerics.kernel.VectorSums.FLOATS;
import static dev.herd.numerics.kernel.VectorSums.LANES;
import static dev.herd.numerics.kernel.VectorSums.ORDER;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/// [ScalarRowStrips] with the Vector API, the same bits. The twenty sums of two strips, four vectors of
/// weights and five of activations fill 29 of 32 registers; a larger tile makes the compiler spill.
final class VectorRowStrips implements RowStrips.Kernel {
    private static final VectorMask<Float> UPPER_8 = upper(8);
    private static final VectorMask<Float> UPPER_4 = upper(4);
    private static final VectorShuffle<Float> OTHER_8 = other(8);
    private static final VectorShuffle<Float> OTHER_4 = other(4);
    private static final VectorShuffle<Float> OTHER_2 = other(2);
    private static final VectorShuffle<Float> OTHER_1 = other(1);

    /// Brings lanes 0, 8, 4 and 12 to the front.
    private static final VectorShuffle<Float> IN_ORDER =
            VectorShuffle.fromOp(FLOATS, i -> ((i & 1) * 8 + (i & 2) * 2) & (LANES - 1));

    /// The second half of each run of `2 * size` lanes.
    private static VectorMask<Float> upper(int size) {
        boolean[] lanes = new boolean[LANES];
        for (int i = 0; i < LANES; i++) {
            lanes[i] = (i & size) != 0;
        }
        return VectorMask.fromArray(FLOATS, lanes, 0);
    }

    /// Swaps the halves of each run of `2 * size` lanes.
    private static VectorShuffle<Float> other(int size) {
        return VectorShuffle.fromOp(FLOATS, i -> (i ^ size) & (LANES - 1));
    }

    @Override
    public int lanes() {
        return LANES;
    }

    @Override
    public void pack(MemorySegment x, long xAt, long xStride, int rows, int inner, float[] strip, int at, int height) {
        for (int row = 0; row < height; row++) {
            int to = at + row * LANES;
            if (row < rows) {
                packRow(x, (xAt + row * xStride) * 4, inner, strip, to, height * LANES);
            } else {
                for (int i = 0; i < inner; i += LANES) {
                    FloatVector.zero(FLOATS).intoArray(strip, to + i * height);
                }
            }
        }
    }

    private static void packRow(MemorySegment x, long xAt, int inner, float[] strip, int first, int stride) {
        int to = first;
        int i = 0;
        for (; i + LANES <= inner; i += LANES) {
            FloatVector.fromMemorySegment(FLOATS, x, xAt + i * 4L, ORDER).intoArray(strip, to);
            to += stride;
        }
        if (i < inner) {
            VectorMask<Float> rest = FLOATS.indexInRange(i, inner);
            FloatVector.fromMemorySegment(FLOATS, x, xAt + i * 4L, ORDER, rest).intoArray(strip, to);
        }
    }

    /// Written out: in a method with this many vectors the compiler inlines nothing but the Vector API, and
    /// boxes what goes through methods of our own.
    @Override
    public void multiplyAdd(float[] w, int wAt, float[] x, int xAt, int steps, float[] sums, int at) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, sums, at);
        FloatVector s01 = FloatVector.fromArray(FLOATS, sums, at + LANES);
        FloatVector s02 = FloatVector.fromArray(FLOATS, sums, at + 2 * LANES);
        FloatVector s03 = FloatVector.fromArray(FLOATS, sums, at + 3 * LANES);
        FloatVector s04 = FloatVector.fromArray(FLOATS, sums, at + 4 * LANES);
        FloatVector s10 = FloatVector.fromArray(FLOATS, sums, at + 5 * LANES);
        FloatVector s11 = FloatVector.fromArray(FLOATS, sums, at + 6 * LANES);
        FloatVector s12 = FloatVector.fromArray(FLOATS, sums, at + 7 * LANES);
        FloatVector s13 = FloatVector.fromArray(FLOATS, sums, at + 8 * LANES);
        FloatVector s14 = FloatVector.fromArray(FLOATS, sums, at + 9 * LANES);
        FloatVector s20 = FloatVector.fromArray(FLOATS, sums, at + 10 * LANES);
        FloatVector s21 = FloatVector.fromArray(FLOATS, sums, at + 11 * LANES);
        FloatVector s22 = FloatVector.fromArray(FLOATS, sums, at + 12 * LANES);
        FloatVector s23 = FloatVector.fromArray(FLOATS, sums, at + 13 * LANES);
        FloatVector s24 = FloatVector.fromArray(FLOATS, sums, at + 14 * LANES);
        FloatVector s30 = FloatVector.fromArray(FLOATS, sums, at + 15 * LANES);
        FloatVector s31 = FloatVector.fromArray(FLOATS, sums, at + 16 * LANES);
        FloatVector s32 = FloatVector.fromArray(FLOATS, sums, at + 17 * LANES);
        FloatVector s33 = FloatVector.fromArray(FLOATS, sums, at + 18 * LANES);
        FloatVector s34 = FloatVector.fromArray(FLOATS, sums, at + 19 * LANES);
        for (int step = 0; step < steps; step++) {
            int wStep = wAt + step * TALL * LANES;
            int xStep = xAt + step * WIDE * LANES;
            FloatVector x0 = FloatVector.fromArray(FLOATS, x, xStep);
            FloatVector x1 = FloatVector.fromArray(FLOATS, x, xStep + LANES);
            FloatVector x2 = FloatVector.fromArray(FLOATS, x, xStep + 2 * LANES);
            FloatVector x3 = FloatVector.fromArray(FLOATS, x, xStep + 3 * LANES);
            FloatVector x4 = FloatVector.fromArray(FLOATS, x, xStep + 4 * LANES);
            FloatVector w0 = FloatVector.fromArray(FLOATS, w, wStep);
            s00 = w0.fma(x0, s00);
            s01 = w0.fma(x1, s01);
            s02 = w0.fma(x2, s02);
            s03 = w0.fma(x3, s03);
            s04 = w0.fma(x4, s04);
            FloatVector w1 = FloatVector.fromArray(FLOATS, w, wStep + LANES);
            s10 = w1.fma(x0, s10);
            s11 = w1.fma(x1, s11);
            s12 = w1.fma(x2, s12);
            s13 = w1.fma(x3, s13);
            s14 = w1.fma(x4, s14);
            FloatVector w2 = FloatVector.fromArray(FLOATS, w, wStep + 2 * LANES);
            s20 = w2.fma(x0, s20);
            s21 = w2.fma(x1, s21);
            s22 = w2.fma(x2, s22);
            s23 = w2.fma(x3, s23);
            s24 = w2.fma(x4, s24);
            FloatVector w3 = FloatVector.fromArray(FLOATS, w, wStep + 3 * LANES);
            s30 = w3.fma(x0, s30);
            s31 = w3.fma(x1, s31);
            s32 = w3.fma(x2, s32);
            s33 = w3.fma(x3, s33);
            s34 = w3.fma(x4, s34);
        }
        s00.intoArray(sums, at);
        s01.intoArray(sums, at + LANES);
        s02.intoArray(sums, at + 2 * LANES);
        s03.intoArray(sums, at + 3 * LANES);
        s04.intoArray(sums, at + 4 * LANES);
        s10.intoArray(sums, at + 5 * LANES);
        s11.intoArray(sums, at + 6 * LANES);
        s12.intoArray(sums, at + 7 * LANES);
        s13.intoArray(sums, at + 8 * LANES);
        s14.intoArray(sums, at + 9 * LANES);
        s20.intoArray(sums, at + 10 * LANES);
        s21.intoArray(sums, at + 11 * LANES);
        s22.intoArray(sums, at + 12 * LANES);
        s23.intoArray(sums, at + 13 * LANES);
        s24.intoArray(sums, at + 14 * LANES);
        s30.intoArray(sums, at + 15 * LANES);
        s31.intoArray(sums, at + 16 * LANES);
        s32.intoArray(sums, at + 17 * LANES);
        s33.intoArray(sums, at + 18 * LANES);
        s34.intoArray(sums, at + 19 * LANES);
    }

    @Override
    public void fold(float[] sums, int sumsAt, int rows, int count, MemorySegment out, long outAt, long outStride) {
        if (LANES == 16) {
            VectorMask<Float> there = FLOATS.indexInRange(0, rows);
            for (int t = 0; t < count; t++) {
                four(sums, sumsAt + t * LANES, there, out, (outAt + t * outStride) * 4);
            }
            return;
        }
        for (int t = 0; t < count; t++) {
            for (int row = 0; row < rows; row++) {
                float sum = VectorSums.fold(FloatVector.fromArray(FLOATS, sums, sumsAt + (row * WIDE + t) * LANES));
                out.set(JAVA_FLOAT_UNALIGNED, (outAt + t * outStride + row) * 4, sum);
            }
        }
    }

    /// The sums of four rows by halves, as [VectorSums#fold] does it, at once: after each of the first two
    /// steps a vector holds what is left of twice as many rows.
    private static void four(float[] sums, int at, VectorMask<Float> there, MemorySegment out, long to) {
        FloatVector a = FloatVector.fromArray(FLOATS, sums, at);
        FloatVector b = FloatVector.fromArray(FLOATS, sums, at + WIDE * LANES);
        FloatVector c = FloatVector.fromArray(FLOATS, sums, at + 2 * WIDE * LANES);
        FloatVector d = FloatVector.fromArray(FLOATS, sums, at + 3 * WIDE * LANES);
        FloatVector ab = a.blend(b, UPPER_8).add(b.blend(a, UPPER_8).rearrange(OTHER_8));
        FloatVector cd = c.blend(d, UPPER_8).add(d.blend(c, UPPER_8).rearrange(OTHER_8));
        FloatVector all = ab.blend(cd, UPPER_4).add(cd.blend(ab, UPPER_4).rearrange(OTHER_4));
        FloatVector pairs = all.add(all.rearrange(OTHER_2));
        FloatVector totals = pairs.add(pairs.rearrange(OTHER_1));
        totals.rearrange(IN_ORDER).intoMemorySegment(out, to, ORDER, there);
    }
}

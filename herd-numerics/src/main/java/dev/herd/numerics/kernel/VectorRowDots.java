package dev.herd.numerics.kernel;

import static dev.herd.numerics.kernel.VectorSums.FLOATS;
import static dev.herd.numerics.kernel.VectorSums.LANES;
import static dev.herd.numerics.kernel.VectorSums.ORDER;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// [ScalarRowDots] with the Vector API: the inner index lies across lanes. Tiles of five rows by five
/// activations keep their 25 sums in registers; a single activation meets eight rows at a time.
final class VectorRowDots implements RowDots.Kernel {
    private static final int TILE = 5;
    private static final int TALL = 8;

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
        long row = inner * 4L;
        int t = 0;
        for (; t + TILE <= count; t += TILE) {
            long to = (outAt + t * outStride) * 4;
            int r = 0;
            for (; r + TILE <= rows; r += TILE) {
                tile(w, wAt * 4 + r * row, x, xAt * 4 + t * row, inner, out, to + r * 4L, outStride * 4);
            }
            for (; r < rows; r++) {
                for (int i = 0; i < TILE; i++) {
                    long at = to + i * outStride * 4 + r * 4L;
                    single(w, wAt * 4 + r * row, x, xAt * 4 + (t + i) * row, inner, out, at);
                }
            }
        }
        for (; t < count; t++) {
            long to = (outAt + t * outStride) * 4;
            int r = 0;
            for (; r + TALL <= rows; r += TALL) {
                tall(w, wAt * 4 + r * row, x, xAt * 4 + t * row, inner, out, to + r * 4L);
            }
            for (; r < rows; r++) {
                single(w, wAt * 4 + r * row, x, xAt * 4 + t * row, inner, out, to + r * 4L);
            }
        }
    }

    /// Five rows by five activations.
    private static void tile(
            MemorySegment w,
            long wAt,
            MemorySegment x,
            long xAt,
            int inner,
            MemorySegment out,
            long outAt,
            long outStride) {
        long row = inner * 4L;
        FloatVector s00 = FloatVector.zero(FLOATS);
        FloatVector s10 = FloatVector.zero(FLOATS);
        FloatVector s20 = FloatVector.zero(FLOATS);
        FloatVector s30 = FloatVector.zero(FLOATS);
        FloatVector s40 = FloatVector.zero(FLOATS);
        FloatVector s01 = FloatVector.zero(FLOATS);
        FloatVector s11 = FloatVector.zero(FLOATS);
        FloatVector s21 = FloatVector.zero(FLOATS);
        FloatVector s31 = FloatVector.zero(FLOATS);
        FloatVector s41 = FloatVector.zero(FLOATS);
        FloatVector s02 = FloatVector.zero(FLOATS);
        FloatVector s12 = FloatVector.zero(FLOATS);
        FloatVector s22 = FloatVector.zero(FLOATS);
        FloatVector s32 = FloatVector.zero(FLOATS);
        FloatVector s42 = FloatVector.zero(FLOATS);
        FloatVector s03 = FloatVector.zero(FLOATS);
        FloatVector s13 = FloatVector.zero(FLOATS);
        FloatVector s23 = FloatVector.zero(FLOATS);
        FloatVector s33 = FloatVector.zero(FLOATS);
        FloatVector s43 = FloatVector.zero(FLOATS);
        FloatVector s04 = FloatVector.zero(FLOATS);
        FloatVector s14 = FloatVector.zero(FLOATS);
        FloatVector s24 = FloatVector.zero(FLOATS);
        FloatVector s34 = FloatVector.zero(FLOATS);
        FloatVector s44 = FloatVector.zero(FLOATS);
        int k = 0;
        for (; k + LANES <= inner; k += LANES) {
            FloatVector x0 = FloatVector.fromMemorySegment(FLOATS, x, xAt + k * 4L, ORDER);
            FloatVector x1 = FloatVector.fromMemorySegment(FLOATS, x, xAt + row + k * 4L, ORDER);
            FloatVector x2 = FloatVector.fromMemorySegment(FLOATS, x, xAt + 2 * row + k * 4L, ORDER);
            FloatVector x3 = FloatVector.fromMemorySegment(FLOATS, x, xAt + 3 * row + k * 4L, ORDER);
            FloatVector x4 = FloatVector.fromMemorySegment(FLOATS, x, xAt + 4 * row + k * 4L, ORDER);
            FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, w, wAt + k * 4L, ORDER);
            s00 = w0.fma(x0, s00);
            s01 = w0.fma(x1, s01);
            s02 = w0.fma(x2, s02);
            s03 = w0.fma(x3, s03);
            s04 = w0.fma(x4, s04);
            FloatVector w1 = FloatVector.fromMemorySegment(FLOATS, w, wAt + row + k * 4L, ORDER);
            s10 = w1.fma(x0, s10);
            s11 = w1.fma(x1, s11);
            s12 = w1.fma(x2, s12);
            s13 = w1.fma(x3, s13);
            s14 = w1.fma(x4, s14);
            FloatVector w2 = FloatVector.fromMemorySegment(FLOATS, w, wAt + 2 * row + k * 4L, ORDER);
            s20 = w2.fma(x0, s20);
            s21 = w2.fma(x1, s21);
            s22 = w2.fma(x2, s22);
            s23 = w2.fma(x3, s23);
            s24 = w2.fma(x4, s24);
            FloatVector w3 = FloatVector.fromMemorySegment(FLOATS, w, wAt + 3 * row + k * 4L, ORDER);
            s30 = w3.fma(x0, s30);
            s31 = w3.fma(x1, s31);
            s32 = w3.fma(x2, s32);
            s33 = w3.fma(x3, s33);
            s34 = w3.fma(x4, s34);
            FloatVector w4 = FloatVector.fromMemorySegment(FLOATS, w, wAt + 4 * row + k * 4L, ORDER);
            s40 = w4.fma(x0, s40);
            s41 = w4.fma(x1, s41);
            s42 = w4.fma(x2, s42);
            s43 = w4.fma(x3, s43);
            s44 = w4.fma(x4, s44);
        }
        if (k < inner) {
            VectorMask<Float> rest = FLOATS.indexInRange(k, inner);
            FloatVector x0 = FloatVector.fromMemorySegment(FLOATS, x, xAt + k * 4L, ORDER, rest);
            FloatVector x1 = FloatVector.fromMemorySegment(FLOATS, x, xAt + row + k * 4L, ORDER, rest);
            FloatVector x2 = FloatVector.fromMemorySegment(FLOATS, x, xAt + 2 * row + k * 4L, ORDER, rest);
            FloatVector x3 = FloatVector.fromMemorySegment(FLOATS, x, xAt + 3 * row + k * 4L, ORDER, rest);
            FloatVector x4 = FloatVector.fromMemorySegment(FLOATS, x, xAt + 4 * row + k * 4L, ORDER, rest);
            FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, w, wAt + k * 4L, ORDER, rest);
            s00 = w0.fma(x0, s00);
            s01 = w0.fma(x1, s01);
            s02 = w0.fma(x2, s02);
            s03 = w0.fma(x3, s03);
            s04 = w0.fma(x4, s04);
            FloatVector w1 = FloatVector.fromMemorySegment(FLOATS, w, wAt + row + k * 4L, ORDER, rest);
            s10 = w1.fma(x0, s10);
            s11 = w1.fma(x1, s11);
            s12 = w1.fma(x2, s12);
            s13 = w1.fma(x3, s13);
            s14 = w1.fma(x4, s14);
            FloatVector w2 = FloatVector.fromMemorySegment(FLOATS, w, wAt + 2 * row + k * 4L, ORDER, rest);
            s20 = w2.fma(x0, s20);
            s21 = w2.fma(x1, s21);
            s22 = w2.fma(x2, s22);
            s23 = w2.fma(x3, s23);
            s24 = w2.fma(x4, s24);
            FloatVector w3 = FloatVector.fromMemorySegment(FLOATS, w, wAt + 3 * row + k * 4L, ORDER, rest);
            s30 = w3.fma(x0, s30);
            s31 = w3.fma(x1, s31);
            s32 = w3.fma(x2, s32);
            s33 = w3.fma(x3, s33);
            s34 = w3.fma(x4, s34);
            FloatVector w4 = FloatVector.fromMemorySegment(FLOATS, w, wAt + 4 * row + k * 4L, ORDER, rest);
            s40 = w4.fma(x0, s40);
            s41 = w4.fma(x1, s41);
            s42 = w4.fma(x2, s42);
            s43 = w4.fma(x3, s43);
            s44 = w4.fma(x4, s44);
        }
        out.set(JAVA_FLOAT_UNALIGNED, outAt, VectorSums.fold(s00));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 4, VectorSums.fold(s10));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 8, VectorSums.fold(s20));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 12, VectorSums.fold(s30));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 16, VectorSums.fold(s40));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + outStride, VectorSums.fold(s01));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + outStride + 4, VectorSums.fold(s11));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + outStride + 8, VectorSums.fold(s21));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + outStride + 12, VectorSums.fold(s31));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + outStride + 16, VectorSums.fold(s41));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 2 * outStride, VectorSums.fold(s02));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 2 * outStride + 4, VectorSums.fold(s12));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 2 * outStride + 8, VectorSums.fold(s22));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 2 * outStride + 12, VectorSums.fold(s32));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 2 * outStride + 16, VectorSums.fold(s42));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 3 * outStride, VectorSums.fold(s03));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 3 * outStride + 4, VectorSums.fold(s13));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 3 * outStride + 8, VectorSums.fold(s23));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 3 * outStride + 12, VectorSums.fold(s33));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 3 * outStride + 16, VectorSums.fold(s43));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 4 * outStride, VectorSums.fold(s04));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 4 * outStride + 4, VectorSums.fold(s14));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 4 * outStride + 8, VectorSums.fold(s24));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 4 * outStride + 12, VectorSums.fold(s34));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 4 * outStride + 16, VectorSums.fold(s44));
    }

    /// Eight rows by one activation.
    private static void tall(
            MemorySegment w, long wAt, MemorySegment x, long xAt, int inner, MemorySegment out, long outAt) {
        long row = inner * 4L;
        FloatVector s00 = FloatVector.zero(FLOATS);
        FloatVector s10 = FloatVector.zero(FLOATS);
        FloatVector s20 = FloatVector.zero(FLOATS);
        FloatVector s30 = FloatVector.zero(FLOATS);
        FloatVector s40 = FloatVector.zero(FLOATS);
        FloatVector s50 = FloatVector.zero(FLOATS);
        FloatVector s60 = FloatVector.zero(FLOATS);
        FloatVector s70 = FloatVector.zero(FLOATS);
        int k = 0;
        for (; k + LANES <= inner; k += LANES) {
            FloatVector x0 = FloatVector.fromMemorySegment(FLOATS, x, xAt + k * 4L, ORDER);
            FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, w, wAt + k * 4L, ORDER);
            s00 = w0.fma(x0, s00);
            FloatVector w1 = FloatVector.fromMemorySegment(FLOATS, w, wAt + row + k * 4L, ORDER);
            s10 = w1.fma(x0, s10);
            FloatVector w2 = FloatVector.fromMemorySegment(FLOATS, w, wAt + 2 * row + k * 4L, ORDER);
            s20 = w2.fma(x0, s20);
            FloatVector w3 = FloatVector.fromMemorySegment(FLOATS, w, wAt + 3 * row + k * 4L, ORDER);
            s30 = w3.fma(x0, s30);
            FloatVector w4 = FloatVector.fromMemorySegment(FLOATS, w, wAt + 4 * row + k * 4L, ORDER);
            s40 = w4.fma(x0, s40);
            FloatVector w5 = FloatVector.fromMemorySegment(FLOATS, w, wAt + 5 * row + k * 4L, ORDER);
            s50 = w5.fma(x0, s50);
            FloatVector w6 = FloatVector.fromMemorySegment(FLOATS, w, wAt + 6 * row + k * 4L, ORDER);
            s60 = w6.fma(x0, s60);
            FloatVector w7 = FloatVector.fromMemorySegment(FLOATS, w, wAt + 7 * row + k * 4L, ORDER);
            s70 = w7.fma(x0, s70);
        }
        if (k < inner) {
            VectorMask<Float> rest = FLOATS.indexInRange(k, inner);
            FloatVector x0 = FloatVector.fromMemorySegment(FLOATS, x, xAt + k * 4L, ORDER, rest);
            FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, w, wAt + k * 4L, ORDER, rest);
            s00 = w0.fma(x0, s00);
            FloatVector w1 = FloatVector.fromMemorySegment(FLOATS, w, wAt + row + k * 4L, ORDER, rest);
            s10 = w1.fma(x0, s10);
            FloatVector w2 = FloatVector.fromMemorySegment(FLOATS, w, wAt + 2 * row + k * 4L, ORDER, rest);
            s20 = w2.fma(x0, s20);
            FloatVector w3 = FloatVector.fromMemorySegment(FLOATS, w, wAt + 3 * row + k * 4L, ORDER, rest);
            s30 = w3.fma(x0, s30);
            FloatVector w4 = FloatVector.fromMemorySegment(FLOATS, w, wAt + 4 * row + k * 4L, ORDER, rest);
            s40 = w4.fma(x0, s40);
            FloatVector w5 = FloatVector.fromMemorySegment(FLOATS, w, wAt + 5 * row + k * 4L, ORDER, rest);
            s50 = w5.fma(x0, s50);
            FloatVector w6 = FloatVector.fromMemorySegment(FLOATS, w, wAt + 6 * row + k * 4L, ORDER, rest);
            s60 = w6.fma(x0, s60);
            FloatVector w7 = FloatVector.fromMemorySegment(FLOATS, w, wAt + 7 * row + k * 4L, ORDER, rest);
            s70 = w7.fma(x0, s70);
        }
        out.set(JAVA_FLOAT_UNALIGNED, outAt, VectorSums.fold(s00));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 4, VectorSums.fold(s10));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 8, VectorSums.fold(s20));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 12, VectorSums.fold(s30));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 16, VectorSums.fold(s40));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 20, VectorSums.fold(s50));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 24, VectorSums.fold(s60));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 28, VectorSums.fold(s70));
    }

    /// One row by one activation.
    private static void single(
            MemorySegment w, long wAt, MemorySegment x, long xAt, int inner, MemorySegment out, long outAt) {
        FloatVector s00 = FloatVector.zero(FLOATS);
        int k = 0;
        for (; k + LANES <= inner; k += LANES) {
            FloatVector x0 = FloatVector.fromMemorySegment(FLOATS, x, xAt + k * 4L, ORDER);
            FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, w, wAt + k * 4L, ORDER);
            s00 = w0.fma(x0, s00);
        }
        if (k < inner) {
            VectorMask<Float> rest = FLOATS.indexInRange(k, inner);
            FloatVector x0 = FloatVector.fromMemorySegment(FLOATS, x, xAt + k * 4L, ORDER, rest);
            FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, w, wAt + k * 4L, ORDER, rest);
            s00 = w0.fma(x0, s00);
        }
        out.set(JAVA_FLOAT_UNALIGNED, outAt, VectorSums.fold(s00));
    }
}

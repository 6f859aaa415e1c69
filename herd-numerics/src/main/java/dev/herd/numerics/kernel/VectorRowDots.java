package dev.herd.numerics.kernel;

import static dev.herd.numerics.kernel.VectorSums.FLOATS;
import static dev.herd.numerics.kernel.VectorSums.LANES;
import static dev.herd.numerics.kernel.VectorSums.ORDER;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// [ScalarRowDots] with the Vector API: the inner index lies across lanes, and four rows meet one
/// activation at a time. Larger tiles make methods that the first compiler refuses, and a model's first
/// minute runs in the interpreter then; many activations are [RowStrips]' work.
final class VectorRowDots implements RowDots.Kernel {
    private static final int ROWS = 4;

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
        for (int t = 0; t < count; t++) {
            long from = xAt * 4 + t * row;
            long to = (outAt + t * outStride) * 4;
            int r = 0;
            for (; r + ROWS <= rows; r += ROWS) {
                four(w, wAt * 4 + r * row, x, from, inner, out, to + r * 4L);
            }
            for (; r < rows; r++) {
                single(w, wAt * 4 + r * row, x, from, inner, out, to + r * 4L);
            }
        }
    }

    private static void four(
            MemorySegment w, long wAt, MemorySegment x, long xAt, int inner, MemorySegment out, long outAt) {
        long row = inner * 4L;
        FloatVector a = FloatVector.zero(FLOATS);
        FloatVector b = FloatVector.zero(FLOATS);
        FloatVector c = FloatVector.zero(FLOATS);
        FloatVector d = FloatVector.zero(FLOATS);
        int k = 0;
        for (; k + LANES <= inner; k += LANES) {
            long from = wAt + k * 4L;
            FloatVector x0 = load(x, xAt + k * 4L);
            a = load(w, from).fma(x0, a);
            b = load(w, from + row).fma(x0, b);
            c = load(w, from + 2 * row).fma(x0, c);
            d = load(w, from + 3 * row).fma(x0, d);
        }
        if (k < inner) {
            VectorMask<Float> rest = FLOATS.indexInRange(k, inner);
            long from = wAt + k * 4L;
            FloatVector x0 = load(x, xAt + k * 4L, rest);
            a = load(w, from, rest).fma(x0, a);
            b = load(w, from + row, rest).fma(x0, b);
            c = load(w, from + 2 * row, rest).fma(x0, c);
            d = load(w, from + 3 * row, rest).fma(x0, d);
        }
        out.set(JAVA_FLOAT_UNALIGNED, outAt, VectorSums.fold(a));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 4, VectorSums.fold(b));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 8, VectorSums.fold(c));
        out.set(JAVA_FLOAT_UNALIGNED, outAt + 12, VectorSums.fold(d));
    }

    private static void single(
            MemorySegment w, long wAt, MemorySegment x, long xAt, int inner, MemorySegment out, long outAt) {
        FloatVector sum = FloatVector.zero(FLOATS);
        int k = 0;
        for (; k + LANES <= inner; k += LANES) {
            sum = load(w, wAt + k * 4L).fma(load(x, xAt + k * 4L), sum);
        }
        if (k < inner) {
            VectorMask<Float> rest = FLOATS.indexInRange(k, inner);
            sum = load(w, wAt + k * 4L, rest).fma(load(x, xAt + k * 4L, rest), sum);
        }
        out.set(JAVA_FLOAT_UNALIGNED, outAt, VectorSums.fold(sum));
    }

    private static FloatVector load(MemorySegment segment, long at) {
        return FloatVector.fromMemorySegment(FLOATS, segment, at, ORDER);
    }

    private static FloatVector load(MemorySegment segment, long at, VectorMask<Float> lanes) {
        return FloatVector.fromMemorySegment(FLOATS, segment, at, ORDER, lanes);
    }
}

package dev.herd.numerics.kernel;

import static dev.herd.numerics.kernel.VectorSums.BYTES;
import static dev.herd.numerics.kernel.VectorSums.FLOATS;
import static dev.herd.numerics.kernel.VectorSums.LANES;
import static dev.herd.numerics.kernel.VectorSums.ORDER;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.herd.numerics.kernel.PanelProduct.Panel;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// [ScalarPanelProduct] with the Vector API, the same bits: columns lie across lanes; tiles of four rows
/// by four vectors stay in registers.
final class VectorPanelProduct implements PanelProduct.Kernel {
    @Override
    public void multiplyAdd(Panel a, Panel b, Panel c, int rows, int inner, int columns) {
        int column = 0;
        for (; column + 4 * LANES <= columns; column += 4 * LANES) {
            int row = 0;
            for (; row + 4 <= rows; row += 4) {
                tile(a, b, c, row, inner, column);
            }
            for (; row < rows; row++) {
                four(a, b, c, row, inner, column);
            }
        }
        for (; column + LANES <= columns; column += LANES) {
            for (int row = 0; row < rows; row++) {
                one(a, b, c, row, inner, column);
            }
        }
        if (column < columns) {
            for (int row = 0; row < rows; row++) {
                ScalarPanelProduct.columns(a, b, c, row, inner, column, columns);
            }
        }
    }

    private static void tile(Panel a, Panel b, Panel c, int row, int inner, int column) {
        MemorySegment left = a.segment();
        MemorySegment right = b.segment();
        MemorySegment out = c.segment();
        long step = b.stride() * 4L;
        long aStride = a.stride() * 4L;
        long cStride = c.stride() * 4L;
        long from = a.at() * 4 + row * aStride;
        long to = c.at() * 4 + row * cStride + column * 4L;
        FloatVector s00 = load(out, to);
        FloatVector s01 = load(out, to + BYTES);
        FloatVector s02 = load(out, to + 2 * BYTES);
        FloatVector s03 = load(out, to + 3 * BYTES);
        FloatVector s10 = load(out, to + cStride);
        FloatVector s11 = load(out, to + cStride + BYTES);
        FloatVector s12 = load(out, to + cStride + 2 * BYTES);
        FloatVector s13 = load(out, to + cStride + 3 * BYTES);
        FloatVector s20 = load(out, to + 2 * cStride);
        FloatVector s21 = load(out, to + 2 * cStride + BYTES);
        FloatVector s22 = load(out, to + 2 * cStride + 2 * BYTES);
        FloatVector s23 = load(out, to + 2 * cStride + 3 * BYTES);
        FloatVector s30 = load(out, to + 3 * cStride);
        FloatVector s31 = load(out, to + 3 * cStride + BYTES);
        FloatVector s32 = load(out, to + 3 * cStride + 2 * BYTES);
        FloatVector s33 = load(out, to + 3 * cStride + 3 * BYTES);
        long at = b.at() * 4 + column * 4L;
        for (int k = 0; k < inner; k++) {
            FloatVector b0 = load(right, at);
            FloatVector b1 = load(right, at + BYTES);
            FloatVector b2 = load(right, at + 2 * BYTES);
            FloatVector b3 = load(right, at + 3 * BYTES);
            FloatVector x = spread(left, from + k * 4L);
            s00 = x.fma(b0, s00);
            s01 = x.fma(b1, s01);
            s02 = x.fma(b2, s02);
            s03 = x.fma(b3, s03);
            x = spread(left, from + aStride + k * 4L);
            s10 = x.fma(b0, s10);
            s11 = x.fma(b1, s11);
            s12 = x.fma(b2, s12);
            s13 = x.fma(b3, s13);
            x = spread(left, from + 2 * aStride + k * 4L);
            s20 = x.fma(b0, s20);
            s21 = x.fma(b1, s21);
            s22 = x.fma(b2, s22);
            s23 = x.fma(b3, s23);
            x = spread(left, from + 3 * aStride + k * 4L);
            s30 = x.fma(b0, s30);
            s31 = x.fma(b1, s31);
            s32 = x.fma(b2, s32);
            s33 = x.fma(b3, s33);
            at += step;
        }
        store(out, to, s00, s01, s02, s03);
        store(out, to + cStride, s10, s11, s12, s13);
        store(out, to + 2 * cStride, s20, s21, s22, s23);
        store(out, to + 3 * cStride, s30, s31, s32, s33);
    }

    private static void four(Panel a, Panel b, Panel c, int row, int inner, int column) {
        MemorySegment left = a.segment();
        MemorySegment right = b.segment();
        MemorySegment out = c.segment();
        long step = b.stride() * 4L;
        long from = (a.at() + (long) row * a.stride()) * 4;
        long to = (c.at() + (long) row * c.stride() + column) * 4;
        FloatVector s0 = load(out, to);
        FloatVector s1 = load(out, to + BYTES);
        FloatVector s2 = load(out, to + 2 * BYTES);
        FloatVector s3 = load(out, to + 3 * BYTES);
        long at = (b.at() + column) * 4;
        for (int k = 0; k < inner; k++) {
            FloatVector x = spread(left, from + k * 4L);
            s0 = x.fma(load(right, at), s0);
            s1 = x.fma(load(right, at + BYTES), s1);
            s2 = x.fma(load(right, at + 2 * BYTES), s2);
            s3 = x.fma(load(right, at + 3 * BYTES), s3);
            at += step;
        }
        store(out, to, s0, s1, s2, s3);
    }

    private static void one(Panel a, Panel b, Panel c, int row, int inner, int column) {
        MemorySegment left = a.segment();
        MemorySegment right = b.segment();
        long from = (a.at() + (long) row * a.stride()) * 4;
        long to = (c.at() + (long) row * c.stride() + column) * 4;
        long at = (b.at() + column) * 4;
        FloatVector sum = load(c.segment(), to);
        for (int k = 0; k < inner; k++) {
            sum = spread(left, from + k * 4L).fma(load(right, at), sum);
            at += b.stride() * 4L;
        }
        sum.intoMemorySegment(c.segment(), to, ORDER);
    }

    private static FloatVector load(MemorySegment segment, long at) {
        return FloatVector.fromMemorySegment(FLOATS, segment, at, ORDER);
    }

    private static FloatVector spread(MemorySegment segment, long at) {
        return FloatVector.broadcast(FLOATS, segment.get(JAVA_FLOAT_UNALIGNED, at));
    }

    private static void store(MemorySegment out, long to, FloatVector a, FloatVector b, FloatVector c, FloatVector d) {
        a.intoMemorySegment(out, to, ORDER);
        b.intoMemorySegment(out, to + BYTES, ORDER);
        c.intoMemorySegment(out, to + 2 * BYTES, ORDER);
        d.intoMemorySegment(out, to + 3 * BYTES, ORDER);
    }
}

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
/// by two vectors stay in registers. More vectors in one method and the compiler stops inlining.
final class VectorPanelProduct implements PanelProduct.Kernel {
    @Override
    public void multiplyAdd(Panel a, Panel b, Panel c, int rows, int inner, int columns) {
        int column = 0;
        for (; column + 2 * LANES <= columns; column += 2 * LANES) {
            int row = 0;
            for (; row + 4 <= rows; row += 4) {
                tile(a, b, c, row, inner, column);
            }
            for (; row < rows; row++) {
                one(a, b, c, row, inner, column);
                one(a, b, c, row, inner, column + LANES);
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
        FloatVector s10 = load(out, to + cStride);
        FloatVector s11 = load(out, to + cStride + BYTES);
        FloatVector s20 = load(out, to + 2 * cStride);
        FloatVector s21 = load(out, to + 2 * cStride + BYTES);
        FloatVector s30 = load(out, to + 3 * cStride);
        FloatVector s31 = load(out, to + 3 * cStride + BYTES);
        long at = (b.at() + column) * 4;
        for (int k = 0; k < inner; k++) {
            FloatVector b0 = load(right, at);
            FloatVector b1 = load(right, at + BYTES);
            FloatVector x0 = spread(left, from + k * 4L);
            s00 = x0.fma(b0, s00);
            s01 = x0.fma(b1, s01);
            FloatVector x1 = spread(left, from + aStride + k * 4L);
            s10 = x1.fma(b0, s10);
            s11 = x1.fma(b1, s11);
            FloatVector x2 = spread(left, from + 2 * aStride + k * 4L);
            s20 = x2.fma(b0, s20);
            s21 = x2.fma(b1, s21);
            FloatVector x3 = spread(left, from + 3 * aStride + k * 4L);
            s30 = x3.fma(b0, s30);
            s31 = x3.fma(b1, s31);
            at += step;
        }
        s00.intoMemorySegment(out, to, ORDER);
        s01.intoMemorySegment(out, to + BYTES, ORDER);
        s10.intoMemorySegment(out, to + cStride, ORDER);
        s11.intoMemorySegment(out, to + cStride + BYTES, ORDER);
        s20.intoMemorySegment(out, to + 2 * cStride, ORDER);
        s21.intoMemorySegment(out, to + 2 * cStride + BYTES, ORDER);
        s30.intoMemorySegment(out, to + 3 * cStride, ORDER);
        s31.intoMemorySegment(out, to + 3 * cStride + BYTES, ORDER);
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
}
